//! The requests of the Beeper Desktop API.
//!
//! Each request names the type of [`wire`](crate::wire) for its response. [`http::read`](crate::http::read) reads the
//! response.

use super::super::url::Url;
use super::super::{Error, Request};
use super::Beeper;
use crate::wire::StartRequest;

/// The maximum number of items on one page of a list.
const PAGE: &str = "200";

impl Beeper {
    /// Returns `GET /v1/info`. The response names the application and its version. Servers before 4.2.808 cannot start
    /// a chat. The request needs no token.
    ///
    /// ```
    /// use contact_resolution::http::beeper::Beeper;
    ///
    /// let request = Beeper::new("https://beeper.example/api/")?.info()?;
    /// assert_eq!(request.uri(), "https://beeper.example/api/v1/info");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is too long for a request.
    pub fn info(&self) -> Result<Request, Error> {
        self.get(&self.url().segment("info"))
    }

    /// Returns `GET /v1/accounts`. The response is a [`List`](crate::wire::List) of [`Account`](crate::wire::Account)s.
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is too long for a request.
    pub fn accounts(&self) -> Result<Request, Error> {
        self.get(&self.url().segment("accounts"))
    }

    /// Returns `GET /v1/accounts/{id}`. The response is an [`Account`](crate::wire::Account).
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or too long for a URL.
    pub fn account(&self, id: &str) -> Result<Request, Error> {
        self.get(&self.url().segment("accounts").id(id)?)
    }

    /// Returns `GET /v1/accounts/{id}/contacts?query=`. The response is a
    /// [`ContactSearch`](crate::wire::ContactSearch).
    ///
    /// A phone number, an email address or `@username` is looked up exactly. Other text searches the known contacts,
    /// and may find people without this text.
    ///
    /// ```
    /// # use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.search_contacts("a/b", "+14155552671")?;
    /// assert_eq!(request.uri().path_and_query().unwrap(), "/v1/accounts/a%2Fb/contacts?query=%2B14155552671");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or if a text is too long for a URL.
    pub fn search_contacts(&self, account: &str, query: &str) -> Result<Request, Error> {
        let contacts = self.contacts(account)?;
        self.get(&contacts.query("query", query))
    }

    /// Returns `GET /v1/accounts/{id}/contacts/list`. The response is a [`Page`](crate::wire::Page) of
    /// [`User`](crate::wire::User)s. Its `oldest_cursor` leads to the next page.
    ///
    /// ```
    /// # use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.list_contacts("matrix", Some("1725|x"))?;
    /// assert_eq!(
    ///     request.uri().path_and_query().unwrap(),
    ///     "/v1/accounts/matrix/contacts/list?limit=200&cursor=1725%7Cx&direction=before",
    /// );
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or if a text is too long for a URL.
    pub fn list_contacts(&self, account: &str, cursor: Option<&str>) -> Result<Request, Error> {
        self.get(&page(self.contacts(account)?.segment("list"), cursor))
    }

    /// Returns `GET /v1/chats` for one account. The response is a [`Page`](crate::wire::Page) of
    /// [`Chat`](crate::wire::Chat)s.
    ///
    /// # Errors
    ///
    /// Returns an error if a text is too long for a URL.
    pub fn chats(&self, account: &str, cursor: Option<&str>) -> Result<Request, Error> {
        let chats = self.url().segment("chats");
        self.get(&page(chats.query("accountIDs", account), cursor))
    }

    /// Returns `GET /v1/chats/{id}` with all participants. The response is a [`Chat`](crate::wire::Chat).
    ///
    /// ```
    /// # use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.chat("!a:b")?;
    /// assert_eq!(request.uri().path_and_query().unwrap(), "/v1/chats/!a:b?maxParticipantCount=-1");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or too long for a URL.
    pub fn chat(&self, id: &str) -> Result<Request, Error> {
        let chat = self.url().segment("chats").id(id)?;
        self.get(&chat.query("maxParticipantCount", "-1"))
    }

    /// Returns `POST /v1/chats/{id}/archive`. The response has no body.
    ///
    /// With `archived: false`, it carries out the follow-up
    /// [`Unarchive`](crate::FollowUp::Unarchive).
    ///
    /// ```
    /// # use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.archive_chat("!a:b", false)?;
    /// assert_eq!(request.uri().path(), "/v1/chats/!a:b/archive");
    /// assert_eq!(request.body(), br#"{"archived":false}"#);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or too long for a URL.
    pub fn archive_chat(&self, id: &str, archived: bool) -> Result<Request, Error> {
        let url = self.url().segment("chats").id(id)?.segment("archive");
        let body = serde_json::json!({ "archived": archived });
        self.server.post(&url, body.to_string().into_bytes())
    }

    /// Returns `POST /v1/chats/{id}/messages`.
    ///
    /// It sends a first message that the create did not carry. It also accepts a message request.
    ///
    /// ```
    /// # use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.send_message("!a:b", "Hello")?;
    /// assert_eq!(request.uri().path(), "/v1/chats/!a:b/messages");
    /// assert_eq!(request.body(), br#"{"text":"Hello"}"#);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or too long for a URL.
    pub fn send_message(&self, chat: &str, text: &str) -> Result<Request, Error> {
        let url = self.url().segment("chats").id(chat)?.segment("messages");
        let body = serde_json::json!({ "text": text });
        self.server.post(&url, body.to_string().into_bytes())
    }

    /// Returns `GET /v1/bridges`. The response lists the bridges of the server.
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is too long for a request.
    pub fn bridges(&self) -> Result<Request, Error> {
        self.get(&self.url().segment("bridges"))
    }

    /// Returns `GET /v1/bridges/{id}/capabilities`. The response is a
    /// [`BridgeCapabilities`](crate::wire::BridgeCapabilities).
    ///
    /// # Errors
    ///
    /// Returns an error if the id is empty, `.` or `..`, or too long for a URL.
    pub fn capabilities(&self, bridge: &str) -> Result<Request, Error> {
        let bridge = self.url().segment("bridges").id(bridge)?;
        self.get(&bridge.segment("capabilities"))
    }

    /// Returns `POST /v1/chats/start`. The response is a [`StartResponse`](crate::wire::StartResponse).
    ///
    /// ```
    /// use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    ///
    /// let request = StartRequest::new("matrix", UserPayload::default());
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.start(&request)?;
    /// assert_eq!(request.method(), "POST");
    /// assert_eq!(request.body(), br#"{"accountID":"matrix","user":{}}"#);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is too long for a request.
    pub fn start(&self, request: &StartRequest) -> Result<Request, Error> {
        let url = self.url().segment("chats").segment("start");
        let body = serde_json::to_vec(request).unwrap_or_default();
        self.server.post(&url, body)
    }

    fn contacts(&self, account: &str) -> Result<Url, Error> {
        let account = self.url().segment("accounts").id(account)?;
        Ok(account.segment("contacts"))
    }

    fn url(&self) -> Url {
        self.server.url("v1")
    }

    fn get(&self, url: &Url) -> Result<Request, Error> {
        self.server.get(url)
    }
}

/// Adds the query of one page of a list: the first, or the one before a cursor.
fn page(url: Url, cursor: Option<&str>) -> Url {
    let url = url.query("limit", PAGE);
    match cursor {
        Some(cursor) => url.query("cursor", cursor).query("direction", "before"),
        None => url,
    }
}
