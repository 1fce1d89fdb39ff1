//! The rules of a network, and the built-in ones.
//!
//! Each built-in network is a JSON file beside this one, in the form that a host writes its own in. A file is read when
//! its network is first used. Facts are from the platforms' documents and the code of public bridges (autumn 2026), which
//! `sources.json` names. No program reads it, so it is not compiled in. Facts without a primary source are in
//! `unverified`, and are read permissively.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::facts::{LookupFacts, NumberRange};
use super::grammar::Grammar;
use super::links::Site;
use super::rules_error::{RulesError, RulesErrorCode};
use super::{FirstMessage, IdentifierKind, Invite, Network, capability_list, text};
use crate::identifier::UserId;
use crate::is_default::is_default;
use crate::wire::{ResolveIdentifier, objects};

/// What is known about a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(remote = "Self")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the facts are independent of each other"
)]
pub(crate) struct NetworkRules {
    /// The stable name.
    pub(super) name: String,
    /// The name as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    /// Further names that accounts and bridges use for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bridge_types: Vec<String>,
    /// The kinds of identifier it takes, the strongest first. Ids are always among them.
    pub(super) kinds: Vec<IdentifierKind>,
    #[serde(default = "Grammar::opaque")]
    pub(crate) id: Grammar,
    /// The grammar of its handles, if they have one of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) handle: Option<Grammar>,
    /// Whether its handles are its ids.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) handles_are_ids: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<Site>,
    /// The lookups and creates that an account has if it does not list them.
    #[serde(default, with = "capability_list")]
    pub(super) capabilities: ResolveIdentifier,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) lookups: LookupFacts,
    /// Whether a create opens the direct chat that exists already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) create_opens_existing: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) number_is_account: bool,
    /// The beginnings of ids that only stand in for another id of the person with the same number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) stand_in_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) own_numbers: Vec<NumberRange>,
    #[serde(default)]
    pub(crate) invite: Invite,
    #[serde(default)]
    pub(crate) first_message: FirstMessage,
    /// The most characters of a message, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message_limit: Option<u32>,
    /// Whether the own user can be messaged.
    #[serde(default = "yes")]
    pub(crate) message_self: bool,
    /// Whether short codes are ids.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) short_codes: bool,
    /// The texts that the network and its bridges write if a person has no name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) placeholders: Vec<String>,
    /// The endings that bridges put behind a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) name_suffixes: Vec<String>,
    /// The facts without a primary source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unverified: Vec<String>,
    /// The sources of the facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sources: Vec<String>,
}

objects! { NetworkRules }

/// What a network's handles are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handles<'a> {
    /// It has none.
    None,
    /// They are its user ids.
    AreIds,
    /// They follow a grammar of their own.
    Grammar(&'a Grammar),
}

/// The longest name or title, and the longest list.
const MAX_NAME: usize = 64;
const MAX_LIST: usize = 1000;

impl NetworkRules {
    pub(super) fn new(name: String, kinds: Vec<IdentifierKind>) -> Self {
        NetworkRules {
            name,
            title: None,
            bridge_types: Vec::new(),
            kinds,
            id: Grammar::opaque(),
            handle: None,
            handles_are_ids: false,
            links: Vec::new(),
            capabilities: ResolveIdentifier::default(),
            lookups: LookupFacts::UNKNOWN,
            create_opens_existing: None,
            number_is_account: false,
            stand_in_ids: Vec::new(),
            own_numbers: Vec::new(),
            invite: Invite::None,
            first_message: FirstMessage::NotRequired,
            message_limit: None,
            message_self: true,
            short_codes: false,
            placeholders: Vec::new(),
            name_suffixes: Vec::new(),
            unverified: Vec::new(),
            sources: Vec::new(),
        }
    }

    pub(super) fn from_json(json: &str) -> Result<Self, RulesError> {
        let rules: NetworkRules = serde_json::from_slice(json.as_bytes())
            .map_err(|error| RulesError::not_rules(&error))?;
        rules.compiled()
    }

    /// Reads rules from their JSON as a value. They are read from its text, so that rules have one reader in the program.
    pub(super) fn from_value(value: &serde_json::Value) -> Result<Self, RulesError> {
        let rules: NetworkRules = serde_json::to_vec(value)
            .and_then(|json| serde_json::from_slice(&json))
            .map_err(|error| RulesError::not_rules_value(&error))?;
        rules.compiled()
    }

