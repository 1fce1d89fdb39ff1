//! The provisioning API of bridges that use mautrix' `bridgev2`: its requests, and the interpretation of its responses.
//!
//! Each request names the type of [`wire`] for its response. [`http::read`](super::read) reads a success, and
//! [`Bridge::fault`] reads an error.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::endpoint::Endpoint;
use super::evidence::Question;
use super::url::Url;
use super::{Error, Request, Response, ServerApi, retry_after};
use crate::network::Dialect;
use crate::person::{Account, Person};
use crate::pipeline::decide::{Attempt, RefusalCode};
use crate::pipeline::lookup::LookupResult;
use crate::start::{CreateRequest, CreateResult, OpenedChat};
use crate::wire::{self, BridgeSearch, ResolvedIdentifier};

/// One login of a bridge: the URL of the provisioning API, the token, the user and the login.
#[derive(Clone)]
pub struct Bridge {
    server: Endpoint,
    user: Option<String>,
    login: Option<String>,
}

/// The error that a bridge reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BridgeError {
    /// The token is missing or wrong (`M_MISSING_TOKEN`, `M_UNKNOWN_TOKEN`).
    Unauthorized,
    /// The user may not use the bridge (`M_FORBIDDEN`).
    Forbidden,
    /// The user is not logged in to the network (`FI.MAU.NOT_LOGGED_IN`).
    NotLoggedIn,
    /// There is no such login (`M_NOT_FOUND`).
    NoSuchLogin,
    /// The network has no person with this identifier (`M_NOT_FOUND`).
    NoSuchUser,
    /// The bridge has no such function (`M_UNRECOGNIZED`).
    Unsupported,
    /// The identifier is not valid on this network (`M_INVALID_PARAM`).
    Invalid,
    /// Rate limited by the network, optionally with the wait (`M_LIMIT_EXCEEDED`).
    Limited(Option<Duration>),
    /// Any other error. The request may have been carried out.
    Failed,
}

impl Bridge {
    /// Returns a bridge with the URL of its provisioning API, without a token, for the user's only login.
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
    /// Returns an error if the URL is not an absolute `http` or `https` URL, or has a query, a fragment or a user.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Ok(Bridge {
            server: Endpoint::new(base_url)?,
            user: None,
            login: None,
        })
    }

    /// Sets the token: the user's own, or the shared secret of the bridge.
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
    /// Returns an error if the token has a character that is not allowed in a header.
    pub fn with_token(self, token: &str) -> Result<Self, Error> {
        Ok(Bridge {
            server: self.server.with_token(token)?,
            ..self
        })
    }

    /// Sets the Matrix user that the requests are for.
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

    /// Sets the login. A user may have several.
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

    /// Returns `GET /v3/capabilities`. The response is a [`BridgeCapabilities`](wire::BridgeCapabilities). Older
    /// bridges do not support it.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// assert_eq!(Bridge::new("http://localhost:29318")?.capabilities()?.uri().path(), "/v3/capabilities");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be built, for example because the URL is too long.
    pub fn capabilities(&self) -> Result<Request, Error> {
        self.get("capabilities", None)
    }

    /// Returns `GET /v3/contacts`. The response is a [`BridgeContacts`](wire::BridgeContacts) with all contacts.
    ///
    /// ```
    /// # use contact_resolution::http::bridge::Bridge;
    /// assert_eq!(Bridge::new("http://localhost:29318")?.contacts()?.method(), "GET");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be built, for example because the URL is too long.
    pub fn contacts(&self) -> Result<Request, Error> {
        self.get("contacts", None)
    }

    /// Returns `POST /v3/search_users`. The response is a [`BridgeSearch`]. The network decides on
    /// the matches.
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
    /// Returns an error if the request cannot be built, for example because the URL is too long.
    pub fn search_users(&self, query: &str) -> Result<Request, Error> {
        let body = serde_json::json!({ "query": query });
        let url = self.url("search_users", None)?;
        self.server
            .post(&url, serde_json::to_vec(&body).unwrap_or_default())
    }

    /// Returns `GET /v3/resolve_identifier/{identifier}`. The response is a [`ResolvedIdentifier`].
    ///
    /// The identifier is a number with `+`, an address, a username, an id of the network, or the Matrix id of a ghost
    /// user.
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
    /// Returns an error if the identifier is empty, `.` or `..`, or if the URL is too long.
    pub fn resolve_identifier(&self, identifier: &str) -> Result<Request, Error> {
        self.get("resolve_identifier", Some(identifier))
    }

    /// Returns `POST /v3/create_dm/{identifier}`. The response is a [`ResolvedIdentifier`].
    ///
    /// The status is 201 if the room is new, and 200 if it existed. The request carries no message. The user in the
    /// response may be another person.
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
    /// Returns an error if the identifier is empty, `.` or `..`, or if the URL is too long.
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

    fn get(&self, function: &'static str, identifier: Option<&str>) -> Result<Request, Error> {
        self.server.get(&self.url(function, identifier)?)
    }

    fn url(&self, function: &'static str, identifier: Option<&str>) -> Result<Url, Error> {
        let mut url = self.server.url("v3").segment(function);
        if let Some(identifier) = identifier {
            url = url.id(identifier)?;
        }
        let members = [("user_id", &self.user), ("login_id", &self.login)];
        let given = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        Ok(given.fold(url, |url, (name, value)| url.query(name, value)))
    }
}

