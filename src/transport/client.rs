//! The drivers: what a start needs, fetched, until it is done.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::{AsyncTransport, Flights, Retry, Transport, TransportError};
use crate::api::{self, Api, Request, Response};
use crate::directory::{Ask, AsyncDirectory, AsyncLedger, Directory, Ledger, Settled};
use crate::resolve::SUGGESTIONS;
use crate::start::{Answer, Created, Lookup, Need, Outcome, Start};

/// A server, the way to it, and how to wait: all that a start needs besides what the host knows.
#[derive(Clone, Copy)]
pub struct Client<'a, T: ?Sized, S> {
    api: &'a dyn Api,
    transport: &'a T,
    retry: Retry,
    flights: Option<&'a Flights>,
    sleep: S,
}

impl<'a, T: ?Sized, S> Client<'a, T, S> {
    /// A client that repeats requests as [`Retry::default`] says.
    ///
    /// ```
    /// use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::transport::{Client, TransportError};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Err::<Response, _>(TransportError::not_sent("no network"));
    /// let client = Client::new(&beeper, &transport, |_| ());
    /// assert!(!client.send(&beeper.info()?).unwrap_err().sent);
    /// # Ok::<_, contact_resolution::api::Error>(())
    /// ```
    #[must_use]
    pub fn new(api: &'a dyn Api, transport: &'a T, sleep: S) -> Self {
        Client {
            api,
            transport,
            retry: Retry::default(),
            flights: None,
            sleep,
        }
    }

    /// The same client with other retries.
    ///
    /// ```
    /// # use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// # use contact_resolution::transport::{Client, TransportError};
    /// use contact_resolution::transport::Retry;
    /// use std::cell::Cell;
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let sent = Cell::new(0);
    /// let transport = |_: Request| {
    ///     sent.set(sent.get() + 1);
    ///     Err::<Response, _>(TransportError::not_sent("no network"))
    /// };
    /// let client = Client::new(&beeper, &transport, |_| ()).with_retry(Retry::never());
    /// assert!(client.send(&beeper.info()?).is_err());
    /// assert_eq!(sent.get(), 1);
    /// # Ok::<_, contact_resolution::api::Error>(())
    /// ```
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Client { retry, ..self }
    }

    /// The same client, whose starts for one person wait for each other, and for those of all clients that share the
    /// flights. Without them a start asks the ledger again, as its [`Timing`](crate::Timing) says.
    ///
    /// ```
    /// # use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// # use contact_resolution::transport::{Client, TransportError};
    /// use contact_resolution::transport::Flights;
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Err::<Response, _>(TransportError::not_sent("no network"));
    /// let flights = Flights::new();
    /// let client = Client::new(&beeper, &transport, std::thread::sleep).with_flights(&flights);
    /// # assert!(client.with_retry(contact_resolution::Retry::never()).send(&beeper.info()?).is_err());
    /// # Ok::<_, contact_resolution::api::Error>(())
    /// ```
    #[must_use]
    pub fn with_flights(self, flights: &'a Flights) -> Self {
        Client {
            flights: Some(flights),
            ..self
        }
    }
}