    pub(crate) fn handles(&self) -> Handles<'_> {
        match &self.handle {
            _ if self.handles_are_ids => Handles::AreIds,
            Some(grammar) => Handles::Grammar(grammar),
            None => Handles::None,
        }
    }

    /// Compiles the grammars and the links, and checks every member.
    pub(super) fn compiled(mut self) -> Result<Self, RulesError> {
        self.id.compile("id")?;
        if let Some(handle) = &mut self.handle {
            handle.compile("handle")?;
        }
        self.kinds.sort();
        self.links.iter_mut().for_each(Site::compile);
        self.check()?;
        Ok(self)
    }

    fn check(&self) -> Result<(), RulesError> {
        use IdentifierKind::{Email, Handle, Id, Phone};

        let error = |at: &str, code| Err(RulesError::new(code, at));
        let is_name =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        if !(1..=MAX_NAME).contains(&self.name.len()) || !self.name.chars().all(is_name) {
            return error("name", RulesErrorCode::InvalidName);
        }
        self.check_texts()?;
        if !self.kinds.contains(&Id) {
            return error("kinds", RulesErrorCode::KindsWithoutId);
        }
        if self
            .kinds
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            return error("kinds", RulesErrorCode::DuplicateKind);
        }
        let takes = |kind| self.kinds.contains(&kind);
        match self.handles() {
            Handles::None if takes(Handle) => {
                return error("handle", RulesErrorCode::NoHandleGrammar);
            }
            Handles::Grammar(_) if !takes(Handle) => {
                return error("handle", RulesErrorCode::UnusedHandleGrammar);
            }
            _ => {}
        }
        let can = self.capabilities;
        let needed = [
            (can.lookup_phone || can.any_phone, Phone),
            (can.lookup_email, Email),
            (can.lookup_username, Handle),
        ];
        if needed.iter().any(|(can, kind)| *can && !takes(*kind)) {
            return error("capabilities", RulesErrorCode::KindNotTaken);
        }
        let is_said = |kind: &IdentifierKind| self.lookups.of(*kind) != super::LookupFact::Unknown;
        if IdentifierKind::ALL
            .iter()
            .any(|kind| is_said(kind) && !takes(*kind))
        {
            return error("lookups", RulesErrorCode::KindNotTaken);
        }
        if self.number_is_account && !takes(Phone) {
            return error("numberIsAccount", RulesErrorCode::KindNotTaken);
        }
        if !self.stand_in_ids.is_empty() && !self.number_is_account {
            return error("standInIds", RulesErrorCode::KindNotTaken);
        }
        if !self.own_numbers.is_empty() && !takes(Phone) {
            return error("ownNumbers", RulesErrorCode::KindNotTaken);
        }
        for (number, range) in self.own_numbers.iter().enumerate() {
            let at = |code| RulesError::new(code, format!("ownNumbers[{number}]"));
            range.check().map_err(at)?;
        }
        if self.message_limit == Some(0) {
            return error("messageLimit", RulesErrorCode::ZeroLimit);
        }
        for (number, site) in self.links.iter().enumerate() {
            let at = format!("links[{number}]");
            site.check(&at)?;
            if site.people.iter().any(|person| !takes(person.kind)) {
                return Err(RulesError::new(RulesErrorCode::KindNotTaken, at));
            }
        }
        Ok(())
    }

    /// Checks the lists of names.
    fn check_texts(&self) -> Result<(), RulesError> {
        let title: Vec<String> = self.title.iter().cloned().collect();
        let lists = [
            ("title", &title, MAX_NAME),
            ("bridgeTypes", &self.bridge_types, MAX_NAME),
            ("standInIds", &self.stand_in_ids, MAX_NAME),
            ("placeholders", &self.placeholders, MAX_LIST),
            ("nameSuffixes", &self.name_suffixes, MAX_LIST),
            ("unverified", &self.unverified, MAX_LIST),
            ("sources", &self.sources, MAX_LIST),
        ];
        for (at, list, longest) in lists {
            let code = if list.len() > MAX_LIST || list.iter().any(|text| text.len() > longest) {
                RulesErrorCode::TooLong
            } else if list.iter().any(|text| text.trim().is_empty()) {
                RulesErrorCode::EmptyText
            } else if list.iter().any(|text| text::unseen(text).is_some()) {
                RulesErrorCode::InvisibleCharacter
            } else {
                continue;
            };
            return Err(RulesError::new(code, at));
        }
        if self.links.len() > MAX_LIST {
            return Err(RulesError::new(RulesErrorCode::TooLong, "links"));
        }
        Ok(())
    }
}

/// Returns an error if short codes are ids, and the network does not read one as an id.
pub(super) fn check_short_codes(network: &Network) -> Result<(), RulesError> {
    let reads = |code: &str| UserId::parse(code, network).is_ok();
    if network.takes_short_codes() && !["123", "123456"].into_iter().all(reads) {
        return Err(RulesError::new(
            RulesErrorCode::ShortCodesAreNoIds,
            "shortCodes",
        ));
    }
    Ok(())
}

fn yes() -> bool {
    true
}

