//! The provisioning API of bridges built on mautrix' `bridgev2`: its requests, and what its answers say.
//!
//! Each request says which shape of [`wire`] answers it; [`http::read`](super::read) reads that, and
//! [`Bridge::fault`] says why there is none.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::endpoint::Endpoint;
use super::evidence::Question;
use super::url::Url;
use super::{Error, Request, Response, ServerApi, retry_after};
use crate::network::{Dialect, IdentifierKind};
use crate::person::{Account, Person};
use crate::pipeline::decide::{Attempt, RefusalCode};
use crate::pipeline::lookup::LookupResult;
use crate::start::{CreateRequest, CreateResult, OpenedChat};
use crate::wire::{self, ResolvedIdentifier};

/// One login of a bridge: where its provisioning API is, and as whom it is asked.
#[derive(Clone)]
pub struct Bridge {
    server: Endpoint,
    user: Option<String>,
    login: Option<String>,
}

/// Why a bridge did not do what it was asked for, as far as it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BridgeError {
    /// The token is missing or not the right one (`M_MISSING_TOKEN`, `M_UNKNOWN_TOKEN`).
    Unauthorized,
    /// The user may not use the bridge (`M_FORBIDDEN`).
    Forbidden,
    /// The user is not logged into the network (`FI.MAU.NOT_LOGGED_IN`).
    NotLoggedIn,
    /// There is no such login (`M_NOT_FOUND`).
    NoSuchLogin,
    /// The network has nobody of this identifier (`M_NOT_FOUND`).
    NoSuchUser,
    /// The bridge has no such function (`M_UNRECOGNIZED`).
    Unsupported,
    /// The identifier is none to this network (`M_INVALID_PARAM`).
    Invalid,
    /// The network wants fewer requests, perhaps for so long (`M_LIMIT_EXCEEDED`).
    Limited(Option<Duration>),
    /// Anything else. What was asked for may have been done.
    Failed,
}

