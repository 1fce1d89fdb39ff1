//! Find or create the right direct chat for a phone number, an email address, a username or a name.
//!
//! The input is a user payload on one chat account. The crate decides which person is meant, whether there is already a
//! direct chat with them, and whether a new one needs an invite or a first message. The semantics are those of the Beeper
//! Desktop API's `POST /v1/chats/start`.
//!
//! ```
//! use contact_resolution::wire::{self, Snapshot, StartRequest};
//! use contact_resolution::{Action, MemoryDirectory, Policy, resolve};
//!
//! // What a server knows, in the JSON of the API: accounts, contacts, chats.
//! let snapshot: Snapshot = wire::read(&std::fs::read("examples/sample.json")?)?;
//! let directory = MemoryDirectory::from_snapshot(&snapshot);
//!
//! // A national number, as people type it. The account has the region in which it is read.
//! let request: StartRequest =
//!     wire::read(br#"{"accountID": "whatsapp", "user": {"phoneNumber": "(212) 555-0142"}}"#)?;
//! let account = directory.account(&request.account_id).ok_or("no such account")?;
//!
//! let decision = resolve(account, &request, &directory, &Policy::default())?;
//! let Action::Reuse(chat) = &decision.action else { panic!("{}", decision.reason) };
//! assert_eq!(chat.chat_id, "!ada:whatsapp");
//! assert_eq!(decision.reason.to_string(), "there is a direct chat with this person");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Overview
//!
//! - [`resolve()`] decides what a start would do. It reads the directory and changes nothing.
//! - [`Client::start`] starts the chat over HTTP. [`ChatStart`] is the same start as a state machine, for other protocols.
//! - [`Plan`] is a decision to approve before it is carried out.
//! - A [`Directory`] has the people and the direct chats that the host, your program, knows. A [`Ledger`] stores claims, so
//!   that two starts do not make two chats. [`MemoryDirectory`] and [`MemoryLedger`] keep them in memory.
//! - [`pipeline`] has the stages of a decision, and [`http`] the requests of the two server APIs.
//! - [`Phone`], [`Email`], [`Handle`] and [`UserId`] are the identifiers, [`Network`] has the rules of a platform, and
//!   [`name`] compares names.
//! - The [`guide`] explains concepts, starts, stores, networks, errors and limits, a page each.
//!
//! # Out of scope
//!
//! The crate sends nothing, stores nothing and asks no network by itself. It formats no numbers for people to read. It
//! merges two records only if their ids show that they are one person.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods)]

mod codes;
mod directory;
mod fingerprint;
pub mod guide;
pub mod http;
mod identifier;
mod is_default;
mod key;
mod ledger;
pub mod name;
pub mod network;
mod person;
pub mod pipeline;
mod plan;
mod policy;
mod resolve;
mod shards;
mod small_text;
pub mod start;
mod transport;
pub mod wire;

pub use directory::{
    AsyncDirectory, Coverage, Directory, DirectoryAnswer, DirectoryQuery, LoadError,
    MemoryDirectory, PersonRef, conformance, store,
};
pub use identifier::{
    Email, EmailPolicy, EmbeddedAddress, FieldErrorCode, Handle, Identifier, ParseError,
    ParsedPhone, Phone, PhoneKind, Region, UserId, link,
};
pub use key::{KEY_FORMAT, Key};
pub use ledger::{
    AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, KeptLookup, Ledger, MemoryLedger,
};
pub use network::kind::IdentifierKind;
pub use network::platform::Network;
pub use person::{Account, AccountState, DirectChat, Peer, Person, StoredIdentifier, Timestamp};
pub use pipeline::decide::create::Attempt;
pub use pipeline::decide::decision::{
    Action, Conflict, ConflictCode, CreateChat, Decision, FollowUp, ReadField, ReuseChat,
};
pub use pipeline::decide::person_match::{ChosenBy, PersonMatch};
pub use pipeline::decide::reason::Reason;
pub use pipeline::decide::refusal::{Refusal, RefusalCode};
pub use pipeline::lookup::LookupResult;
pub use pipeline::triage::candidate::Certainty;
pub use pipeline::triage::field::{PayloadField, PayloadFields};
pub use pipeline::triage::warning::Warning;
pub use plan::{Plan, PlannedAction};
pub use policy::{AmbiguityPolicy, Policy};
pub use resolve::{explain, resolve, resolve_async, resolve_many, resolve_many_async};
pub use shards::{AsyncSharded, Shard, ShardError, Sharded};
pub use start::machine::ChatStart;
pub use start::outcome::{FirstMessageStatus, Outcome, StartResult};
#[cfg(feature = "lookup-limits")]
pub use transport::LookupLimits;
#[cfg(feature = "ureq")]
pub use transport::Ureq;
pub use transport::{
    AsyncTransport, Client, FlightGuard, RetryPolicy, SingleFlight, StartError, Transport,
    TransportError,
};

/// Parts of phone numbers beside [`Phone`]: extensions, variants, renumberings and payload texts.
pub mod phone {
    #[cfg(feature = "phonenumber")]
    pub use crate::identifier::phone::ReadAsAnother;
    pub use crate::identifier::phone::{
        Extension, Legacy, METADATA_VERSION, OtherReading, PhoneSpelling, PhoneText,
        PhoneTextError, UnknownRegion, Variant, legacy,
    };
}

/// Email addresses in payload texts, beside [`Email`].
pub mod email {
    pub use crate::identifier::email::EmailText;
}

/// The example of README is a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
