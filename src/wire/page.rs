//! Lists that are sent in pages.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Nullable;

/// One page of `GET /v1/accounts/{id}/contacts/list` or `GET /v1/chats`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Whether another page follows.
    pub has_more: bool,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub oldest_cursor: Nullable<String>,
    /// The cursor of the previous page.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub newest_cursor: Nullable<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page {{ {} items, .. }}", self.items.len())
    }
}
