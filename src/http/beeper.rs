//! The Beeper Desktop API: its requests, and the interpretation of its responses.
//!
//! Each request names the type of [`wire`] for its response. [`http::read`](super::read) reads the
//! response.

mod requests;
mod server;

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

pub use server::{error, not_started, refused, started};

use super::endpoint::Endpoint;
use super::evidence::Question;
use super::{Error, Request, Response, ServerApi};
use crate::identifier::Identifier;
use crate::network::{Dialect, IdentifierKind};
use crate::person::{Account, Person, Timestamp};
use crate::pipeline::decide::{Attempt, RefusalCode};
use crate::pipeline::lookup::LookupResult;
use crate::start::{CreateRequest, CreateResult, OpenedChat};
use crate::wire::{
    self, ChatType, ContactSearch, Participant, Participants, StartRequest, StartStatus,
    UserPayload,
};

/// The default URL of the API: Beeper on this machine.
pub const DEFAULT_BASE_URL: &str = "http://localhost:23373";

/// A server of the API: its base URL, and its token.
#[derive(Clone)]
pub struct Beeper {
    server: Endpoint,
}

impl Beeper {
    /// Returns a server with this base URL, and without a token.
    ///
    /// ```
    /// use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    ///
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.info()?;
    /// assert_eq!(request.uri(), "http://localhost:23373/v1/info");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not an absolute `http` or `https` URL, or has a query, a fragment or a user.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Ok(Beeper {
            server: Endpoint::new(base_url)?,
        })
    }

    /// Sets the token.
    ///
    /// ```
    /// use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?.with_token("secret")?;
    /// assert_eq!(beeper.accounts()?.headers()["authorization"], "Bearer secret");
    /// assert!(!format!("{beeper:?} {:?}", beeper.accounts()?).contains("secret"));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the token has a character that is not allowed in a header.
    pub fn with_token(self, token: &str) -> Result<Self, Error> {
        Ok(Beeper {
            server: self.server.with_token(token)?,
        })
    }
}

impl fmt::Debug for Beeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Beeper {:?}", self.server)
    }
}

/// A lookup is a contact search, and a create is a start with one identifier.
///
/// The search does not report chats. If the person has one, the start finds it and answers `existing`.
impl ServerApi for Beeper {
    fn dialect(&self) -> &'static Dialect {
        &Dialect::BEEPER
    }

    fn lookup(&self, account: &Account, attempt: &Attempt) -> Result<Request, Error> {
        self.search_contacts(&account.id, &query(account, attempt))
    }

    fn read_lookup(
        &self,
        account: &Account,
        attempt: &Attempt,
        response: &Response,
    ) -> LookupResult {
        let question = Question::new(self.dialect(), account, attempt);
        let error = match super::read::<ContactSearch>(response) {
            // A malformed user may be the queried person.
            Ok(found) if found.items.is_empty() && found.skipped > 0 => {
                return LookupResult::Inconclusive;
            }
            Ok(found) => {
                let people: Vec<Person> = found.items.iter().map(Person::from).collect();
                return question.among(&people);
            }
            Err(error) => error,
        };
        let is = |code: RefusalCode| error.code() == Some(code.as_str());
        match error.status() {
            Some(400 | 422) => LookupResult::Invalid,
            Some(403) if is(RefusalCode::CannotMessage) => LookupResult::Hidden,
            Some(404) if is(RefusalCode::AccountNotFound) => LookupResult::AccountUnavailable,
            Some(404) if error.code().is_some() => question.not_found(),
            // A page that no server of the API wrote.
            Some(404) => LookupResult::Inconclusive,
            Some(405 | 501) => LookupResult::Unsupported,
            Some(429) => LookupResult::RateLimited(error.retry_after()),
            // A 403 with another code is about the token.
            _ => LookupResult::Failed,
        }
    }

    fn create(&self, account: &Account, chat: CreateRequest<'_>) -> Result<Request, Error> {
        let mut user = UserPayload::default();
        let member = match chat.attempt.kind {
            IdentifierKind::Id => &mut user.id,
            IdentifierKind::Phone => &mut user.phone_number,
            IdentifierKind::Email => &mut user.email,
            IdentifierKind::Handle => &mut user.username,
        };
        *member = Some(chat.attempt.value.clone());
        let request = self.start(&StartRequest {
            allow_invite: Some(chat.allow_invite),
            message_text: chat.message_text.map(str::to_owned),
            ..StartRequest::new(account.id.as_str(), user)
        })?;
        super::idempotent(request, chat)
    }

    fn read_create(&self, response: &Response) -> CreateResult {
        let error = match super::read::<StartedChat>(response) {
            Ok(chat) => {
                return chat
                    .opened(response)
                    .map_or(CreateResult::Lost, CreateResult::Chat);
            }
            Err(error) => error,
        };
        let Some(status) = error.status() else {
            // A success with a body that cannot be read may have made a chat.
            return CreateResult::Lost;
        };
        let is = |code: RefusalCode| error.code() == Some(code.as_str());
        match status {
            404 if !is(RefusalCode::AccountNotFound) => {
                let mut refusal = super::refusal(&error);
                refusal.code = RefusalCode::UserNotFound;
                CreateResult::Refused(refusal)
            }
            // With these codes, this crate's own server reports that it sent no create.
            503 if is(RefusalCode::AccountUnavailable) || is(RefusalCode::DirectoryUnavailable) => {
                CreateResult::Refused(super::refusal(&error))
            }
            status if super::REFUSALS.contains(&status) => {
                CreateResult::Refused(super::refusal(&error))
            }
            _ => CreateResult::Lost,
        }
    }
}

