//! Texts that fit a grammar and are never the identifier of a person.

use serde::{Deserialize, Serialize};

use crate::wire::objects;

/// Texts that are never the identifier of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[serde(remote = "Self")]
pub(super) struct Never {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) is: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contains: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    starts_with: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ends_with: Vec<String>,
}

objects! { Never }

impl Never {
    pub(super) fn is_empty(&self) -> bool {
        *self == Never::default()
    }

    pub(super) fn lists(&self) -> [(&'static str, &Vec<String>); 4] {
        [
            ("is", &self.is),
            ("contains", &self.contains),
            ("startsWith", &self.starts_with),
            ("endsWith", &self.ends_with),
        ]
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.is.iter().any(|word| key == word)
            || self.contains.iter().any(|part| key.contains(part.as_str()))
            || self
                .starts_with
                .iter()
                .any(|start| key.starts_with(start.as_str()))
            || self.ends_with.iter().any(|end| key.ends_with(end.as_str()))
    }
}