impl Bridge {
    /// A bridge by the URL of its provisioning API, asked without a token, for the user's only login.
    ///
    /// ```
    /// use contact_resolution::http::bridge::Bridge;
    ///
    /// let bridge = Bridge::new("http://localhost:29318/_matrix/provision")?;
    /// assert_eq!(bridge.contacts()?.uri(), "http://localhost:29318/_matrix/provision/v3/contacts");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where it is not an absolute `http` or `https` URL, or has a query.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Ok(Bridge {
            server: Endpoint::new(base_url)?,
            user: None,
            login: None,
        })
    }

    /// The same bridge, asked with a token: the user's own, or the secret that the bridge shares.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let bridge = Bridge::new("http://localhost:29318/_matrix/provision")?.with_token("secret")?;
    /// assert_eq!(bridge.contacts()?.headers()["authorization"], "Bearer secret");
    /// assert!(!format!("{bridge:?}").contains("secret"));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the token has a character that no header can have.
    pub fn with_token(self, token: &str) -> Result<Self, Error> {
        Ok(Bridge {
            server: self.server.with_token(token)?,
            ..self
        })
    }

    /// The same bridge, asked for this Matrix user.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let bridge = Bridge::new("http://localhost:29318")?.for_user("@me:example.com");
    /// assert_eq!(bridge.contacts()?.uri().query(), Some("user_id=%40me%3Aexample.com"));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn for_user(self, mxid: impl Into<String>) -> Self {
        Bridge {
            user: Some(mxid.into()),
            ..self
        }
    }

    /// The same bridge, asked through this login: a user may have several.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let bridge = Bridge::new("http://localhost:29318")?.for_login("14155550100");
    /// assert_eq!(bridge.contacts()?.uri().query(), Some("login_id=14155550100"));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn for_login(self, login_id: impl Into<String>) -> Self {
        Bridge {
            login: Some(login_id.into()),
            ..self
        }
    }

    /// `GET /v3/capabilities`, answered with [`BridgeCapabilities`](wire::BridgeCapabilities). Older bridges have none.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// assert_eq!(Bridge::new("http://localhost:29318")?.capabilities()?.uri().path(), "/v3/capabilities");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where no request can be made of it.
    pub fn capabilities(&self) -> Result<Request, Error> {
        self.get("capabilities", None)
    }

    /// `GET /v3/contacts`, answered with [`BridgeContacts`](wire::BridgeContacts), all of them at once.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// assert_eq!(Bridge::new("http://localhost:29318")?.contacts()?.method(), "GET");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where no request can be made of it.
    pub fn contacts(&self) -> Result<Request, Error> {
        self.get("contacts", None)
    }

    /// `POST /v3/search_users`, answered with [`BridgeSearch`](wire::BridgeSearch). The network decides what is like the
    /// query.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let request = Bridge::new("http://localhost:29318")?.search_users("Alice")?;
    /// assert_eq!(request.body(), br#"{"query":"Alice"}"#);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where no request can be made of it.
    pub fn search_users(&self, query: &str) -> Result<Request, Error> {
        let body = serde_json::json!({ "query": query }).to_string();
        let url = self.url("search_users", None)?;
        self.server.post(&url, body.into_bytes())
    }

    /// `GET /v3/resolve_identifier/{identifier}`, answered with a [`ResolvedIdentifier`]. The identifier is a number with
    /// its `+`, an address, a username, an id of the network, or the Matrix id of a ghost.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let request = Bridge::new("http://localhost:29318")?.resolve_identifier("+14155552671")?;
    /// assert_eq!(request.uri().path(), "/v3/resolve_identifier/+14155552671");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where no request can be made of it.
    pub fn resolve_identifier(&self, identifier: &str) -> Result<Request, Error> {
        self.get("resolve_identifier", Some(identifier))
    }

    /// `POST /v3/create_dm/{identifier}`, answered with a [`ResolvedIdentifier`]: 201 where the room was made for it, 200
    /// where it was there. It carries no message, and the user in the answer may be another than was asked for.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// let request = Bridge::new("http://localhost:29318")?.create_dm("alice/1")?;
    /// assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/v3/create_dm/alice%2F1"));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where no request can be made of it.
    pub fn create_dm(&self, identifier: &str) -> Result<Request, Error> {
        let url = self.url("create_dm", Some(identifier))?;
        self.server.post(&url, Vec::new())
    }

    /// Returns why a response is an error, or `None` for a success.
    ///
    /// Bridges use `M_NOT_FOUND` for the login and for the identifier. It is about the login only with the text "Login
    /// not found".
    ///
    /// ```
    /// use contact_resolution::http::{Response, bridge::{Bridge, BridgeError}};
    ///
    /// let bridge = Bridge::new("http://localhost:29318")?.for_login("me");
    /// let error = |text: &str| {
    ///     let body = format!(r#"{{"errcode": "M_NOT_FOUND", "error": "{text}"}}"#);
    ///     let mut response = Response::new(body.into());
    ///     *response.status_mut() = http::StatusCode::NOT_FOUND;
    ///     bridge.fault(&response)
    /// };
    /// assert_eq!(error("Login not found"), Some(BridgeError::NoSuchLogin));
    /// assert_eq!(error("the server said +1 is not on WhatsApp"), Some(BridgeError::NoSuchUser));
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn fault(&self, response: &Response) -> Option<BridgeError> {
        let status = response.status();
        if status.is_success() {
            return None;
        }
        let body: MatrixError = wire::read(response.body()).unwrap_or_default();
        Some(match (status.as_u16(), body.errcode.as_str()) {
            (_, "FI.MAU.NOT_LOGGED_IN") => BridgeError::NotLoggedIn,
            (_, "M_UNRECOGNIZED") | (501, _) => BridgeError::Unsupported,
            (404, "M_NOT_FOUND") if body.error == "Login not found" => BridgeError::NoSuchLogin,
            (404, "M_NOT_FOUND") => BridgeError::NoSuchUser,
            (400, "M_INVALID_PARAM") => BridgeError::Invalid,
            (403, "M_FORBIDDEN") => BridgeError::Forbidden,
            (401, _) => BridgeError::Unauthorized,
            // The Telegram bridge passes on the status of a flood wait.
            (420 | 429, _) => BridgeError::Limited(retry_after(response)),
            _ => BridgeError::Failed,
        })
    }

    fn get(&self, function: &str, identifier: Option<&str>) -> Result<Request, Error> {
        self.server.get(&self.url(function, identifier)?)
    }

    fn url(&self, function: &str, identifier: Option<&str>) -> Result<Url, Error> {
        let mut url = self.server.url("v3").segment(function)?;
        if let Some(identifier) = identifier {
            url = url.segment(identifier)?;
        }
        let members = [("user_id", &self.user), ("login_id", &self.login)];
        let given = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        Ok(given.fold(url, |url, (name, value)| url.query(name, value)))
    }
}

