//! `GET /v1/info`: the server and its version.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::redacted;

/// The first version of the server with `POST /v1/chats/start`.
const START: [u64; 3] = [4, 2, 808];

/// The response of `GET /v1/info`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// The application that serves the API.
    pub app: App,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The application that serves the API.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct App {
    /// The version, such as `4.2.808`.
    pub version: String,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

redacted! { Info App }

impl Info {
    /// Returns whether the server has `POST /v1/chats/start`. A version that cannot be read counts as a newer one.
    ///
    /// ```
    /// use contact_resolution::wire::{self, Info};
    ///
    /// let info = |version: &str| -> Info {
    ///     wire::read(format!(r#"{{"app": {{"version": "{version}"}}}}"#).as_bytes()).unwrap()
    /// };
    /// assert!(info("4.2.808").has_start() && info("5.0.1").has_start());
    /// assert!(!info("4.2.557").has_start());
    /// ```
    #[must_use]
    pub fn has_start(&self) -> bool {
        let parts = self.app.version.split(['.', '-', '+']);
        let numbers: Option<Vec<u64>> = parts.take(3).map(|part| part.parse().ok()).collect();
        numbers.is_none_or(|numbers| numbers.as_slice() >= START.as_slice())
    }
}
