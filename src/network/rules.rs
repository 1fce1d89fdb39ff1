//! The rows, one a platform. Facts are from the platforms' own documents and the public bridges' code (autumn 2026);
//! what has no primary source is named in `unverified` and read permissively.

mod open;
mod phones;
mod social;

use super::facts::Facts;
use super::grammar::Part::Run;
use super::grammar::{Case, Chars, Form, Rule};
use super::{FirstMessage, Handles, IdentifierKind, Invite, Network, NetworkRules};
use crate::wire::ResolveIdentifier;

const DIGIT: Chars = Chars::DIGIT;
const NONZERO: Chars = DIGIT.except("0");
/// Letters that the platform folds are tested after folding.
const LOWER: Chars = Chars::LOWER;
const LOWER_DIGIT: Chars = LOWER.or(DIGIT);
const HEX: Chars = DIGIT.and("abcdef");
const LETTER_DIGIT: Chars = LOWER_DIGIT.or(Chars::UPPER);
const AT: Chars = Chars::NONE.and("@");
const DOT: Chars = Chars::NONE.and(".");

/// A numeric id, of no more digits than 63 bits have.
const NUMBER: &[Form] = &[Form::of(&[Run(NONZERO, 1, 1), Run(DIGIT, 0, 18)])];
const NUMERIC: Rule = Rule {
    forms: NUMBER,
    ..Rule::OPAQUE
};
const SHORT_CODE: Form = Form::of(&[Run(DIGIT, 1, 6)]);

const UPPER_DIGIT: Chars = DIGIT.or(Chars::UPPER);
const DASH: Chars = Chars::NONE.and("-");

/// A bridge that can create chats and look nothing up.
const CREATES: ResolveIdentifier = ResolveIdentifier {
    create_dm: true,
    lookup_phone: false,
    lookup_email: false,
    lookup_username: false,
    any_phone: false,
    contact_list: false,
    search: false,
};

const HANDLE: Rule = Rule {
    case: Case::Lower,
    one_direction: false,
    ..Rule::WORD
};

impl Network {
    /// Every built-in network but [`Network::GENERAL`].
    pub const ALL: &[Network] = &[
        Network::MATRIX,
        Network::WHATSAPP,
        Network::SIGNAL,
        Network::TELEGRAM,
        Network::GOOGLE_MESSAGES,
        Network::GOOGLE_VOICE,
        Network::GOOGLE_CHAT,
        Network::FACEBOOK,
        Network::INSTAGRAM,
        Network::THREADS,
        Network::TWITTER,
        Network::DISCORD,
        Network::SLACK,
        Network::LINKEDIN,
        Network::BLUESKY,
        Network::IMESSAGE,
        Network::SMS,
        Network::LINE,
        Network::ZULIP,
        Network::IRC,
        Network::REDDIT,
        Network::TIKTOK,
        Network::GITHUB,
        Network::XMPP,
    ];

    /// Matrix.
    pub const MATRIX: Network = Network(&open::MATRIX);
    /// `WhatsApp`.
    pub const WHATSAPP: Network = Network(&phones::WHATSAPP);
    /// Signal.
    pub const SIGNAL: Network = Network(&phones::SIGNAL);
    /// Telegram.
    pub const TELEGRAM: Network = Network(&phones::TELEGRAM);
    /// Google Messages.
    pub const GOOGLE_MESSAGES: Network = Network(&phones::GOOGLE_MESSAGES);
    /// Google Voice.
    pub const GOOGLE_VOICE: Network = Network(&phones::GOOGLE_VOICE);
    /// Google Chat.
    pub const GOOGLE_CHAT: Network = Network(&open::GOOGLE_CHAT);
    /// Facebook.
    pub const FACEBOOK: Network = Network(&social::FACEBOOK);
    /// Instagram.
    pub const INSTAGRAM: Network = Network(&social::INSTAGRAM);
    /// Threads.
    pub const THREADS: Network = Network(&social::THREADS);
    /// X, formerly Twitter.
    pub const TWITTER: Network = Network(&social::TWITTER);
    /// Discord.
    pub const DISCORD: Network = Network(&open::DISCORD);
    /// Slack.
    pub const SLACK: Network = Network(&open::SLACK);
    /// `LinkedIn`.
    pub const LINKEDIN: Network = Network(&social::LINKEDIN);
    /// Bluesky.
    pub const BLUESKY: Network = Network(&social::BLUESKY);
    /// `iMessage`.
    pub const IMESSAGE: Network = Network(&phones::IMESSAGE);
    /// SMS.
    pub const SMS: Network = Network(&phones::SMS);
    /// LINE.
    pub const LINE: Network = Network(&phones::LINE);
    /// Zulip.
    pub const ZULIP: Network = Network(&open::ZULIP);
    /// IRC.
    pub const IRC: Network = Network(&open::IRC);
    /// Reddit.
    pub const REDDIT: Network = Network(&social::REDDIT);
    /// `TikTok`.
    pub const TIKTOK: Network = Network(&social::TIKTOK);
    /// `GitHub`.
    pub const GITHUB: Network = Network(&social::GITHUB);
    /// XMPP.
    pub const XMPP: Network = Network(&open::XMPP);
    /// A platform of which nothing is known. Everything is permitted and nothing required.
    pub const GENERAL: Network = Network(&GENERAL);
}

static GENERAL: NetworkRules = NetworkRules::GENERAL;

impl NetworkRules {
    /// Rules for a platform of which nothing is known: everything is permitted, nothing required.
    pub(crate) const GENERAL: NetworkRules = NetworkRules {
        name: "general",
        title: "another network",
        bridges: &[],
        kinds: &IdentifierKind::ALL,
        id: Rule::OPAQUE,
        handle: Handles::Rule(Rule::WORD),
        sites: &[],
        lookups: ResolveIdentifier {
            lookup_phone: true,
            lookup_email: true,
            lookup_username: true,
            ..CREATES
        },
        invite: Invite::None,
        first_message: FirstMessage::NotRequired,
        message_limit: None,
        message_self: true,
        short_codes: false,
        facts: Facts::UNKNOWN,
        unverified: &["everything"],
    };
}
