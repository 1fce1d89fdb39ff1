//! Reports for people. Each line has a label and a text.

use std::fmt::{self, Write as _};

use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::StartRequest;
use contact_resolution::{
    Account, Action, CreateChat, Decision, FollowUp, PayloadField, PersonMatch, Policy, Refusal,
    ReuseChat,
};

use crate::terminal::Escaped;

#[derive(Default)]
pub(crate) struct Report(String);

impl Report {
    /// Adds a line.
    pub(crate) fn add(&mut self, label: &str, text: impl fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{label:<10} {}", Escaped(text));
    }

    /// Adds the action of a decision.
    pub(crate) fn add_action(&mut self, action: &Action) {
        match action {
            Action::Reuse(reuse) => {
                self.add("reuse", format_args!("the chat {}", reuse.chat_id));
                self.add_reuse(reuse);
            }
            Action::Create(create) => self.add_create(create),
            Action::Refuse(refusal) => self.add_refusal(refusal),
        }
    }

    /// Adds the follow-ups, duplicates and limits of a reused chat.
    pub(crate) fn add_reuse(&mut self, reuse: &ReuseChat) {
        self.add_follow_ups(&reuse.follow_ups);
        for duplicate in &reuse.duplicates {
            self.add("duplicate", duplicate);
        }
        if reuse.cannot_message {
            self.add("note", "this person can't be messaged");
        }
    }

    /// Adds the steps that the caller may take on a chat.
    pub(crate) fn add_follow_ups(&mut self, follow_ups: &[FollowUp]) {
        for follow_up in follow_ups {
            self.add("follow-up", follow_up.as_str());
        }
    }

    fn add_create(&mut self, create: &CreateChat) {
        for attempt in &create.attempts {
            let lookup = if attempt.lookup {
                ", after a lookup"
            } else {
                ""
            };
            let (kind, value) = (attempt.kind, &attempt.value);
            self.add(
                "create",
                format_args!("a chat with the {kind} {value}{lookup}"),
            );
        }
        if create.invite {
            self.add("invite", "this person gets an invite");
        }
        if create.send_message {
            self.add("message", "is sent in the same call");
        }
    }

    fn add_refusal(&mut self, refusal: &Refusal) {
        self.add(
            "refuse",
            format_args!("{} ({})", refusal.code, refusal.code.status()),
        );
        // The first unmet requirement is the code itself.
        for unmet in refusal.unmet.iter().skip(1) {
            self.add("also", unmet);
        }
        for candidate in &refusal.candidates {
            self.add("candidate", Described(candidate));
        }
    }

    /// Adds the reason of a decision, its person, the identifiers that were read, and other possible people.
    pub(crate) fn add_reason(
        &mut self,
        decision: &Decision,
        request: &StartRequest,
        account: Option<&Account>,
        policy: Policy,
    ) {
        self.add("because", decision.reason);
        if let Some(user_id) = &decision.user_id {
            match &decision.full_name {
                Some(name) => self.add("person", format_args!("{user_id}, {name}")),
                None => self.add("person", user_id),
            }
        }
        if let Some(account) = account {
            self.add_input(request, account, policy);
        }
        for (field, code) in &decision.field_errors {
            self.add("rejected", format_args!("{field}: {code}"));
        }
        for other in &decision.conflicts {
            self.add("conflict", Described(&other.person));
        }
        for warning in &decision.warnings {
            self.add("note", warning);
        }
        for suggestion in &decision.suggestions {
            self.add("suggestion", Described(suggestion));
        }
    }

    fn add_input(&mut self, request: &StartRequest, account: &Account, policy: Policy) {
        for candidate in triage(&request.user, account, &policy).candidates {
            if let Some(identifier) = &candidate.identifier {
                let fields: Vec<&str> = candidate.fields.iter().map(PayloadField::as_str).collect();
                let fields = fields.join(" and ");
                let (kind, certainty) = (candidate.kind, candidate.certainty.as_str());
                self.add(
                    "input",
                    format_args!("{fields} as the {kind} {identifier} ({certainty})"),
                );
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text that a report shows instead of the id of a local person.
pub(crate) const WITHOUT_ID: &str = "without an id on the network";

/// A person in the form of a report line.
struct Described<'a>(&'a PersonMatch);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.user_id.as_deref().unwrap_or(WITHOUT_ID))?;
        if let Some(name) = &self.0.full_name {
            write!(f, ", {name}")?;
        }
        let fields: Vec<&str> = self.0.via.iter().map(PayloadField::as_str).collect();
        if fields.is_empty() {
            return Ok(());
        }
        let certainty = self.0.certainty.as_str();
        write!(f, ", by {} ({certainty})", fields.join(" and "))
    }
}
