//! Given a user payload (an id, an email address, a phone number, a username, and a full name as a hint) on one chat
//! account: **whom does it mean, is there already a direct chat with them, or must one be created, and does that need an
//! invite or a first message?**
//!
//! The semantics are those of the Beeper Desktop API's `POST /v1/chats/start`, with an answer to every question its
//! public text leaves open.
//!
//! ```
//! use contact_resolution::wire::{self, Snapshot, StartRequest};
//! use contact_resolution::{Action, MemoryDirectory, Policy, resolve};
//!
//! // What a server knows, as the API gives it: accounts, contacts, chats.
//! let snapshot: Snapshot = wire::read(&std::fs::read("examples/sample.json")?)?;
//! let directory = MemoryDirectory::from_snapshot(&snapshot);
//!
//! // A national number, as people type one, and the account says in which region it is national.
//! let request: StartRequest =
//!     wire::read(br#"{"accountID": "whatsapp", "user": {"phoneNumber": "(212) 555-0142"}}"#)?;
//! let account = directory.account(&request.account_id).ok_or("no such account")?;
//!
//! let decision = resolve(account, &request, &directory, &Policy::default())?;
//! let Action::Reuse(chat) = &decision.action else { panic!("{}", decision.because) };
//! assert_eq!(chat.chat_id, "!ada:whatsapp");
//! assert_eq!(decision.because.to_string(), "there is a direct chat with this person");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//!
//! Every stage is a plain function from the last stage's value to the next, and can be called alone:
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`triage()`] | a payload and an [`Account`] | candidates and rejections |
//! | [`Directory::find`] | their [`Key`]s | the [`Person`]s who hold them |
//! | [`rank()`] | candidates, people and the hint | a [`Ranking`] |
//! | [`decide()`] | ranking, evidence and [`Policy`] | a [`Decision`], with its reason |
//! | [`resolve()`] or [`resolve_many`], also `_async` | all of the above, as a dry run | a [`Decision`] |
//! | [`Plan::from_decision`] | a [`Decision`], to be approved | a [`Plan`] |
//! | [`ChatStart`] | the same decision, with what a lookup or a create shows | an [`Outcome`] |
//!
//! Below them stand the identifiers ([`Phone`], [`Email`], [`Handle`], [`UserId`]), the [`Network`]s they follow, and the
//! comparison of [`name`]s.
//!
//! # What is not
//!
//! The crate sends nothing, stores nothing and asks no network by itself: a host brings its contacts behind
//! [`Directory`], the record of starts under way behind [`Ledger`], and carries out what [`ChatStart`] needs. It formats no
//! numbers for people to read, and merges no people: two records are one person only where they share an id.

#![warn(clippy::disallowed_methods)]

pub mod directory;
mod fingerprint;
pub mod http;
pub mod identifier;
mod key;
mod ledger;
pub mod name;
pub mod network;
mod person;
pub mod pipeline;
mod plan;
mod policy;
mod resolve;
pub mod start;
pub mod transport;
pub mod wire;

pub use directory::{
    AsyncDirectory, Coverage, Directory, DirectoryAnswer, DirectoryQuery, LoadError,
    MemoryDirectory, PersonRef, conformance,
};
pub use identifier::{
    Email, EmailPolicy, EmbeddedAddress, FieldErrorCode, Handle, Identifier, ParseError,
    ParsedPhone, Phone, PhoneKind, Region, UserId, link,
};
pub use key::{KEY_FORMAT, Key};
pub use ledger::{AsyncLedger, ClaimKey, ClaimOutcome, ClaimResult, Ledger, MemoryLedger};
pub use network::{IdentifierKind, Network};
pub use person::{Account, AccountState, DirectChat, Peer, Person, StoredIdentifier, Timestamp};
pub use pipeline::decide::{
    Action, Attempt, ChosenBy, Conflict, ConflictCode, CreateChat, Decision, FollowUp, PersonMatch,
    Reason, Refusal, RefusalCode, ReuseChat,
};
pub use pipeline::lookup::LookupResult;
pub use pipeline::triage::{Certainty, PayloadField, PayloadFields, Warning};
pub use plan::{Plan, PlannedAction};
pub use policy::{AmbiguityPolicy, Policy};
pub use resolve::{resolve, resolve_async, resolve_many, resolve_many_async};
pub use start::machine::ChatStart;
pub use start::outcome::{FirstMessageStatus, Outcome, StartResult};
#[cfg(feature = "ureq")]
pub use transport::Ureq;
pub use transport::{
    AsyncTransport, Client, RetryPolicy, SingleFlight, StartError, Transport, TransportError,
};

/// README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
