//! Reports for people. Each line has a label and a text.

use std::fmt::{self, Write as _};

use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::StartRequest;
use contact_resolution::{Account, Action, Decision, PayloadField, PersonMatch, Policy};

use crate::terminal::Escaped;

/// The lines of a report.
#[derive(Default)]
pub(crate) struct Report(String);

impl Report {
    pub(crate) fn say(&mut self, label: &str, what: impl fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{label:<10} {}", Escaped(what));
    }

    /// Adds the action of a decision.
    pub(crate) fn action(&mut self, action: &Action) {
        match action {
            Action::Reuse(reuse) => {
                self.say("reuse", format_args!("the chat {}", reuse.chat_id));
                self.reused(action);
            }
            Action::Create(create) => {
                for attempt in &create.attempts {
                    let lookup = if attempt.lookup {
                        ", after looking it up"
                    } else {
                        ""
                    };
                    let (kind, value) = (attempt.kind, &attempt.value);
                    self.say(
                        "create",
                        format_args!("a chat with the {kind} {value}{lookup}"),
                    );
                }
                if create.invite {
                    self.say("invite", "the other side gets an invite");
                }
                if create.send_message {
                    self.say("message", "is sent in the same call");
                }
            }
            Action::Refuse(refusal) => {
                self.say(
                    "refuse",
                    format_args!("{} ({})", refusal.code, refusal.code.status()),
                );
                for unmet in refusal.unmet.iter().skip(1) {
                    self.say("and", unmet);
                }
                for candidate in &refusal.candidates {
                    self.say("candidate", Described(candidate));
                }
            }
        }
    }

    /// Adds the follow-ups, duplicates and limits of a reused chat.
    pub(crate) fn reused(&mut self, action: &Action) {
        let Action::Reuse(reuse) = action else { return };
        for follow_up in &reuse.follow_ups {
            self.say("then", follow_up.as_str());
        }
        for duplicate in &reuse.duplicates {
            self.say("duplicate", duplicate);
        }
        if reuse.cannot_message {
            self.say("note", "this person can't be messaged");
        }
    }

    /// Adds the reason of a decision, its person, the identifiers that were read, the rejected fields, and other
    /// possible people.
    pub(crate) fn reason(
        &mut self,
        decision: &Decision,
        request: &StartRequest,
        account: Option<&Account>,
        policy: Policy,
    ) {
        self.say("because", decision.reason);
        if let Some(user_id) = &decision.user_id {
            let name = decision.full_name.iter().map(|name| format!(", {name}"));
            self.say(
                "whom",
                format_args!("{user_id}{}", name.collect::<String>()),
            );
        }
        let read = account.map(|account| triage(&request.user, account, &policy).candidates);
        for candidate in read.unwrap_or_default() {
            if let Some(identifier) = &candidate.identifier {
                let fields: Vec<&str> = candidate.fields.iter().map(PayloadField::as_str).collect();
                let (from, kind, sure) = (
                    fields.join(" and "),
                    candidate.kind,
                    candidate.certainty.as_str(),
                );
                self.say(
                    "read",
                    format_args!("{from} as the {kind} {identifier} ({sure})"),
                );
            }
        }
        for (field, code) in &decision.field_errors {
            self.say("rejected", format_args!("{field}: {code}"));
        }
        for other in &decision.conflicts {
            self.say("not", Described(&other.person));
        }
        for warning in &decision.warnings {
            self.say("note", warning);
        }
        for suggestion in &decision.suggestions {
            self.say("perhaps", Described(suggestion));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person in the form of a report line.
struct Described<'a>(&'a PersonMatch);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.user_id)?;
        if let Some(name) = &self.0.full_name {
            write!(f, ", {name}")?;
        }
        let via: Vec<&str> = self.0.via.iter().map(PayloadField::as_str).collect();
        if via.is_empty() {
            Ok(())
        } else {
            write!(
                f,
                ", by {} ({})",
                via.join(" and "),
                self.0.certainty.as_str()
            )
        }
    }
}