impl<T: Transport + ?Sized, S: Fn(Duration)> Client<'_, T, S> {
    /// Sends a request, again where that is safe and can help.
    ///
    /// ```
    /// use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::transport::{Client, TransportError};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Ok::<_, TransportError>(Response::new(b"{}".to_vec()));
    /// let client = Client::new(&beeper, &transport, std::thread::sleep);
    /// assert_eq!(client.send(&beeper.info()?).unwrap().body(), b"{}");
    /// # Ok::<_, contact_resolution::api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the last time gave no answer.
    pub fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let mut sent = 0;
        loop {
            let end = self.transport.send(request.clone());
            sent += 1;
            match self.retry.wait(sent, request.method(), &end) {
                Some(wait) => (self.sleep)(wait),
                None => return end,
            }
        }
    }

    /// Carries a start out.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::transport::{Client, TransportError};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, End, MemoryDirectory, MemoryLedger, Network, Policy, Start};
    ///
    /// // A server that knows who has the number, and makes the chat.
    /// let server = |request: Request| {
    ///     let body = match request.uri().path() {
    ///         "/v1/accounts/whatsapp/contacts" => r#"{"items": [{"id": "alice-id", "phoneNumber": "+14155552671"}]}"#,
    ///         _ => r#"{"id": "!new:chat", "chatID": "!new:chat", "status": "created"}"#,
    ///     };
    ///     Ok::<_, TransportError>(Response::new(body.into()))
    /// };
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let client = Client::new(&beeper, &server, std::thread::sleep);
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// let user = UserPayload { phone_number: Some("+1 415 555 2671".into()), ..UserPayload::default() };
    /// let request = StartRequest::new("whatsapp", user);
    /// let policy = Policy::default();
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    /// let start = Start::new(&account, &request, &policy);
    /// let outcome = client.start(start, &MemoryDirectory::new(), &ledger)?;
    /// assert!(matches!(outcome.end, End::Created { chat_id, .. } if chat_id == "!new:chat"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the directory or the ledger can't be asked. What the network answers is in the outcome.
    pub fn start<D: Directory, L: Ledger>(
        &self,
        mut start: Start<'_>,
        directory: &D,
        ledger: &L,
    ) -> Result<Outcome, HostError<D::Error, L::Error>> {
        let account = start.account();
        // Held from the claim to the end, whatever the end is, unless the claim is another process's.
        let mut flight = None;
        let mut answer = None;
        loop {
            answer = Some(match start.next(answer) {
                Need::Find(keys) => {
                    let asks = [Ask {
                        account: &account.id,
                        keys,
                    }];
                    let found = match directory.find(&asks) {
                        Ok(mut found) => found.pop(),
                        // That a chat may have been made must not be lost over it: the start ends in unknown.
                        Err(_) if start.is_in_doubt() => None,
                        Err(error) => {
                            // Otherwise the person would be kept busy for nothing.
                            if let Some(intent) = start.unsent() {
                                let _ = ledger.settle(intent, &Settled::Nothing);
                            }
                            return Err(HostError::Directory(error));
                        }
                    };
                    Answer::Found(found.unwrap_or_default())
                }
                Need::Lookup(attempt) => {
                    let end = self.exchange(self.api.lookup(account, attempt));
                    let read = |response| self.api.read_lookup(account, attempt, &response);
                    Answer::LookedUp(end.map_or(Lookup::Failed, read))
                }
                Need::Claim(intent) => {
                    drop(flight.take());
                    flight = self.flights.map(|flights| flights.wait(intent));
                    Answer::Claimed(ledger.claim(intent).map_err(HostError::Ledger)?)
                }
                Need::Create(chat) => {
                    let end = self.exchange(self.api.create(account, chat));
                    Answer::Created(
                        end.map_or_else(|e| unanswered(&e), |r| self.api.read_create(&r)),
                    )
                }
                Need::Settle(intent, end) => Answer::Settled(ledger.settle(intent, &end).is_ok()),
                Need::Wait(time) => {
                    // What is waited for is another process's, and the others here can wait for it at the same time.
                    if !start.is_in_doubt() {
                        flight = None;
                    }
                    (self.sleep)(time);
                    Answer::Woke
                }
                Need::Done(mut outcome) => {
                    // Who is suggested is no part of how it ended, and so no reason to fail.
                    if let Some(name) = start.suggested_by(&outcome)
                        && let Ok(people) = directory.suggest(&account.id, name, SUGGESTIONS)
                    {
                        outcome.decision.suggest(&people);
                    }
                    return Ok(outcome);
                }
            });
        }
    }

    fn exchange(&self, request: Result<Request, api::Error>) -> Result<Response, TransportError> {
        self.send(&request?)
    }
}