/// The body of an answer that is no success.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MatrixError {
    #[serde(deserialize_with = "wire::or_default")]
    errcode: String,
    #[serde(deserialize_with = "wire::or_default")]
    error: String,
}

/// The whole of the API: a lookup tells of the chat, and a create finds one that is there.
impl ServerApi for Bridge {
    fn dialect(&self) -> &'static Dialect {
        &Dialect::BRIDGEV2
    }

    fn lookup(&self, account: &Account, attempt: &Attempt) -> Result<Request, Error> {
        self.resolve_identifier(&spelling(account, attempt))
    }

    fn read_lookup(
        &self,
        account: &Account,
        attempt: &Attempt,
        response: &Response,
    ) -> LookupResult {
        let question = Question::new(self.dialect(), account, attempt);
        match self.fault(response) {
            None => {}
            Some(BridgeError::NoSuchUser) => return question.not_found(),
            Some(BridgeError::Invalid) => return LookupResult::Invalid,
            Some(BridgeError::Limited(after)) => return LookupResult::RateLimited(after),
            Some(BridgeError::Unsupported) => return LookupResult::Unsupported,
            Some(BridgeError::NotLoggedIn | BridgeError::NoSuchLogin) => {
                return LookupResult::AccountUnavailable;
            }
            Some(_) => return LookupResult::Failed,
        }
        match super::read::<ResolvedIdentifier>(response) {
            Ok(user) => {
                let mut person = Person::from(&user);
                let chat = person.chats.pop().map(|chat| chat.id);
                question.named(person, chat)
            }
            Err(_) => LookupResult::Failed,
        }
    }

    fn create(&self, account: &Account, chat: CreateRequest<'_>) -> Result<Request, Error> {
        let request = self.create_dm(&spelling(account, chat.attempt))?;
        super::idempotent(request, chat)
    }

    fn read_create(&self, response: &Response) -> CreateResult {
        let Some(fault) = self.fault(response) else {
            return opened(response).map_or(CreateResult::Lost, CreateResult::Chat);
        };
        let code = match fault {
            BridgeError::NoSuchUser => return CreateResult::Absent,
            // The network may have the chat, although the bridge made no room for it.
            BridgeError::Failed if !super::REFUSALS.contains(&response.status().as_u16()) => {
                return CreateResult::Lost;
            }
            BridgeError::Failed => Some(RefusalCode::UpstreamFailed),
            BridgeError::NotLoggedIn | BridgeError::NoSuchLogin => {
                Some(RefusalCode::AccountUnavailable)
            }
            BridgeError::Unsupported => Some(RefusalCode::CannotCreateChat),
            _ => None,
        };
        let mut refusal = super::refusal(&Error::of(response));
        refusal.refusal = code.unwrap_or(refusal.refusal);
        CreateResult::Refused(refusal)
    }
}

/// The text of an attempt as every bridge reads it alike: a number with its `+`, and an address as it is compared. A
/// number that is stored as people write it would be another country's, or nobody's.
fn spelling(account: &Account, attempt: &Attempt) -> String {
    let read = match attempt.kind {
        IdentifierKind::Phone | IdentifierKind::Email => attempt.stored().read(account),
        IdentifierKind::Id | IdentifierKind::Handle => None,
    };
    read.map_or_else(|| attempt.value.clone(), |read| read.to_string())
}

/// The chat of a success; one without a room is not known to be there.
fn opened(response: &Response) -> Option<OpenedChat> {
    let user: ResolvedIdentifier = super::read(response).ok()?;
    let mut with = Person::from(&user);
    let mut opened = OpenedChat::existing(with.chats.pop()?.id);
    // No bridge carries a first message.
    opened.message_sent = false;
    opened.is_new = Some(response.status() == http::StatusCode::CREATED);
    if !with.id.trim().is_empty() {
        opened.participants.push(with);
        opened.is_complete = true;
    }
    Some(opened)
}
impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bridge {:?}", self.server)
    }
}
