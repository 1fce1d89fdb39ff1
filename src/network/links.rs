//! The links of a network that lead to people.

use serde::{Deserialize, Serialize};

use super::IdentifierKind;
use super::rules_error::{RulesError, RulesErrorCode};
use super::{host, text};

/// A site, or a URI scheme, whose links lead to people of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Site {
    /// Its hosts (`t.me`), or the beginnings of its URIs (`tg:`). The label in the place of `*` in `*.t.me` is read as the
    /// first segment of the path.
    pub(crate) hosts: Vec<String>,
    /// The paths that lead to a person. The first that fits is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) people: Vec<PersonPath>,
    /// Words in the place of a person that lead to something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reserved: Vec<String>,
    /// Members of the query that make it a link to something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unless: Vec<String>,
}

/// A path that leads to a person.
///
/// `{}` is the identifier, and two of them are joined by `-`. `*` is any segment. A query or a fragment that the path does
/// not name is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonPath {
    pub(crate) path: String,
    pub(crate) kind: IdentifierKind,
}

/// The longest host or path.
const MAX_BYTES: usize = 1000;

impl Site {
    /// Checks the site at this place of the rules.
    pub(super) fn check(&self, at: &str) -> Result<(), RulesError> {
        let error = |member: &str, code| Err(RulesError::new(code, format!("{at}.{member}")));
        if self.hosts.is_empty() {
            return error("hosts", RulesErrorCode::NoHost);
        }
        for (number, host) in self.hosts.iter().enumerate() {
            if !is_host(host) {
                return error(&format!("hosts[{number}]"), RulesErrorCode::InvalidHost);
            }
        }
        for (number, person) in self.people.iter().enumerate() {
            let path = &person.path;
            let is_sure = path.contains("{}") && path.len() <= MAX_BYTES;
            if !is_sure || text::unseen(path).is_some() {
                return error(
                    &format!("people[{number}].path"),
                    RulesErrorCode::InvalidPath,
                );
            }
        }
        for (member, words) in [("reserved", &self.reserved), ("unless", &self.unless)] {
            if words.iter().any(String::is_empty) {
                return error(member, RulesErrorCode::EmptyText);
            }
            if words.iter().any(|word| text::unseen(word).is_some()) {
                return error(member, RulesErrorCode::InvisibleCharacter);
            }
        }
        Ok(())
    }
}

/// Returns whether a text is a host name, `*.` and a host name, or the beginning of a URI.
fn is_host(given: &str) -> bool {
    if let Some(scheme) = given.strip_suffix(':') {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':');
        return scheme.len() <= MAX_BYTES
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(fits);
    }
    let name = given.strip_prefix("*.").unwrap_or(given);
    name.contains('.') && host::labels(name).is_some()
}
