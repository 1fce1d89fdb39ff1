//! The JSON of the Beeper Desktop API and of the provisioning API of bridges, as plain serde types.
//!
//! Reading is lenient. `null` means an absent member, and an unknown word becomes the `Other` of its enumeration.
//! Members that this crate does not read are kept in the `other` map of a type and ignored in requests. A malformed item
//! of a list is left out and counted, see [`List`]. Half a character, such as `\ud83d`, becomes U+FFFD.
//!
//! Writing is strict. An unset member is left out.

mod bridge;
mod capabilities;
mod chat;
mod error;
mod known;
mod list;
mod snapshot;
mod start;
mod surrogates;
mod user;

use serde::{Deserialize, Deserializer};

pub use bridge::{BridgeContacts, BridgeSearch, ResolvedIdentifier};
pub use capabilities::{BridgeCapabilities, ResolveIdentifier};
pub use chat::{Chat, ChatType, Merge, Participant, Participants};
pub(crate) use error::read_from;
pub use error::{ApiError, ReadError, read};
pub(crate) use known::Known;
pub(crate) use list::Item;
pub use list::{ContactSearch, List, Page};
pub use snapshot::Snapshot;
pub use start::{StartRequest, StartResponse, StartStatus, UserPayload};
pub use user::{Account, AccountStatus, Bridge, BridgeProvider, User};

/// Reads a member that has a default, and takes the default for `null`.
pub(crate) fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a member, and takes a malformed one as absent.
pub(crate) fn if_well_formed<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(match Item::deserialize(deserializer)? {
        Item::WellFormed(value) => value,
        Item::Malformed(_) => None,
    })
}

/// Defines an enumeration of words that a newer server may extend. An unknown word is kept and written back.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this crate does not know, as it was read.
            Other(String),
        }

        impl $name {
            /// Returns the word as it is written in JSON.
            ///
            /// ```
            #[doc = concat!("use contact_resolution::wire::", stringify!($name), ";")]
            ///
            #[doc = concat!("let word = ", stringify!($name), "::from(\"newer\".to_owned());")]
            /// assert_eq!(word.as_str(), "newer");
            /// ```
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $word,)+
                    $name::Other(word) => word,
                }
            }
        }

        /// An unknown word is not shown, because it may be personal.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self {
                    $($name::$variant => stringify!($variant),)+
                    $name::Other(_) => "Other(..)",
                })
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => $name::$variant,)+
                    _ => $name::Other(word),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}
use words;

/// Accepts only JSON objects for a struct. A derived implementation alone would also accept an array of its members.
macro_rules! objects {
    ($($name:ident)+) => {
        $(impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $name::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }

                deserializer.deserialize_map(Object)
            }
        })+
    };
}
pub(crate) use objects;

/// Implements `Debug` for types with personal data. It prints only the type's name.
macro_rules! redacted {
    ($($name:ident)+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        })+
    };
}
use redacted;
