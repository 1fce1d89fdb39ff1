//! The network as a host holds it.

use std::fmt;
use std::sync::Arc;

use super::builder::NetworkBuilder;
use super::facts::{LookupFact, NumberRange};
use super::kind::IdentifierKind;
use super::rules::{self, Handles, NetworkRules};
use super::rules_error::{RulesError, RulesErrorCode};
use super::{FirstMessage, Invite};
use crate::wire::ResolveIdentifier;

/// A network, as a cheap reference to its rules.
///
/// The built-in networks are constants, such as [`Network::WHATSAPP`]. A host makes its own by [`Network::builder`] or
/// [`Network::from_json`]. As JSON, a built-in network is its name, and one of a host is its rules.
#[derive(Clone)]
pub struct Network(pub(super) Source);

/// Where the rules of a network are.
#[derive(Clone)]
pub(super) enum Source {
    /// At this place of the built-in ones.
    BuiltIn(usize),
    /// The rules of a network of the host's own.
    Own(Arc<NetworkRules>),
    /// Nowhere. The name is all that is known.
    Unknown(Arc<str>),
}

impl Network {
    pub(super) const fn built_in(place: usize) -> Network {
        Network(Source::BuiltIn(place))
    }

    /// Returns a builder of a network of the host's own.
    ///
    /// ```
    /// use contact_resolution::network::{Case, Form, Grammar, Invite};
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// let acme = Network::builder("acme", [IdentifierKind::Id, IdentifierKind::Handle])
    ///     .ids(Grammar::new([Form::new("acme:{uuid}").distinctive()]))
    ///     .handles(Grammar::new([Form::new("[a-z0-9]{3,12}")]).case(Case::Lower).prefix("@"))
    ///     .link("acme.example", "u/{}", IdentifierKind::Handle)
    ///     .invite(Invite::Required)
    ///     .build()?;
    /// assert_eq!(acme.invite(), Invite::Required);
    /// # Ok::<_, contact_resolution::network::RulesError>(())
    /// ```
    pub fn builder(
        name: impl Into<String>,
        kinds: impl IntoIterator<Item = IdentifierKind>,
    ) -> NetworkBuilder {
        NetworkBuilder::new(name.into(), kinds.into_iter().collect())
    }

    /// Reads a network from the JSON of its rules. If the rules are equal to those of a built-in network, returns that
    /// network.
    ///
    /// ```
    /// use contact_resolution::{Handle, Network};
    ///
    /// let acme = Network::from_json(r#"{
    ///     "name": "acme",
    ///     "kinds": ["id", "handle"],
    ///     "id": {"forms": [{"pattern": "acme:{uuid}", "distinctive": true}]},
    ///     "handle": {"forms": [{"pattern": "[a-z0-9]{3,12}"}], "case": "lower", "prefixes": ["@"]},
    ///     "links": [{"hosts": ["acme.example"], "people": [{"path": "u/{}", "kind": "handle"}]}],
    ///     "capabilities": ["create_dm", "lookup_username"],
    ///     "invite": "required"
    /// }"#)?;
    /// assert_eq!(Handle::parse("@Ada7", &acme)?.as_str(), "ada7");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON is not that of rules, or if the rules contradict themselves.
    pub fn from_json(json: &str) -> Result<Network, RulesError> {
        Network::of_rules(NetworkRules::from_json(json)?)
    }

    /// Reads networks from the JSON of their rules, as [`Network::from_json`] does.
    ///
    /// # Errors
    ///
    /// Returns the error of the first network that is refused, or an error if two networks have one name and different
    /// rules.
    pub fn from_values(rules: &[serde_json::Value]) -> Result<Vec<Network>, RulesError> {
        let networks = rules
            .iter()
            .map(|value| Network::of_rules(NetworkRules::from_value(value)?))
            .collect::<Result<Vec<_>, _>>()?;
        let mut by_name: Vec<&Network> = networks.iter().collect();
        by_name.sort_by_key(|network| network.name());
        let mut pairs = by_name.iter().zip(by_name.iter().skip(1));
        if pairs.any(|(one, next)| one.name() == next.name() && one != next) {
            return Err(RulesError::new(RulesErrorCode::DuplicateName, "name"));
        }
        Ok(networks)
    }

    /// Returns the network of compiled rules.
    pub(super) fn of_rules(rules: NetworkRules) -> Result<Network, RulesError> {
        if let Some(place) = rules::find_built_in(&rules.name) {
            return if *rules::built_in_rules(place) == rules {
                Ok(Network::built_in(place))
            } else {
                Err(RulesError::new(RulesErrorCode::BuiltInName, "name"))
            };
        }
        let bridge_types = rules.bridge_types.iter();
        if bridge_types
            .clone()
            .any(|name| Network::from_bridge_type(name).is_known())
        {
            return Err(RulesError::new(
                RulesErrorCode::TakenBridgeType,
                "bridgeTypes",
            ));
        }
        let network = Network(Source::Own(Arc::new(rules)));
        rules::check_short_codes(&network)?;
        Ok(network)
    }

