//! The requirements of a new chat.

use super::{Action, Decision, DecisionInput, Reason, Refusal, RefusalCode};
use crate::directory::FoundPerson;
use crate::network::{Dialect, FirstMessage, Invite, is_unseen};
use crate::person::AccountState;
use crate::wire::StartRequest;

/// Returns the first message of a request. A text without a visible character is no message.
pub(crate) fn first_message(request: &StartRequest) -> Option<&str> {
    let message = request.message_text.as_deref();
    message.filter(|text| text.chars().any(|c| !c.is_whitespace() && !is_unseen(c)))
}

impl DecisionInput<'_, '_> {
    /// Returns the refusal if requirements of a new chat are unmet.
    pub(super) fn refuse_unmet(
        &self,
        person: Option<&FoundPerson<'_>>,
        is_uncovered: bool,
    ) -> Option<Decision> {
        let unmet = self.unmet(person, is_uncovered);
        let code = *unmet.first()?;
        let is_connecting = self.account.state == AccountState::Connecting;
        let (reason, retry) = match code {
            RefusalCode::AccountUnavailable => (Reason::AccountNotConnected, is_connecting),
            _ => (Reason::Unmet, false),
        };
        let refusal = Refusal {
            unmet,
            retry,
            ..Refusal::new(code)
        };
        Some(Decision::new(Action::Refuse(refusal), reason))
    }

    /// Returns the unmet requirements of a new chat, the most important first.
    ///
    /// `is_uncovered` means that no attempt remains because not all direct chats are known.
    fn unmet(&self, person: Option<&FoundPerson<'_>>, is_uncovered: bool) -> Vec<RefusalCode> {
        let rules = self.account.network.rules();
        let message = first_message(self.request);
        let needs_message = rules.first_message == FirstMessage::Required;
        let carries_message = self.dialect.is_none_or(Dialect::carries_first_message);
        let is_too_long = |text: &str| {
            let limit = rules.message_limit;
            limit.is_some_and(|limit| text.chars().nth(limit as usize).is_some())
        };
        let mut unmet = Vec::new();
        let mut check = |is_unmet: bool, code: RefusalCode| unmet.extend(is_unmet.then_some(code));
        check(
            self.account.state != AccountState::Ready,
            RefusalCode::AccountUnavailable,
        );
        check(
            !self.account.capabilities().create_dm || (needs_message && !carries_message),
            RefusalCode::CannotCreateChat,
        );
        check(
            person.is_some_and(FoundPerson::cannot_message),
            RefusalCode::CannotMessage,
        );
        check(
            person.is_some_and(FoundPerson::is_self) && !rules.message_self,
            RefusalCode::CannotMessageSelf,
        );
        check(
            rules.invite == Invite::Required && !self.request.allows_invite(),
            RefusalCode::InviteRequired,
        );
        check(
            needs_message && message.is_none(),
            RefusalCode::MessageRequired,
        );
        check(
            needs_message && message.is_some_and(is_too_long),
            RefusalCode::MessageTooLong,
        );
        check(is_uncovered, RefusalCode::DirectoryUnavailable);
        unmet
    }
}