/// The body of an error response.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MatrixError {
    #[serde(deserialize_with = "wire::or_default")]
    errcode: String,
    #[serde(deserialize_with = "wire::or_default")]
    error: String,
}

/// A lookup also reports an existing chat, and a create opens it. Identifiers that only a search finds are searched.
impl ServerApi for Bridge {
    fn dialect(&self) -> &'static Dialect {
        &Dialect::BRIDGEV2
    }

    fn lookup(&self, account: &Account, attempt: &Attempt) -> Result<Request, Error> {
        if self.dialect().searches(&account.network, attempt.kind) {
            self.search_users(&attempt.value)
        } else {
            self.resolve_identifier(&attempt.value)
        }
    }

    fn read_lookup(
        &self,
        account: &Account,
        attempt: &Attempt,
        response: &Response,
    ) -> LookupResult {
        let question = Question::new(self.dialect(), account, attempt);
        let is_search = self.dialect().searches(&account.network, attempt.kind);
        match self.fault(response) {
            None => {}
            Some(BridgeError::NoSuchUser) if is_search => return LookupResult::Inconclusive,
            Some(BridgeError::NoSuchUser) => return question.not_found(),
            Some(BridgeError::Invalid) => return LookupResult::Invalid,
            Some(BridgeError::Limited(after)) => return LookupResult::RateLimited(after),
            Some(BridgeError::Unsupported) => return LookupResult::Unsupported,
            Some(BridgeError::NotLoggedIn | BridgeError::NoSuchLogin) => {
                return LookupResult::AccountUnavailable;
            }
            Some(_) => return LookupResult::Failed,
        }
        if is_search {
            let found = super::read::<BridgeSearch>(response);
            return found.map_or(LookupResult::Failed, |found| {
                question.found(found.results.items.iter().map(Person::from))
            });
        }
        super::read::<ResolvedIdentifier>(response).map_or(LookupResult::Failed, |user| {
            let mut person = Person::from(&user);
            let chat = person.chats.pop().map(|chat| chat.id);
            question.named(person, chat)
        })
    }

    fn create(&self, _: &Account, chat: CreateRequest<'_>) -> Result<Request, Error> {
        let request = self.create_dm(&chat.attempt.value)?;
        super::idempotent(request, chat)
    }

    fn read_create(&self, response: &Response) -> CreateResult {
        let Some(fault) = self.fault(response) else {
            return opened(response).map_or(CreateResult::Lost, CreateResult::Chat);
        };
        let code = match fault {
            BridgeError::NoSuchUser => Some(RefusalCode::UserNotFound),
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
        refusal.code = code.unwrap_or(refusal.code);
        CreateResult::Refused(refusal)
    }
}

/// Reads the chat of a successful response. Returns `None` without a room, since the chat is not confirmed then.
fn opened(response: &Response) -> Option<OpenedChat> {
    let user: ResolvedIdentifier = super::read(response).ok()?;
    let mut with = Person::from(&user);
    let mut opened = OpenedChat::existing(with.chats.pop()?.id);
    // A bridge never sends a first message.
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
