//! The names that accounts and bridges use for a network.

use super::platform::Source;
use super::{Network, rules};

/// What the type of a bridge may have besides the network's name.
const PREFIXES: [&str; 3] = ["", "local-", "sh-"];
const SUFFIXES: [&str; 2] = ["", "go"];

impl Network {
    /// Returns the built-in network with this very name, as it was stored.
    pub(crate) fn from_name(name: &str) -> Option<Network> {
        rules::find_built_in(name).map(Network::built_in)
    }

    /// Returns the built-in network of a bridge's type, an account's network or a network's name, in any case. If there
    /// are no rules for it, returns a network with that name for which [`is_known`](Network::is_known) is false.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert_eq!(Network::from_bridge_type("local-whatsapp").name(), "whatsapp");
    /// assert_eq!(Network::from_bridge_type("discordgo").name(), "discord");
    /// assert_eq!(Network::from_bridge_type("Google Messages").name(), "google_messages");
    /// let pigeon = Network::from_bridge_type("carrier-pigeon");
    /// assert!(pigeon.name() == "carrier-pigeon" && !pigeon.is_known());
    /// ```
    #[must_use]
    pub fn from_bridge_type(bridge_type: &str) -> Network {
        Network::from_bridge_type_with(bridge_type, &[])
    }

    /// Returns the network of a bridge's type among the host's own and the built-in ones, as
    /// [`Network::from_bridge_type`] does.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// let acme = Network::builder("acme", [IdentifierKind::Id]).build()?;
    /// assert_eq!(Network::from_bridge_type_with("local-acme", &[acme.clone()]), acme);
    /// # Ok::<_, contact_resolution::network::RulesError>(())
    /// ```
    #[must_use]
    pub fn from_bridge_type_with(bridge_type: &str, own: &[Network]) -> Network {
        match Network::find(bridge_type, own) {
            Some(network) => network,
            None if bridge_type.trim().is_empty() => Network::GENERAL,
            None => Network(Source::Unknown(bridge_type.into())),
        }
    }

    /// Returns the network of a bridge's type, if there are rules for it.
    pub(crate) fn find(bridge_type: &str, own: &[Network]) -> Option<Network> {
        let bare = PREFIXES
            .iter()
            .rev()
            .find_map(|prefix| bridge_type.strip_prefix(prefix))
            .unwrap_or(bridge_type);
        // The id of an account goes on after the type, as in `whatsapp_ba_Xyz`.
        let first = bare.split('_').next().unwrap_or(bare);
        let names = [bridge_type, bare, first];
        let all = || own.iter().chain(Network::ALL);
        // A name is compared without loading rules.
        let by_name = names
            .iter()
            .find_map(|given| all().find(|network| is_name(given, network.name())));
        let by_alias = || {
            names
                .iter()
                .find_map(|given| all().find(|network| network.is_called(given)))
        };
        by_name.or_else(by_alias).cloned()
    }

    fn is_called(&self, given: &str) -> bool {
        let aliases = self.rules().bridge_types.iter().map(String::as_str);
        aliases
            .chain([self.title()])
            .any(|name| is_name(given, name))
    }
}

/// Returns whether a given name is a network's, with or without what types of bridges add.
fn is_name(given: &str, name: &str) -> bool {
    SUFFIXES
        .iter()
        .any(|suffix| compared_chars(given).eq(compared_chars(name).chain(compared_chars(suffix))))
}

/// Returns the ASCII letters and digits of a name in lower case. Only they are compared.
fn compared_chars(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
}
