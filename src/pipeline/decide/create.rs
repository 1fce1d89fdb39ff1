//! Whether a chat can be created, and with what.

use super::{
    Action, CreateChat, Decision, DecisionInput, LookupAnswer, Reason, Refusal, RefusalCode,
};
use crate::identifier::Identifier;
use crate::key::Key;
use crate::network::{FirstMessage, IdentifierKind, Invite};
use crate::person::{AccountState, Person, StoredIdentifier};
use crate::pipeline::triage::IdentifierCandidate;

/// One identifier that a create may use.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attempt {
    /// What it is.
    pub kind: IdentifierKind,
    /// Its text: as it is stored, where it is, else normalized.
    pub value: String,
    /// Whether the network is asked who it is before anything is created.
    pub lookup: bool,
}

impl Attempt {
    /// The identifier, as a person would have it.
    pub(crate) fn stored(&self) -> StoredIdentifier {
        StoredIdentifier {
            kind: self.kind,
            text: self.value.clone(),
        }
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Attempt {{ kind: {:?}, lookup: {}, .. }}",
            self.kind, self.lookup
        )
    }
}

impl DecisionInput<'_> {
    /// A chat with a known person who has none.
    pub(super) fn create_with(&self, who: usize) -> Decision {
        let person = &self.ranking.people[who];
        let named = self.evidence.has_named(person);
        // The network's word on the person is as good as knowing every chat.
        let known = self.evidence.coverage.chats || named;
        let because = match (named, known) {
            (true, _) => Reason::NamedByNetwork,
            (false, true) => Reason::NoChatYet,
            (false, false) => Reason::ChatsNotCovered,
        };
        let attempts = self
            .attempts_of(who)
            .map(|StoredIdentifier { kind, text: value }| Attempt {
                kind,
                value,
                lookup: self.can_ask(kind) && !(known && kind == IdentifierKind::Id),
            });
        self.create(attempts.collect(), known, because, |uncovered| {
            self.unmet(Some(person), uncovered)
        })
    }

    /// The identifiers of a known person that a create may use: eligible, and theirs alone, the strongest first.
    fn attempts_of(&self, who: usize) -> impl Iterator<Item = StoredIdentifier> {
        let person = &self.ranking.people[who];
        let others = self
            .ranking
            .people
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != who);
        // What a person who lost holds too may open a chat with them.
        let held = others.flat_map(|(_, other)| other.keys(self.account));
        let shared: Vec<Key> = held.filter(|key| !key.is_look_alike()).collect();
        IdentifierKind::ALL
            .into_iter()
            .filter(|kind| self.account.can_create_by(*kind))
            .filter(|kind| *kind == IdentifierKind::Id || !person.group_only)
            .flat_map(|kind| {
                let texts = person.stored(kind);
                let texts = texts.filter(|text| !text.trim().is_empty());
                texts.map(move |text| StoredIdentifier {
                    kind,
                    text: text.to_owned(),
                })
            })
            .filter(move |stored| {
                if stored.kind == IdentifierKind::Id {
                    return true;
                }
                let reads = stored
                    .read(self.account)
                    .is_some_and(|read| read.kind() == stored.kind);
                let is_shared = || {
                    let keys = stored.keys(self.account);
                    keys.iter().any(|key| shared.contains(key))
                };
                reads && (shared.is_empty() || !is_shared())
            })
    }

    /// An unknown id, which the network is asked about before the known people are considered.
    pub(super) fn create_asking(&self, id: usize) -> Decision {
        let may_reuse = (0..self.ranking.people.len()).any(|who| self.reuse(who).is_some());
        let is_ready = self.account.state == AccountState::Ready;
        let attempts = self.attempt(id).into_iter().collect();
        self.create(attempts, true, Reason::UnknownIdFirst, |uncovered| {
            // What a new chat needs is no reason against a question that may lead to a chat that is there.
            if may_reuse && is_ready {
                Vec::new()
            } else {
                self.unmet(None, uncovered)
            }
        })
    }

    /// A chat with someone whom nobody known is.
    pub(super) fn create_unknown(&self) -> Decision {
        let candidates = &self.triage.candidates;
        let order = self.ranking.entries.iter().map(|entry| entry.candidate);
        let others: Vec<usize> = self.other_unknown_ids().collect();
        let eligible: Vec<usize> = order
            .filter(|index| {
                let kind = candidates[*index].identifier.as_ref().map(Identifier::kind);
                candidates[*index].can_create()
                    && kind.is_some_and(|kind| self.account.can_create_by(kind))
                    && !others.contains(index)
            })
            .collect();
        if eligible.is_empty() {
            return self.nothing_eligible();
        }
        let attempts: Vec<Attempt> = eligible
            .into_iter()
            .filter_map(|index| self.attempt(index))
            .collect();
        let because = if attempts.iter().any(|attempt| attempt.lookup) {
            Reason::UnknownPerson
        } else {
            Reason::UnknownPersonTakenAsIs
        };
        self.create(
            attempts,
            self.evidence.coverage.chats,
            because,
            |uncovered| self.unmet(None, uncovered),
        )
    }

    fn nothing_eligible(&self) -> Decision {
        let any = |is: fn(&crate::pipeline::triage::IdentifierCandidate) -> bool| {
            self.triage.candidates.iter().any(is)
        };
        if any(IdentifierCandidate::can_create) {
            Decision::refuse(RefusalCode::UnsupportedIdentifier, Reason::NothingSupported)
        } else if any(|candidate| candidate.could_be_name) {
            Decision::refuse(RefusalCode::UserNotFound, Reason::OnlyPlainText)
        } else {
            Decision::refuse(RefusalCode::InvalidIdentifier, Reason::NothingReadable)
        }
    }

    fn attempt(&self, candidate: usize) -> Option<Attempt> {
        let identifier = self.triage.candidates[candidate].identifier.as_ref()?;
        let kind = identifier.kind();
        Some(Attempt {
            kind,
            value: identifier.to_string(),
            lookup: self.can_ask(kind),
        })
    }

    /// The plan, or every requirement that is not met. `known` says that all direct chats with the person are; `unmet` is
    /// told whether no attempt is left for want of that.
    fn create(
        &self,
        attempts: Vec<Attempt>,
        known: bool,
        because: Reason,
        unmet: impl FnOnce(bool) -> Vec<RefusalCode>,
    ) -> Decision {
        // Where not every chat is known, only the network can say that there is none.
        let usable: Vec<Attempt> = attempts.into_iter().filter(|a| known || a.lookup).collect();
        let uncovered = usable.is_empty();
        let mut left: Vec<Attempt> = Vec::new();
        for attempt in usable {
            match self.evidence.of(attempt.kind, &attempt.value) {
                Some(LookupAnswer::Absent) => {}
                Some(LookupAnswer::Is(_) | LookupAnswer::Unsupported) | None => left.push(attempt),
                // Nothing is concluded from an answer that is none, and nothing else is tried in its place.
                Some(no_answer) if left.is_empty() => return Decision::unanswered(no_answer),
                Some(_) => break,
            }
        }
        if left.is_empty() && !uncovered {
            return Decision::refuse(RefusalCode::UserNotFound, Reason::NotOnNetwork);
        }
        let unmet = unmet(uncovered);
        if let Some(code) = unmet.first().copied() {
            let retry = code == RefusalCode::AccountUnavailable
                && self.account.state == AccountState::Connecting;
            let refusal = Refusal {
                unmet,
                retry,
                ..Refusal::new(code)
            };
            return Decision::new(Action::Refuse(refusal), Reason::Unmet);
        }
        let network = &self.account.network;
        let create = CreateChat {
            attempts: left,
            invite: network.invite() == Invite::Required,
            send_message: network.first_message() == FirstMessage::Required,
        };
        Decision::new(Action::Create(create), because)
    }

    /// What a new chat needs and has not, in the order in which it is looked at.
    fn unmet(&self, person: Option<&Person>, uncovered: bool) -> Vec<RefusalCode> {
        let network = &self.account.network;
        let message = self
            .terms
            .message_text
            .filter(|text| !text.trim().is_empty());
        let needs_message = network.first_message() == FirstMessage::Required;
        let too_long = |text: &str| {
            network
                .message_limit()
                .is_some_and(|limit| text.chars().nth(limit as usize).is_some())
        };
        let checks = [
            (
                self.account.state != AccountState::Ready,
                RefusalCode::AccountUnavailable,
            ),
            (
                !self.account.capabilities().create_dm,
                RefusalCode::CannotCreateChat,
            ),
            (
                person.is_some_and(|person| person.cannot_message),
                RefusalCode::CannotMessage,
            ),
            (
                person.is_some_and(|person| person.is_self) && !network.message_self(),
                RefusalCode::CannotMessageSelf,
            ),
            (
                network.invite() == Invite::Required && !self.terms.allow_invite,
                RefusalCode::InviteRequired,
            ),
            (
                needs_message && message.is_none(),
                RefusalCode::MessageRequired,
            ),
            (
                needs_message && message.is_some_and(too_long),
                RefusalCode::MessageTooLong,
            ),
            (uncovered, RefusalCode::DirectoryUnavailable),
        ];
        checks
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, code)| code)
            .collect()
    }
}

impl Decision {
    fn unanswered(answer: &LookupAnswer) -> Self {
        match answer {
            LookupAnswer::Hidden => Decision::refuse(RefusalCode::CannotMessage, Reason::Hidden),
            LookupAnswer::Limited(retry_after) => {
                let refusal = Refusal {
                    retry_after: *retry_after,
                    ..Refusal::new(RefusalCode::RateLimited)
                };
                Decision::new(Action::Refuse(refusal), Reason::RateLimited)
            }
            _ => Decision::refuse(RefusalCode::UpstreamFailed, Reason::LookupFailed),
        }
    }
}
