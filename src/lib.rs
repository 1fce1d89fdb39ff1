//! Whom does a user payload mean on one chat account, and is there already a direct chat with them?

pub mod directory;
pub mod identifier;
pub mod name;
pub mod network;
pub mod person;
pub mod policy;
pub mod wire;

pub use directory::{Ask, Covers, Directory, Found, MemoryDirectory};
pub use identifier::{
    Address, Email, EmailPolicy, FieldCode, Handle, Identifier, Key, ParseError, ParsedPhone,
    Phone, PhoneKind, Region, UserId,
};
pub use name::{Name, Score};
pub use network::{Kind, Network};
pub use person::{Account, AccountState, DirectChat, Peer, Person, Stored, Timestamp};
pub use policy::{Policy, WhenAmbiguous};
