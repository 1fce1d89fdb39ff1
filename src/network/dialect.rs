//! Facts of the APIs of servers, which may differ from those of the network.

use super::facts::{LookupFact, LookupFacts};
use super::{IdentifierKind, Network};

/// The facts of one server API.
///
/// A dialect may have its own facts about a network. They take precedence over the facts of the network.
#[derive(Debug)]
pub struct Dialect {
    lookup: LookupFacts,
    create_opens_existing: bool,
    carries_first_message: bool,
    start_resolves: bool,
    networks: &'static [NetworkFacts],
}

/// What a dialect does on one network.
#[derive(Debug)]
struct NetworkFacts {
    network: &'static str,
    lookup: LookupFacts,
    reports_chat: bool,
    create_opens_existing: bool,
    /// The kinds of identifiers that a create rejects, although the flags of the bridge allow them.
    never_creates: &'static [IdentifierKind],
    /// The kinds of identifiers that only a search finds.
    searches: &'static [IdentifierKind],
}

impl Dialect {
    /// Beeper's Desktop API.
    pub const BEEPER: Dialect = Dialect {
        lookup: LookupFacts {
            id: LookupFact::Unknown,
            phone: LookupFact::Asks,
            email: LookupFact::Asks,
            handle: LookupFact::Asks,
        },
        create_opens_existing: true,
        carries_first_message: true,
        start_resolves: true,
        networks: &[],
    };

    /// The provisioning API of mautrix bridges (mautrix/go, `bridgev2/matrix/provisioning.go`).
    ///
    /// A create has no body, so no bridge carries a first message.
    pub const BRIDGEV2: Dialect = Dialect {
        lookup: LookupFacts::UNKNOWN,
        create_opens_existing: true,
        carries_first_message: false,
        start_resolves: false,
        networks: BRIDGES,
    };

    /// An API of a host's own, with no facts beside those of the network.
    pub const UNKNOWN: Dialect = Dialect {
        lookup: LookupFacts::UNKNOWN,
        create_opens_existing: false,
        carries_first_message: true,
        start_resolves: false,
        networks: &[],
    };

    /// Returns how a lookup is answered on a network over this API.
    ///
    /// ```
    /// use contact_resolution::network::{Dialect, LookupFact};
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// let phone = |dialect: &Dialect| dialect.lookup(&Network::TELEGRAM, IdentifierKind::Phone);
    /// assert_eq!(phone(&Dialect::BEEPER), LookupFact::Asks);
    /// assert_eq!(phone(&Dialect::BRIDGEV2), LookupFact::OwnTable);
    /// ```
    #[must_use]
    pub fn lookup(&self, network: &Network, kind: IdentifierKind) -> LookupFact {
        match (self.facts(network), network.lookup(kind)) {
            (Some(facts), _) => facts.lookup.of(kind),
            (None, LookupFact::Unknown) => self.lookup.of(kind),
            (None, known) => known,
        }
    }

    /// Returns whether the answer to a lookup always names the direct chat if there is one.
    pub(crate) fn lookup_reports_chat(&self, network: &Network) -> bool {
        self.facts(network).is_some_and(|facts| facts.reports_chat)
    }

    /// Returns whether a create over this API opens a direct chat that exists already.
    pub(crate) fn create_opens_existing(&self, network: &Network) -> bool {
        let by_api = self
            .facts(network)
            .map_or(self.create_opens_existing, |facts| {
                facts.create_opens_existing
            });
        by_api || network.create_opens_existing()
    }

    /// Returns whether a create can carry the first message.
    pub(crate) fn carries_first_message(&self) -> bool {
        self.carries_first_message
    }

    /// Returns whether a create looks the person up on the server. Then an inconclusive lookup before the create does
    /// not matter.
    pub(crate) fn start_resolves(&self) -> bool {
        self.start_resolves
    }

    /// Returns whether a create over this API takes identifiers of this kind.
    pub(crate) fn can_create_by(&self, network: &Network, kind: IdentifierKind) -> bool {
        self.facts(network)
            .is_none_or(|facts| !facts.never_creates.contains(&kind))
    }

    /// Returns whether only a search of the server finds the people with identifiers of this kind. A chat with the
    /// person is then created by the id that the search returns.
    pub(crate) fn searches(&self, network: &Network, kind: IdentifierKind) -> bool {
        self.facts(network)
            .is_some_and(|facts| facts.searches.contains(&kind))
    }

    fn facts(&self, network: &Network) -> Option<&NetworkFacts> {
        self.networks
            .iter()
            .find(|facts| facts.network == network.name())
    }
}