impl<T, S, P> Client<'_, T, S>
where
    T: AsyncTransport + ?Sized,
    S: Fn(Duration) -> P + Sync,
    P: Future<Output = ()> + Send,
{
    /// [`send`](Client::send) over an [`AsyncTransport`].
    ///
    /// ```
    /// use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::transport::{Client, TransportError};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| async { Ok::<_, TransportError>(Response::new(b"{}".to_vec())) };
    /// let client = Client::new(&beeper, &transport, tokio::time::sleep);
    /// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let answer = runtime.block_on(client.send_async(&beeper.info()?))?;
    /// assert_eq!(answer.body(), b"{}");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the last time gave no answer.
    pub async fn send_async(&self, request: &Request) -> Result<Response, TransportError> {
        let mut sent = 0;
        loop {
            let end = self.transport.send(request.clone()).await;
            sent += 1;
            match self.retry.wait(sent, request.method(), &end) {
                Some(wait) => (self.sleep)(wait).await,
                None => return end,
            }
        }
    }

    /// [`start`](Client::start) over an [`AsyncTransport`], with stores that take their time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::api::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::transport::{Client, TransportError};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, End, MemoryDirectory, MemoryLedger, Network, Policy, Start};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| async { Ok::<_, TransportError>(Response::new(b"{}".to_vec())) };
    /// let client = Client::new(&beeper, &transport, tokio::time::sleep);
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// let (request, policy) = (StartRequest::new("whatsapp", UserPayload::default()), Policy::default());
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    /// let start = Start::new(&account, &request, &policy);
    /// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let outcome = runtime.block_on(client.start_async(start, &MemoryDirectory::new(), &ledger))?;
    /// assert_eq!(outcome.end, End::Refused);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Dropped half-way, it may leave an intent claimed, which then grows stale.
    ///
    /// # Errors
    ///
    /// Where the directory or the ledger can't be asked. What the network answers is in the outcome.
    pub async fn start_async<D: AsyncDirectory, L: AsyncLedger>(
        &self,
        mut start: Start<'_>,
        directory: &D,
        ledger: &L,
    ) -> Result<Outcome, HostError<D::Error, L::Error>> {
        let account = start.account();
        let mut flight = None;
        let mut answer = None;
        loop {
            answer = Some(match start.next(answer.take()) {
                Need::Find(keys) => {
                    let asks = [Ask {
                        account: &account.id,
                        keys,
                    }];
                    let found = match directory.find(&asks).await {
                        Ok(mut found) => found.pop(),
                        Err(_) if start.is_in_doubt() => None,
                        Err(error) => {
                            if let Some(intent) = start.unsent() {
                                let _ = ledger.settle(intent, &Settled::Nothing).await;
                            }
                            return Err(HostError::Directory(error));
                        }
                    };
                    Answer::Found(found.unwrap_or_default())
                }
                Need::Lookup(attempt) => {
                    let end = self.exchange_async(self.api.lookup(account, attempt)).await;
                    let read = |response| self.api.read_lookup(account, attempt, &response);
                    Answer::LookedUp(end.map_or(Lookup::Failed, read))
                }
                Need::Claim(intent) => {
                    drop(flight.take());
                    if let Some(flights) = self.flights {
                        flight = Some(flights.enter(intent).await);
                    }
                    Answer::Claimed(ledger.claim(intent).await.map_err(HostError::Ledger)?)
                }
                Need::Create(chat) => {
                    let end = self.exchange_async(self.api.create(account, chat)).await;
                    Answer::Created(
                        end.map_or_else(|e| unanswered(&e), |r| self.api.read_create(&r)),
                    )
                }
                Need::Settle(intent, end) => {
                    Answer::Settled(ledger.settle(intent, &end).await.is_ok())
                }
                Need::Wait(time) => {
                    if !start.is_in_doubt() {
                        flight = None;
                    }
                    (self.sleep)(time).await;
                    Answer::Woke
                }
                Need::Done(mut outcome) => {
                    if let Some(name) = start.suggested_by(&outcome)
                        && let Ok(people) = directory.suggest(&account.id, name, SUGGESTIONS).await
                    {
                        outcome.decision.suggest(&people);
                    }
                    return Ok(outcome);
                }
            });
        }
    }

    async fn exchange_async(
        &self,
        request: Result<Request, api::Error>,
    ) -> Result<Response, TransportError> {
        self.send_async(&request?).await
    }
}

/// What a create came to that got no answer.
fn unanswered(error: &TransportError) -> Created {
    if error.sent {
        Created::Lost
    } else {
        Created::NotSent
    }
}

impl<T: ?Sized, S> fmt::Debug for Client<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// What the host could not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostError<D, L> {
    /// Its directory could not be asked.
    Directory(D),
    /// Its ledger could not be asked, and so nothing was created.
    Ledger(L),
}

impl<D: fmt::Display, L: fmt::Display> fmt::Display for HostError<D, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostError::Directory(error) => write!(f, "the directory could not be asked: {error}"),
            HostError::Ledger(error) => write!(f, "the ledger could not be asked: {error}"),
        }
    }
}

impl<D: Error + 'static, L: Error + 'static> Error for HostError<D, L> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            HostError::Directory(error) => error,
            HostError::Ledger(error) => error,
        })
    }
}