macro_rules! built_in {
    ($($(#[$doc:meta])* $constant:ident = $name:literal,)*) => {
        /// The name of each built-in network, and its file.
        const FILES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("rules/", $name, ".json"))),)*
            ("general", include_str!("rules/general.json")),
        ];

        impl Network {
            /// Every built-in network but [`Network::GENERAL`].
            pub const ALL: &[Network] = &[$(Network::$constant,)*];

            $($(#[$doc])* pub const $constant: Network = Network::built_in(position($name));)*

            /// A network of which nothing is known. Everything is permitted and nothing required.
            pub const GENERAL: Network = Network::built_in(position("general"));
        }
    };
}

built_in! {
    /// Matrix.
    MATRIX = "matrix",
    /// WhatsApp.
    WHATSAPP = "whatsapp",
    /// Signal.
    SIGNAL = "signal",
    /// Telegram.
    TELEGRAM = "telegram",
    /// Google Messages.
    GOOGLE_MESSAGES = "google_messages",
    /// Google Voice.
    GOOGLE_VOICE = "google_voice",
    /// Google Chat.
    GOOGLE_CHAT = "google_chat",
    /// Facebook Messenger.
    FACEBOOK = "facebook",
    /// Instagram.
    INSTAGRAM = "instagram",
    /// Threads.
    THREADS = "threads",
    /// X, formerly Twitter.
    TWITTER = "twitter",
    /// Discord.
    DISCORD = "discord",
    /// Slack.
    SLACK = "slack",
    /// LinkedIn.
    LINKEDIN = "linkedin",
    /// Bluesky.
    BLUESKY = "bluesky",
    /// iMessage.
    IMESSAGE = "imessage",
    /// SMS.
    SMS = "sms",
    /// LINE.
    LINE = "line",
    /// Zulip.
    ZULIP = "zulip",
    /// IRC.
    IRC = "irc",
    /// Reddit.
    REDDIT = "reddit",
    /// TikTok.
    TIKTOK = "tiktok",
    /// GitHub. It has no direct messages, and is here for its handles.
    GITHUB = "github",
    /// XMPP.
    XMPP = "xmpp",
}

const COUNT: usize = FILES.len();

static LOADED: [OnceLock<NetworkRules>; COUNT] = [const { OnceLock::new() }; COUNT];

/// Returns the place of a built-in network in [`FILES`]. A missing one is an error of compilation.
const fn position(name: &str) -> usize {
    let mut at = 0;
    while at < COUNT {
        let (other, name) = (FILES[at].0.as_bytes(), name.as_bytes());
        let mut same = 0;
        while same < name.len() && same < other.len() && name[same] == other[same] {
            same += 1;
        }
        if same == name.len() && same == other.len() {
            return at;
        }
        at += 1;
    }
    panic!("no file has the name");
}

/// Returns the name of the built-in network at a place.
pub(super) fn built_in_name(at: usize) -> &'static str {
    FILES[at].0
}

/// Returns the place of the built-in network with a name.
pub(super) fn find_built_in(name: &str) -> Option<usize> {
    FILES.iter().position(|(other, _)| *other == name)
}

/// Returns the rules of the built-in network at a place.
pub(super) fn built_in_rules(at: usize) -> &'static NetworkRules {
    LOADED[at].get_or_init(|| {
        let (name, json) = FILES[at];
        match NetworkRules::from_json(json) {
            Ok(rules) => rules,
            Err(error) => unreachable!("a test reads every file, {name}: {error}"),
        }
    })
}

/// Returns the grammar of Matrix ids, which every bridged network takes too.
pub(crate) fn matrix_ids() -> &'static Grammar {
    const MATRIX: usize = position("matrix");
    &built_in_rules(MATRIX).id
}

/// Returns the rules for a network of which nothing is known.
pub(crate) fn general_rules() -> &'static NetworkRules {
    const GENERAL: usize = position("general");
    built_in_rules(GENERAL)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{COUNT, FILES, NetworkRules, built_in_rules};

    #[test]
    fn every_file_holds_the_rules_of_its_name() {
        for (at, (name, json)) in FILES.iter().enumerate() {
            let rules =
                NetworkRules::from_json(json).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(rules.name, *name);
            assert_eq!(&rules, built_in_rules(at));
        }
        assert_eq!(COUNT, 25);
    }

    #[test]
    fn rules_in_an_array_are_refused() {
        let object = r#"{"name": "acme", "kinds": ["id"]}"#;
        assert!(NetworkRules::from_json(object).is_ok());
        assert!(NetworkRules::from_json(r#"["acme", null, [], ["id"]]"#).is_err());
    }

    #[test]
    fn networks_have_sources() {
        let sources: HashMap<&str, Vec<&str>> =
            serde_json::from_str(include_str!("sources.json")).unwrap();
        assert!(sources.values().all(|sources| !sources.is_empty()));
        let names = FILES.iter().map(|(name, _)| *name);
        let without: Vec<_> = names.filter(|name| !sources.contains_key(name)).collect();
        assert_eq!(without, ["threads", "general"]);
        assert_eq!(sources.len() + without.len(), COUNT);
    }
}
