//! Lists without their malformed items. One bad item of a newer or broken server must not hide the others.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{User, redacted};

/// A list that the API sends as a bare array, such as the response of `GET /v1/accounts`.
///
/// ```
/// use contact_resolution::wire::{self, List, User};
///
/// let list: List<User> = wire::read(br#"[{"id": "alice-id"}, {"id": 7}]"#)?;
/// assert_eq!(list.items[0].id, "alice-id");
/// assert_eq!(list.skipped, 1);
/// # Ok::<_, wire::ReadError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct List<T> {
    /// The well-formed items.
    pub items: Vec<T>,
    /// The number of malformed items that were left out.
    pub skipped: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List {
            items: Vec::new(),
            skipped: 0,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Malformed items are counted as they are read, because each would take the memory of a well-formed one.
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = List::default();
                while let Some(item) = items.next_element()? {
                    match item {
                        Item::WellFormed(item) => list.items.push(item),
                        Item::Malformed(IgnoredAny) => list.skipped += 1,
                    }
                }
                Ok(list)
            }
        }

        deserializer.deserialize_seq(Items(PhantomData))
    }
}

/// An item of a list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Item<T> {
    WellFormed(T),
    Malformed(IgnoredAny),
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List {{ {} items, .. }}", self.items.len())
    }
}

/// One page of `GET /v1/accounts/{id}/contacts/list` or `GET /v1/chats`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "RawPage<T>")]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Page<T> {
    /// The well-formed items of this page.
    pub items: Vec<T>,
    /// Whether another page follows. Set too if the server does not report it, because the list may be incomplete then.
    pub has_more: bool,
    /// The cursor of the next page.
    pub oldest_cursor: Option<String>,
    /// The cursor of the previous page.
    pub newest_cursor: Option<String>,
    /// The number of malformed items that were left out.
    #[serde(skip_serializing)]
    pub skipped: usize,
    /// Members that this crate does not read, as the server sent them.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page {
            items: Vec::new(),
            has_more: false,
            oldest_cursor: None,
            newest_cursor: None,
            skipped: 0,
            other: Map::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct RawPage<T> {
    items: List<T>,
    #[serde(default = "unless_denied", deserialize_with = "more_unless_denied")]
    has_more: bool,
    #[serde(default)]
    oldest_cursor: Option<String>,
    #[serde(default)]
    newest_cursor: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// Reads `hasMore`. Only `false` shows that a list is complete.
pub(super) fn more_unless_denied<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(unless_denied))
}

pub(super) fn unless_denied() -> bool {
    true
}

impl<T> From<RawPage<T>> for Page<T> {
    fn from(page: RawPage<T>) -> Self {
        Page {
            items: page.items.items,
            has_more: page.has_more,
            oldest_cursor: page.oldest_cursor,
            newest_cursor: page.newest_cursor,
            skipped: page.items.skipped,
            other: page.other,
        }
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page {{ {} items, .. }}", self.items.len())
    }
}

/// The response of `GET /v1/accounts/{id}/contacts?query=`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "RawContactSearch")]
pub struct ContactSearch {
    /// The users found, without malformed ones.
    pub items: Vec<User>,
    /// The number of malformed users that were left out.
    #[serde(skip_serializing)]
    pub skipped: usize,
    /// Members that this crate does not read, as the server sent them.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[derive(Deserialize)]
struct RawContactSearch {
    items: List<User>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl From<RawContactSearch> for ContactSearch {
    fn from(search: RawContactSearch) -> Self {
        ContactSearch {
            items: search.items.items,
            skipped: search.items.skipped,
            other: search.other,
        }
    }
}

redacted! { ContactSearch }
