//! The client: a server API, a transport and a retry policy, which carry out starts.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::time::Duration;

#[cfg(feature = "lookup-limits")]
use super::LookupLimits;
use super::driver::{Driver, exchange, run_blocking};
use super::host::{Asynchronous, Blocking};
use super::time_budget::TimeShare;
use super::{AsyncTransport, RetryPolicy, SingleFlight, Transport, TransportError};
use crate::directory::{AsyncDirectory, Directory};
use crate::http::{Request, Response, ServerApi};
use crate::ledger::{AsyncLedger, Ledger};
use crate::start::{ChatStart, Outcome};

/// A server API, a transport, a retry policy and a way to wait. A client carries out starts and sends single requests.
#[derive(Clone, Copy)]
pub struct Client<'a, T: ?Sized, S> {
    api: &'a dyn ServerApi,
    pub(super) transport: &'a T,
    retry: RetryPolicy,
    flights: Option<&'a SingleFlight>,
    #[cfg(feature = "lookup-limits")]
    lookup_limits: Option<&'a LookupLimits>,
    pub(super) sleep: S,
}

impl<'a, T: ?Sized, S> Client<'a, T, S> {
    /// Returns a client with the default [`RetryPolicy`]. `sleep` waits for a duration before a retry.
    ///
    /// ```
    /// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::{Client, TransportError};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Err::<Response, _>(TransportError::not_sent("no network"));
    /// let client = Client::new(&beeper, &transport, |_| ());
    /// assert!(!client.send(&beeper.info()?).unwrap_err().sent);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn new(api: &'a dyn ServerApi, transport: &'a T, sleep: S) -> Self {
        Client {
            api,
            transport,
            retry: RetryPolicy::default(),
            flights: None,
            #[cfg(feature = "lookup-limits")]
            lookup_limits: None,
            sleep,
        }
    }

    /// Sets the retry policy.
    ///
    /// ```
    /// # use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// # use contact_resolution::{Client, TransportError};
    /// use contact_resolution::RetryPolicy;
    /// use std::cell::Cell;
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let sent = Cell::new(0);
    /// let transport = |_: Request| {
    ///     sent.set(sent.get() + 1);
    ///     Err::<Response, _>(TransportError::not_sent("no network"))
    /// };
    /// let client = Client::new(&beeper, &transport, |_| ()).with_retry(RetryPolicy::never());
    /// assert!(client.send(&beeper.info()?).is_err());
    /// assert_eq!(sent.get(), 1);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        Client { retry, ..self }
    }

    /// Sets a [`SingleFlight`]. Starts for one person wait for each other, across all clients with the same `SingleFlight`.
    ///
    /// Without a `SingleFlight`, a start queries the ledger again after the wait in its
    /// [`StartTiming`](crate::start::StartTiming).
    ///
    /// ```
    /// # use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// # use contact_resolution::{Client, TransportError};
    /// use contact_resolution::SingleFlight;
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Err::<Response, _>(TransportError::not_sent("no network"));
    /// let single_flight = SingleFlight::new();
    /// let client = Client::new(&beeper, &transport, std::thread::sleep).with_flights(&single_flight);
    /// # assert!(client.with_retry(contact_resolution::RetryPolicy::never()).send(&beeper.info()?).is_err());
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn with_flights(self, flights: &'a SingleFlight) -> Self {
        Client {
            flights: Some(flights),
            ..self
        }
    }

    /// Looks up each identifier less often. [`LookupLimits`] has an example.
    #[cfg(feature = "lookup-limits")]
    #[must_use]
    pub fn with_lookup_limits(self, lookup_limits: &'a LookupLimits) -> Self {
        Client {
            lookup_limits: Some(lookup_limits),
            ..self
        }
    }
}

impl<T: ?Sized, S> Client<'_, T, S> {
    fn driver(&self) -> Driver<'_> {
        Driver {
            api: self.api,
            retry: self.retry,
            flights: self.flights,
            #[cfg(feature = "lookup-limits")]
            lookup_limits: self.lookup_limits,
        }
    }
}