/// The members that are read from a started chat. A server may write the others differently.
///
/// The chat exists, so a malformed member does not matter as long as one member names the chat.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StartedChat {
    #[serde(deserialize_with = "wire::if_well_formed")]
    id: Option<String>,
    #[serde(rename = "chatID", deserialize_with = "wire::if_well_formed")]
    chat_id: Option<String>,
    #[serde(rename = "accountID", deserialize_with = "wire::if_well_formed")]
    account_id: Option<String>,
    #[serde(rename = "type", deserialize_with = "wire::if_well_formed")]
    chat_type: Option<ChatType>,
    #[serde(deserialize_with = "wire::if_well_formed")]
    status: Option<StartStatus>,
    #[serde(deserialize_with = "wire::if_well_formed")]
    is_archived: Option<bool>,
    #[serde(deserialize_with = "wire::if_well_formed")]
    is_read_only: Option<bool>,
    #[serde(deserialize_with = "wire::if_well_formed")]
    last_activity: Option<String>,
    merge: Option<Value>,
    participants: Option<Value>,
}

impl StartedChat {
    /// Returns the opened chat, or `None` if the answer does not name it.
    fn opened(self, response: &Response) -> Option<OpenedChat> {
        let ids = [self.id, self.chat_id].into_iter().flatten();
        let id = ids.into_iter().find(|id| !id.trim().is_empty())?;
        let mut opened = match self.status {
            Some(StartStatus::Created) => OpenedChat::new(id),
            Some(StartStatus::Existing) => OpenedChat::existing(id),
            _ if response.status() == http::StatusCode::CREATED => OpenedChat::new(id),
            // Without a status, the chat may be new and the message may have been sent.
            _ => OpenedChat {
                is_new: None,
                ..OpenedChat::new(id)
            },
        };
        opened.is_group = self.chat_type == Some(ChatType::Group);
        opened.chat.archived = self.is_archived == Some(true);
        opened.chat.read_only = self.is_read_only == Some(true);
        let activity = self.last_activity.as_deref();
        opened.chat.last_activity = activity.and_then(Timestamp::parse);
        // A merged chat has members on several accounts and names one of these.
        opened.account = self.account_id.filter(|_| self.merge.is_none());
        // From text, as all other participants, so that they have one reader in the program.
        let participants = self.participants.as_ref();
        let participants = participants.and_then(|value| serde_json::to_vec(value).ok());
        let participants = participants.as_deref().map(wire::read::<Participants>);
        if let Some(Ok(list)) = participants {
            opened.is_complete = !list.has_more;
            let is_self = |one: &&Participant| one.user.is_self == Some(true);
            let is_pending = |one: &Participant| one.is_pending == Some(true);
            opened.chat.own_pending = list.items.iter().find(is_self).is_some_and(is_pending);
            let others = list.items.iter();
            let others = others.filter(|one| !is_self(one) && one.is_network_bot != Some(true));
            opened.chat.peer_pending = match others.clone().collect::<Vec<_>>().as_slice() {
                [other] => is_pending(other),
                _ => false,
            };
            opened.participants = others.map(|other| Person::from(&other.user)).collect();
        }
        Some(opened)
    }
}

/// Returns the query for an exact lookup: a number, an address, or a handle with its `@`.
fn query(account: &Account, attempt: &Attempt) -> String {
    let read = match attempt.stored().read(account) {
        Some(Identifier::Id(id)) => id.embedded_identifier().or(Some(Identifier::Id(id))),
        read => read,
    };
    // The server may compare the letter case, so the text is not folded.
    let text = read.map_or_else(
        || attempt.value.clone(),
        |identifier| identifier.to_send().to_owned(),
    );
    match attempt.kind {
        IdentifierKind::Handle => format!("@{}", text.trim_start_matches('@')),
        IdentifierKind::Id | IdentifierKind::Phone | IdentifierKind::Email => text,
    }
}
