//! Which of a person's direct chats is the one to open.

use std::cmp::Reverse;

use super::{Action, Decision, DecisionInput, FollowUp, Reason, ReuseChat};
use crate::person::DirectChat;

impl DecisionInput<'_> {
    /// The person's best chat, in whatever state the account is.
    pub(super) fn reuse(&self, person: usize) -> Option<Decision> {
        let person = &self.ranking.people[person];
        let mut chats: Vec<&DirectChat> = person.chats.iter().collect();
        chats.sort_unstable_by_key(|chat| preference(chat));
        let (best, rest) = chats.split_first()?;
        let follow_ups = [
            (best.archived, FollowUp::Unarchive),
            (best.read_only, FollowUp::ReadOnly),
        ];
        let reuse = ReuseChat {
            chat_id: best.id.clone(),
            follow_ups: follow_ups
                .into_iter()
                .filter(|(is, _)| *is)
                .map(|(_, what)| what)
                .collect(),
            duplicates: rest.iter().map(|chat| chat.id.clone()).collect(),
            cannot_message: person.cannot_message,
        };
        Some(Decision::new(Action::Reuse(reuse), Reason::ChatExists))
    }
}

/// Writable before joined before not archived before newest; the id's bytes settle the rest, so that no order given
/// matters.
fn preference(chat: &DirectChat) -> impl Ord {
    (
        chat.read_only,
        chat.peer_pending,
        chat.archived,
        Reverse(chat.last_activity),
        chat.id.as_str(),
    )
}
