//! What each answer changes, and the step that follows it.

use super::effect::{CreateResult, Lookup, OpenedChat};
use super::outcome::{FirstMessageStatus, StartResult};
use super::{ChatStart, Doubt, Step};
use crate::key::Key;
use crate::ledger::ClaimResult;
use crate::network::IdentifierKind;
use crate::person::{DirectChat, Person};
use crate::pipeline::decide::{Attempt, LookupAnswer, LookupRecord};

impl ChatStart<'_> {
    pub(super) fn looked_up(&mut self, lookup: Lookup) -> Step {
        let Some(Attempt { kind, value, .. }) = self.attempt.clone() else {
            return self.decide();
        };
        self.asked = lookup != Lookup::Unsupported;
        let (answer, named) = match lookup {
            // A network that names now one and now another has told nothing, and could be asked for ever.
            Lookup::Is { person, .. } if self.redirected && self.claims_another(&person) => {
                (LookupAnswer::Failed, None)
            }
            Lookup::Is { person, chat } => {
                let mut person = person.with_identifier(kind, value.clone());
                person.group_only = false;
                person.chats.extend(chat.map(DirectChat::new));
                (LookupAnswer::Is(person.id.clone()), Some(person))
            }
            Lookup::Absent => (LookupAnswer::Absent, None),
            Lookup::Hidden => (LookupAnswer::Hidden, None),
            Lookup::Limited(after) => (LookupAnswer::Limited(after), None),
            Lookup::Failed => (LookupAnswer::Failed, None),
            Lookup::Unsupported => (LookupAnswer::Unsupported, None),
        };
        self.lookups.push(LookupRecord {
            kind,
            value,
            answer,
        });
        let Some(person) = named else {
            return self.decide();
        };
        // The directory may know the person by the id that the network has named.
        for key in person.keys(self.account) {
            if key.kind() == IdentifierKind::Id && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.named.push(person);
        Step::Find
    }

    pub(super) fn claimed(&mut self, claim: ClaimResult) -> Step {
        match claim {
            ClaimResult::AlreadyDone(chat_id) => self.end(StartResult::Existing {
                chat_id,
                message: false,
            }),
            ClaimResult::Held if self.waits >= self.timing.busy_waits => {
                self.end(StartResult::Busy)
            }
            ClaimResult::Held => {
                self.waits += 1;
                Step::Wait
            }
            ClaimResult::Acquired | ClaimResult::Expired => {
                self.claimed = true;
                self.asked = false;
                if claim == ClaimResult::Expired {
                    self.doubt = Doubt::Others;
                }
                // Whatever was seen before the claim may have changed before it.
                self.look_again()
            }
        }
    }

    /// Asks the directory again, and in doubt the network too.
    pub(super) fn look_again(&mut self) -> Step {
        if self.doubt != Doubt::None {
            self.forget_named();
        }
        Step::Find
    }

    /// Forgets whom the network has named. Who was absent stays so: each attempt is walked once. What can't be asked can't
    /// be asked again.
    pub(super) fn forget_named(&mut self) {
        self.lookups.retain(|looked| {
            matches!(
                looked.answer,
                LookupAnswer::Absent | LookupAnswer::Unsupported
            )
        });
        self.named.clear();
    }

    pub(super) fn created(&mut self, created: CreateResult) -> Step {
        match created {
            CreateResult::Chat(chat) => self.opened(chat),
            CreateResult::Absent => {
                if let Some(Attempt { kind, value, .. }) = self.attempt.clone() {
                    self.lookups.push(LookupRecord {
                        kind,
                        value,
                        answer: LookupAnswer::Absent,
                    });
                }
                Step::Record
            }
            CreateResult::Refused(refused) => self.end(StartResult::RefusedByNetwork(refused)),
            CreateResult::NotSent => self.end(StartResult::NotSent),
            CreateResult::Lost => {
                let message = self.plan().is_some_and(|plan| plan.send_message);
                self.lost = self.attempt.clone().map(|attempt| (attempt, message));
                self.doubt = Doubt::Own;
                self.asked = false;
                Step::Wait
            }
        }
    }

    fn opened(&mut self, chat: OpenedChat) -> Step {
        let needs_message = self.plan().is_some_and(|plan| plan.send_message);
        self.redirected_to = chat.with.filter(|with| self.is_another(with));
        let chat_id = chat.id;
        let end = if chat.new {
            StartResult::Created {
                chat_id,
                message: match (needs_message, chat.message) {
                    (false, _) => FirstMessageStatus::NotNeeded,
                    (true, true) => FirstMessageStatus::Sent,
                    (true, false) => FirstMessageStatus::NotSent,
                },
                recorded: true,
            }
        } else {
            StartResult::Existing {
                chat_id,
                message: needs_message && chat.message,
            }
        };
        if self.redirected_to.is_some() {
            self.end_with_another(end)
        } else {
            self.end(end)
        }
    }

    /// Whether a person is not whom this start has decided on.
    fn is_another(&self, person: &Person) -> bool {
        let chosen = self.decision.user_id.as_ref();
        let people = self.found.people.iter().chain(&self.named);
        let is_chosen = |known: &&Person| {
            known
                .stored(IdentifierKind::Id)
                .any(|id| chosen.is_some_and(|own| own == id))
        };
        let known = people.filter(is_chosen);
        let mut keys: Vec<Key> = known.flat_map(|known| known.keys(self.account)).collect();
        if let Some(attempt) = &self.attempt {
            keys.extend(attempt.stored().keys(self.account));
        }
        // Somebody known by an address alone is whoever the network says has it.
        let is_told = chosen.is_some() || keys.iter().any(|key| key.kind() == IdentifierKind::Id);
        let mut held = person.keys(self.account).into_iter();
        is_told && !held.any(|key| keys.contains(&key))
    }

    pub(super) fn settled(&mut self, is_recorded: bool) -> Step {
        self.claimed = false;
        if let Some(StartResult::Created { recorded, .. }) = &mut self.end {
            *recorded = is_recorded;
        }
        if self.end.is_some() {
            return Step::Done;
        }
        // It came to nothing: on with the next attempt, or with the person the network has named.
        self.doubt = Doubt::None;
        self.decide()
    }
}
