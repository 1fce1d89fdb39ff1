//! The members of a query, and the pages of a list.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::response::Response;
use contact_resolution::wire::Page;
use serde_json::Map;

use crate::body::invalid;

/// The members of a query. Clients send empty ones, and these count as absent.
pub(crate) struct Members(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Members {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let members = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(mut members) = members.map_err(|_| invalid("the query cannot be read"))?;
        members.retain(|(_, value)| !value.trim().is_empty());
        Ok(Members(members))
    }
}

impl Members {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns the values of a list, which is sent as `a=1&a=2`, or with brackets by some clients.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let is_named = move |given: &str| given.strip_suffix("[]").unwrap_or(given) == name;
        let named = self.0.iter().filter(move |(given, _)| is_named(given));
        named.map(|(_, value)| value.as_str())
    }
}

/// The id in a path.
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = id.map_err(|_| invalid("the id cannot be read"))?;
        Ok(Id(id))
    }
}

/// Returns one page of a list, which begins with the newest item. A cursor is the id of the item next to the page.
pub(crate) fn page<T: Clone>(
    items: &[T],
    id: impl Fn(&T) -> &str,
    members: &Members,
    default_limit: usize,
) -> Result<Page<T>, &'static str> {
    let limit = match members.get("limit").map(str::parse) {
        None => default_limit,
        Some(Ok(limit @ 1..=200)) => limit,
        Some(_) => return Err("limit is a number from 1 to 200"),
    };
    let is_after = match members.get("direction") {
        None | Some("before") => false,
        Some("after") => true,
        Some(_) => return Err("direction is before or after"),
    };
    let at = match members.get("cursor") {
        None => None,
        Some(cursor) => Some(
            items
                .iter()
                .position(|item| id(item) == cursor)
                .ok_or("the cursor is not from a page of this list")?,
        ),
    };
    let (from, to) = match at {
        None => (0, limit),
        Some(at) if is_after => (at.saturating_sub(limit), at),
        Some(at) => (at + 1, at + 1 + limit),
    };
    let has_more = match at {
        Some(_) if is_after => from > 0,
        _ => to < items.len(),
    };
    let to = to.min(items.len());
    let items = &items[from.min(to)..to];
    let cursor = |item: Option<&T>| item.map(|item| id(item).to_owned());
    Ok(Page {
        items: items.to_vec(),
        has_more,
        oldest_cursor: cursor(items.last()),
        newest_cursor: cursor(items.first()),
        skipped: 0,
        other: Map::new(),
    })
}