    /// Returns the rules as JSON, which [`Network::from_json`] reads again.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// let json = Network::TELEGRAM.to_json();
    /// assert_eq!(Network::from_json(&json)?, Network::TELEGRAM);
    /// # Ok::<_, contact_resolution::network::RulesError>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self.rules()).unwrap_or_default()
    }

    pub(crate) fn rules(&self) -> &NetworkRules {
        match &self.0 {
            Source::BuiltIn(place) => rules::built_in_rules(*place),
            Source::Own(rules) => rules,
            Source::Unknown(_) => rules::general_rules(),
        }
    }

    /// Returns whether there are rules for the network.
    ///
    /// A network without rules is read as [`Network::GENERAL`], and each decision on it has the warning `unknown_network`.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::SIGNAL.is_known());
    /// assert!(!Network::from_bridge_type("carrier-pigeon").is_known());
    /// ```
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self.0, Source::Unknown(_))
    }

    /// Returns the stable name: `whatsapp`.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert_eq!(Network::WHATSAPP.name(), "whatsapp");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Source::BuiltIn(place) => rules::built_in_name(*place),
            Source::Own(rules) => &rules.name,
            Source::Unknown(name) => name,
        }
    }

    /// Returns the name as people write it: `WhatsApp`.
    #[must_use]
    pub fn title(&self) -> &str {
        match &self.0 {
            Source::Unknown(name) => name,
            _ => self.rules().title.as_deref().unwrap_or(self.name()),
        }
    }

    /// Returns the kinds of identifier that the network takes, the strongest first. Ids are always among them, because
    /// a host may know one on any network.
    #[must_use]
    pub fn kinds(&self) -> &[IdentifierKind] {
        &self.rules().kinds
    }

    /// Returns whether the network takes identifiers of a kind.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// assert!(Network::IMESSAGE.accepts(IdentifierKind::Email));
    /// assert!(!Network::TWITTER.accepts(IdentifierKind::Phone));
    /// ```
    #[must_use]
    pub fn accepts(&self, kind: IdentifierKind) -> bool {
        self.kinds().contains(&kind)
    }

    /// Returns whether a handle of the network is the user id.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::MATRIX.handles_are_ids());
    /// ```
    #[must_use]
    pub fn handles_are_ids(&self) -> bool {
        matches!(self.rules().handles(), Handles::AreIds)
    }

    /// Returns the lookups and creates that an account has if it does not list them.
    #[must_use]
    pub fn capabilities(&self) -> ResolveIdentifier {
        self.rules().capabilities
    }

    /// Returns the form in which the other side gets a new chat.
    #[must_use]
    pub fn invite(&self) -> Invite {
        self.rules().invite
    }

    /// Returns whether the first message creates the chat.
    #[must_use]
    pub fn first_message(&self) -> FirstMessage {
        self.rules().first_message
    }

    /// Returns the most characters of a message, if known.
    #[must_use]
    pub fn message_limit(&self) -> Option<u32> {
        self.rules().message_limit
    }

    /// Returns whether the own user can be messaged.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::WHATSAPP.message_self());
    /// assert!(!Network::MATRIX.message_self());
    /// ```
    #[must_use]
    pub fn message_self(&self) -> bool {
        self.rules().message_self
    }

    /// Returns whether short codes are ids.
    #[must_use]
    pub fn takes_short_codes(&self) -> bool {
        self.rules().short_codes
    }

    /// Returns the facts without a primary source. They are read permissively.
    #[must_use]
    pub fn unverified(&self) -> &[String] {
        &self.rules().unverified
    }

    /// Returns how the network answers a lookup of this kind, over any server. A kind that it does not take is never looked
    /// up.
    ///
    /// ```
    /// use contact_resolution::network::LookupFact;
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// assert_eq!(Network::WHATSAPP.lookup(IdentifierKind::Phone), LookupFact::Asks);
    /// assert_eq!(Network::SMS.lookup(IdentifierKind::Phone), LookupFact::Never);
    /// ```
    #[must_use]
    pub fn lookup(&self, kind: IdentifierKind) -> LookupFact {
        if self.accepts(kind) {
            self.rules().lookups.of(kind)
        } else {
            LookupFact::Never
        }
    }

    /// Returns whether a create opens the direct chat that exists already. Not known counts as no.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::DISCORD.create_opens_existing());
    /// assert!(!Network::MATRIX.create_opens_existing());
    /// ```
    #[must_use]
    pub fn create_opens_existing(&self) -> bool {
        self.rules().create_opens_existing == Some(true)
    }

    /// Returns whether an account is a phone number, so that two records with one number are one person.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::SIGNAL.number_is_account());
    /// assert!(!Network::IMESSAGE.number_is_account());
    /// ```
    #[must_use]
    pub fn number_is_account(&self) -> bool {
        self.rules().number_is_account
    }

    /// Returns whether an id is a temporary id, such as a PNI: another record with the same number has the account id.
    pub(crate) fn is_stand_in(&self, id: &str) -> bool {
        let mut stand_ins = self.rules().stand_in_ids.iter();
        stand_ins.any(|start| id.starts_with(start))
    }

    /// Returns whether ids may name a device, so that two spellings of one id share nothing but a part.
    pub(crate) fn ids_name_devices(&self) -> bool {
        self.rules().id.has_base() || rules::matrix_ids().has_base()
    }

    /// Returns the ranges of numbers that only this network gives out.
    #[must_use]
    pub fn own_number_ranges(&self) -> &[NumberRange] {
        &self.rules().own_numbers
    }

    /// Returns the texts that the network and its bridges write if a person has no name, without regard to case.
    pub(crate) fn placeholder_names(&self) -> &[String] {
        &self.rules().placeholders
    }

    /// Returns the endings that bridges put behind a person's name, such as ` (WA)`.
    pub(crate) fn name_suffixes(&self) -> &[String] {
        &self.rules().name_suffixes
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Source::BuiltIn(a), Source::BuiltIn(b)) => a == b,
            (Source::Own(a), Source::Own(b)) => Arc::ptr_eq(a, b) || a == b,
            (Source::Unknown(a), Source::Unknown(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Network {}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network({})", self.name())
    }
}
