//! A network of a host's own, built step by step.

use super::links::{PersonPath, Site};
use super::rules::NetworkRules;
use super::{FirstMessage, Grammar, IdentifierKind, Invite, LookupFact, Network, RulesError};
use crate::wire::ResolveIdentifier;

/// A builder of a network of the host's own, see [`Network::builder`].
///
/// A fact that is not given is unknown and permitted. Without capabilities, a chat can be created by an id only.
#[derive(Clone, Debug)]
pub struct NetworkBuilder {
    rules: NetworkRules,
}

impl NetworkBuilder {
    pub(super) fn new(name: String, kinds: Vec<IdentifierKind>) -> Self {
        NetworkBuilder {
            rules: NetworkRules::new(name, kinds),
        }
    }

    /// Returns the builder with the name as people write it.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.rules.title = Some(title.into());
        self
    }

    /// Returns the builder with one more name that accounts and bridges use.
    #[must_use]
    pub fn bridge_type(mut self, name: impl Into<String>) -> Self {
        self.rules.bridge_types.push(name.into());
        self
    }

    /// Returns the builder with the grammar of ids. Without it any visible text is an id.
    #[must_use]
    pub fn ids(mut self, grammar: Grammar) -> Self {
        self.rules.id = grammar;
        self
    }

    /// Returns the builder with the grammar of handles.
    #[must_use]
    pub fn handles(mut self, grammar: Grammar) -> Self {
        self.rules.handle = Some(grammar);
        self
    }

    /// Returns the builder of a network on which handles are ids.
    #[must_use]
    pub fn handles_are_ids(mut self) -> Self {
        self.rules.handles_are_ids = true;
        self
    }

    /// Returns the builder with one more link to people: a host such as `acme.example`, and a path such as `u/{}`.
    #[must_use]
    pub fn link(
        mut self,
        host: impl Into<String>,
        path: impl Into<String>,
        kind: IdentifierKind,
    ) -> Self {
        let path = PersonPath::new(path.into(), kind);
        self.rules.links.push(Site::new(host.into(), path));
        self
    }

    /// Returns the builder with the lookups and creates that an account has if it does not list them.
    #[must_use]
    pub fn capabilities(mut self, capabilities: ResolveIdentifier) -> Self {
        self.rules.capabilities = capabilities;
        self
    }

    /// Returns the builder with how the network answers a lookup of a kind.
    #[must_use]
    pub fn lookup(mut self, kind: IdentifierKind, fact: LookupFact) -> Self {
        self.rules.lookups.set(kind, fact);
        self
    }

    /// Returns the builder with whether a create opens the direct chat that exists already.
    #[must_use]
    pub fn create_opens_existing(mut self, opens: bool) -> Self {
        self.rules.create_opens_existing = Some(opens);
        self
    }

    /// Returns the builder of a network on which an account is a phone number.
    #[must_use]
    pub fn number_is_account(mut self) -> Self {
        self.rules.number_is_account = true;
        self
    }

    /// Returns the builder with one more beginning of temporary ids. Another record of the person, with the same
    /// number, has the account id. An account of the network must be a phone number.
    #[must_use]
    pub fn stand_in_ids(mut self, beginning: impl Into<String>) -> Self {
        self.rules.stand_in_ids.push(beginning.into());
        self
    }

    /// Returns the builder with the form in which the other side gets a new chat.
    #[must_use]
    pub fn invite(mut self, invite: Invite) -> Self {
        self.rules.invite = invite;
        self
    }

    /// Returns the builder with whether a chat is only created with its first message.
    #[must_use]
    pub fn first_message(mut self, first_message: FirstMessage) -> Self {
        self.rules.first_message = first_message;
        self
    }

    /// Returns the builder with the most characters of a message.
    #[must_use]
    pub fn message_limit(mut self, characters: u32) -> Self {
        self.rules.message_limit = Some(characters);
        self
    }

    /// Returns the builder with whether the own user can be messaged.
    #[must_use]
    pub fn message_self(mut self, can: bool) -> Self {
        self.rules.message_self = can;
        self
    }

    /// Adds a placeholder: a text that the network or its bridge shows for a person without a name.
    #[must_use]
    pub fn placeholder(mut self, name: impl Into<String>) -> Self {
        self.rules.placeholders.push(name.into());
        self
    }

    /// Returns the network.
    ///
    /// # Errors
    ///
    /// Returns an error if the rules contradict themselves, or if a pattern cannot be read.
    pub fn build(self) -> Result<Network, RulesError> {
        Network::of_rules(self.rules.compiled()?)
    }
}