const fn on(network: &'static str, lookup: LookupFacts) -> NetworkFacts {
    NetworkFacts {
        network,
        lookup,
        reports_chat: false,
        create_opens_existing: true,
        never_creates: &[],
        searches: &[],
    }
}

const fn reporting(network: &'static str, lookup: LookupFacts) -> NetworkFacts {
    NetworkFacts {
        reports_chat: true,
        ..on(network, lookup)
    }
}

/// What each connector's `ResolveIdentifier` does (`pkg/connector/startchat.go` or `chatinfo.go`).
const BRIDGES: &[NetworkFacts] = &[
    // Numbers go to the server. A LID or bot id is given back as it came.
    reporting(
        "whatsapp",
        LookupFacts {
            id: LookupFact::Echoes,
            phone: LookupFact::Asks,
            ..LookupFacts::NEVER
        },
    ),
    reporting(
        "signal",
        LookupFacts {
            id: LookupFact::Echoes,
            phone: LookupFact::Asks,
            ..LookupFacts::NEVER
        },
    ),
    // Numbers are never asked about. Ids and usernames are asked about only if the bridge has not stored them.
    reporting(
        "telegram",
        LookupFacts {
            id: LookupFact::Unknown,
            phone: LookupFact::OwnTable,
            handle: LookupFact::Unknown,
            ..LookupFacts::NEVER
        },
    ),
    on(
        "google_messages",
        LookupFacts {
            id: LookupFact::OwnTable,
            phone: LookupFact::Echoes,
            ..LookupFacts::NEVER
        },
    ),
    on(
        "facebook",
        LookupFacts {
            id: LookupFact::Echoes,
            ..LookupFacts::NEVER
        },
    ),
    // A lookup takes ids alone. The results of a search carry usernames. LinkedIn's and LINE's do not, so that no result
    // can be matched to a handle there.
    NetworkFacts {
        searches: &[IdentifierKind::Handle],
        ..on(
            "instagram",
            LookupFacts {
                id: LookupFact::Echoes,
                handle: LookupFact::Unknown,
                ..LookupFacts::NEVER
            },
        )
    },
    // A lookup always fails, because it returns an empty chat key. Only a create by the exact handle works.
    NetworkFacts {
        never_creates: &[IdentifierKind::Id],
        ..on("twitter", LookupFacts::NEVER)
    },
    // The email lookup is advertised and always fails.
    NetworkFacts {
        never_creates: &[IdentifierKind::Email],
        ..on(
            "slack",
            LookupFacts {
                id: LookupFact::Asks,
                ..LookupFacts::NEVER
            },
        )
    },
    // A create sends the text "New chat" if the bridge does not know the chat.
    NetworkFacts {
        create_opens_existing: false,
        ..on(
            "linkedin",
            LookupFacts {
                id: LookupFact::Echoes,
                ..LookupFacts::NEVER
            },
        )
    },
    // The name and the identifier of the answer are made from the question.
    reporting(
        "irc",
        LookupFacts {
            id: LookupFact::Echoes,
            handle: LookupFact::Echoes,
            ..LookupFacts::NEVER
        },
    ),
    // The profile is asked for. If that fails the name is the id.
    reporting(
        "line",
        LookupFacts {
            id: LookupFact::Unknown,
            ..LookupFacts::NEVER
        },
    ),
    on("google_voice", LookupFacts::NEVER),
    on("bluesky", LookupFacts::NEVER),
    on("zulip", LookupFacts::NEVER),
    on("discord", LookupFacts::NEVER),
    on("google_chat", LookupFacts::NEVER),
];

#[cfg(test)]
mod tests {
    use super::Dialect;
    use crate::network::{IdentifierKind, Network};

    #[test]
    fn bridge_facts_differ_between_networks() {
        let bridge = Dialect::BRIDGEV2;
        assert!(bridge.lookup_reports_chat(&Network::SIGNAL));
        assert!(!bridge.lookup_reports_chat(&Network::SLACK));
        assert!(bridge.create_opens_existing(&Network::GOOGLE_MESSAGES));
        assert!(!bridge.create_opens_existing(&Network::LINKEDIN));
        assert!(bridge.can_create_by(&Network::TWITTER, IdentifierKind::Handle));
        assert!(!bridge.can_create_by(&Network::TWITTER, IdentifierKind::Id));
        assert!(bridge.searches(&Network::INSTAGRAM, IdentifierKind::Handle));
        assert!(!bridge.searches(&Network::TELEGRAM, IdentifierKind::Handle));
        assert!(!bridge.carries_first_message());
    }
}
