//! Chooses which of a person's direct chats to open.

use std::cmp::Reverse;

use super::{Action, Decision, DecisionInput, FollowUp, Reason, ReuseChat};
use crate::person::DirectChat;

impl DecisionInput<'_, '_> {
    /// Returns the decision to open the person's best chat, in any state of the account.
    pub(super) fn reuse(&self, person: usize) -> Option<Decision> {
        let person = self.found(person);
        let mut chats = person.chats();
        chats.sort_unstable_by(|one, other| preference(one).cmp(&preference(other)));
        let mut chats = chats.into_iter();
        let best = chats.next()?;
        let reuse = ReuseChat {
            follow_ups: FollowUp::of(&best),
            chat_id: best.id,
            duplicates: chats.map(|chat| chat.id).collect(),
            cannot_message: person.cannot_message(),
        };
        Some(Decision::new(Action::Reuse(reuse), Reason::ChatExists))
    }
}

impl FollowUp {
    /// Returns the steps that the flags of a chat call for.
    pub(crate) fn of(chat: &DirectChat) -> Vec<FollowUp> {
        let steps = [
            (chat.own_pending, FollowUp::Accept),
            (chat.archived, FollowUp::Unarchive),
            (chat.read_only, FollowUp::ReadOnly),
        ];
        let needed = steps.into_iter().filter(|(is_needed, _)| *is_needed);
        needed.map(|(_, step)| step).collect()
    }
}

/// Returns the order of preference: writable, joined by the own user, joined by the peer, not archived, newest.
///
/// The id breaks ties, so that the input order does not matter.
fn preference(chat: &DirectChat) -> impl Ord {
    (
        chat.read_only,
        chat.own_pending,
        chat.peer_pending,
        chat.archived,
        Reverse(chat.last_activity),
        chat.id.as_str(),
    )
}