impl<T: Transport + ?Sized, S: Fn(Duration)> Client<'_, T, S> {
    /// Sends a request, and repeats it if the [`RetryPolicy`] allows.
    ///
    /// ```
    /// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::{Client, TransportError};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| Ok::<_, TransportError>(Response::new(b"{}".to_vec()));
    /// let client = Client::new(&beeper, &transport, std::thread::sleep);
    /// assert_eq!(client.send(&beeper.info()?).unwrap().body(), b"{}");
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the last try got no response.
    pub fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let time = TimeShare::UNLIMITED;
        let request = Ok(request.clone());
        run_blocking(exchange(&Blocking(self), self.retry, time, request))
    }

    /// Carries out a start.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::{Client, TransportError};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, MemoryDirectory, MemoryLedger, Network, Policy, StartResult};
    ///
    /// // A server that finds the owner of the number, and creates the chat.
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
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload { phone_number: Some("+1 415 555 2671".into()), ..UserPayload::default() };
    /// let request = StartRequest::new("whatsapp", user);
    /// let policy = Policy::default();
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    /// let start = ChatStart::new(&account, &request, &policy);
    /// let outcome = client.start(start, &MemoryDirectory::new(), &ledger)?;
    /// assert!(matches!(outcome.result, StartResult::Created { chat_id, .. } if chat_id == "!new:chat"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the directory cannot be queried, or if the ledger cannot be read or written for a claim.
    /// Errors of the network are part of the outcome.
    pub fn start<D: Directory, L: Ledger>(
        &self,
        start: ChatStart<'_>,
        directory: &D,
        ledger: &L,
    ) -> Result<Outcome, StartError<D::Error, L::Error>> {
        let stores = Blocking((directory, ledger));
        run_blocking(self.driver().start(start, &Blocking(self), &stores))
    }
}

impl<T, S, P> Client<'_, T, S>
where
    T: AsyncTransport + ?Sized,
    S: Fn(Duration) -> P + Sync,
    P: Future<Output = ()> + Send,
{
    /// Does the same as [`send`](Client::send), over an [`AsyncTransport`].
    ///
    /// ```
    /// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::{Client, TransportError};
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
    /// Returns an error if the last try got no response.
    pub async fn send_async(&self, request: &Request) -> Result<Response, TransportError> {
        let time = TimeShare::UNLIMITED;
        let request = Ok(request.clone());
        exchange(&Asynchronous(self), self.retry, time, request).await
    }

    /// Does the same as [`start`](Client::start), over an [`AsyncTransport`] and asynchronous stores.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
    /// use contact_resolution::{Client, TransportError};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, MemoryDirectory, MemoryLedger, Network, Policy, StartResult};
    ///
    /// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
    /// let transport = |_: Request| async { Ok::<_, TransportError>(Response::new(b"{}".to_vec())) };
    /// let client = Client::new(&beeper, &transport, tokio::time::sleep);
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let (request, policy) = (StartRequest::new("whatsapp", UserPayload::default()), Policy::default());
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    /// let start = ChatStart::new(&account, &request, &policy);
    /// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let outcome = runtime.block_on(client.start_async(start, &MemoryDirectory::new(), &ledger))?;
    /// assert_eq!(outcome.result, StartResult::Refused);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// If the future is dropped before it completes, its claim stays until the claim timeout.
    ///
    /// # Errors
    ///
    /// Returns an error if the directory cannot be queried, or if the ledger cannot be read or written for a claim.
    /// Errors of the network are part of the outcome.
    pub async fn start_async<D: AsyncDirectory, L: AsyncLedger>(
        &self,
        start: ChatStart<'_>,
        directory: &D,
        ledger: &L,
    ) -> Result<Outcome, StartError<D::Error, L::Error>> {
        let stores = Asynchronous((directory, ledger));
        let io = Asynchronous(self);
        self.driver().start(start, &io, &stores).await
    }
}

impl<T: ?Sized, S> fmt::Debug for Client<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// A failure of one of the host's stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError<D, L> {
    /// The directory could not be queried.
    Directory(D),
    /// The ledger could not be read or written for a claim. No chat was created by this start.
    Ledger(L),
}

impl<D: fmt::Display, L: fmt::Display> fmt::Display for StartError<D, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Directory(error) => {
                write!(f, "the directory could not be queried: {error}")
            }
            StartError::Ledger(error) => write!(f, "the ledger could not be reached: {error}"),
        }
    }
}

impl<D: Error + 'static, L: Error + 'static> Error for StartError<D, L> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            StartError::Directory(error) => error,
            StartError::Ledger(error) => error,
        })
    }
}
