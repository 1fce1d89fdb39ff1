//! Platforms of servers and workspaces: Matrix, its older relatives, and the rooms of teams.

use super::super::IdentifierKind::{Email, Handle, Id};
use super::super::facts::{Facts, LookupFact, LookupFacts};
use super::super::grammar::Part::{Implied, Is, Run};
use super::super::grammar::{Case, Chars, Form, Part, Rule};
use super::super::{Handles, Invite, NetworkRules, Site};
use super::{CREATES, DIGIT, DOT, HANDLE, LETTER_DIGIT, LOWER_DIGIT, NUMERIC, UPPER_DIGIT};
use crate::wire::ResolveIdentifier;

/// A Matrix user id, current or historical (Matrix specification, appendices, "User Identifiers"). Any code point but
/// `:` and NUL may stand in a historical one, and its case counts.
pub(super) const MATRIX_ID: Rule = Rule {
    forms: &[
        Form {
            distinctive: true,
            ..Form::of(&[
                Is("@"),
                Run(Chars::VISIBLE.and(" ").except(":"), 0, 253),
                Is(":"),
                Part::Server,
            ])
        },
        // Written without its sigil, as user names are shown; no other sigil may stand in its place.
        Form::of(&[
            Implied("@"),
            Run(LETTER_DIGIT.and("._=-"), 1, 1),
            Run(LETTER_DIGIT.and("._=-/+"), 0, 252),
            Is(":"),
            Part::Server,
        ]),
    ],
    bytes: (4, 255),
    ..Rule::OPAQUE
};

/// Matrix.
pub(super) static MATRIX: NetworkRules = NetworkRules {
    name: "matrix",
    title: "Matrix",
    bridges: &["hungryserv", "beeper"],
    kinds: &[Id, Email, Handle],
    id: MATRIX_ID,
    handle: Handles::AreIds,
    sites: &[
        Site::of(&["matrix.to"], &[("#/{}", Id)]),
        Site::of(&["matrix:"], &[("u/{}", Id)]),
    ],
    lookups: ResolveIdentifier {
        lookup_email: true,
        lookup_username: true,
        ..CREATES
    },
    invite: Invite::Required,
    facts: Facts {
        lookup: LookupFacts {
            id: LookupFact::Never,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(false),
        ..Facts::UNKNOWN
    },
    message_self: false,
    unverified: &["invite"],
    ..NetworkRules::GENERAL
};

/// Discord. Names from before 2023 end in `#` and four digits.
pub(super) static DISCORD: NetworkRules = NetworkRules {
    name: "discord",
    title: "Discord",
    bridges: &[],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form::of(&[Run(DIGIT, 1, 20)])],
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[
            Form {
                apart: DOT,
                ..Form::of(&[Run(LOWER_DIGIT.and("._"), 2, 32)])
            },
            Form::of(&[
                Run(Chars::VISIBLE.and(" ").except("@#:"), 2, 32),
                Is("#"),
                Run(DIGIT, 4, 4),
            ]),
        ],
        bytes: (2, 256),
        case: Case::Precis,
        reserved: &["everyone", "here"],
        starts: &["everyone#", "here#"],
        inside: &["discord", "```"],
        ..HANDLE
    }),
    sites: &[
        Site::of(
            &[
                "discord.com",
                "discordapp.com",
                "ptb.discord.com",
                "canary.discord.com",
                "discord:",
            ],
            &[("users/{}", Id)],
        ),
        Site::of(&["discord.gg"], &[]),
    ],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    message_self: false,
    facts: Facts {
        create_opens_existing: Some(true),
        placeholders: &["Deleted User"],
        ..Facts::UNKNOWN
    },
    unverified: &["lookups", "invite", "links", "case of handles"],
    ..NetworkRules::GENERAL
};

/// Slack. An id may carry its team's in front.
pub(super) static SLACK: NetworkRules = NetworkRules {
    name: "slack",
    title: "Slack",
    bridges: &[],
    kinds: &[Id, Email],
    id: Rule {
        forms: &[
            Form::of(&[Run(UPPER_DIGIT, 1, 32)]),
            Form::of(&[Run(UPPER_DIGIT, 1, 32), Is("-"), Run(UPPER_DIGIT, 1, 32)]),
        ],
        case: Case::Upper,
        ..Rule::OPAQUE
    },
    handle: Handles::None,
    sites: &[
        Site::of(&["slack:"], &[("user?team={}&id={}", Id)]),
        Site::of(&["*.slack.com"], &[("*/team/{}", Id)]),
    ],
    lookups: ResolveIdentifier {
        lookup_email: true,
        search: true,
        ..CREATES
    },
    facts: Facts {
        lookup: LookupFacts {
            id: LookupFact::Asks,
            email: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        suffixes: &[" (bot)"],
        ..Facts::UNKNOWN
    },
    unverified: &["links", "message_self"],
    ..NetworkRules::GENERAL
};

/// Google Chat.
pub(super) static GOOGLE_CHAT: NetworkRules = NetworkRules {
    name: "google_chat",
    title: "Google Chat",
    bridges: &[],
    kinds: &[Id, Email],
    handle: Handles::None,
    lookups: ResolveIdentifier {
        lookup_email: true,
        ..CREATES
    },
    facts: Facts {
        create_opens_existing: Some(true),
        ..Facts::UNKNOWN
    },
    unverified: &["kinds", "id", "lookups", "invite", "message_self"],
    ..NetworkRules::GENERAL
};

/// Zulip.
pub(super) static ZULIP: NetworkRules = NetworkRules {
    name: "zulip",
    title: "Zulip",
    bridges: &[],
    kinds: &[Id, Email],
    id: NUMERIC,
    handle: Handles::None,
    lookups: ResolveIdentifier {
        lookup_email: true,
        ..CREATES
    },
    unverified: &[
        "kinds",
        "lookups",
        "invite",
        "first_message",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// IRC. An id is a network and a nick; a nick is whoever holds it today.
pub(super) static IRC: NetworkRules = NetworkRules {
    name: "irc",
    title: "IRC",
    bridges: &[],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form::of(&[
            Run(Chars::VISIBLE.except("_"), 1, 64),
            Is("_"),
            Run(Chars::VISIBLE.except(":"), 1, 1),
            Run(Chars::VISIBLE, 0, 64),
        ])],
        case: Case::Server,
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[
            Run(Chars::VISIBLE.except(",*?!@$:#&-0123456789"), 1, 1),
            Run(Chars::VISIBLE.except(",*?!@"), 0, 63),
        ])],
        case: Case::Server,
        bytes: (1, 256),
        ..HANDLE
    }),
    sites: &[Site::of(
        &["irc:", "ircs:"],
        &[("*/{}", Handle), ("*/{},isnick", Handle)],
    )],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    facts: Facts {
        create_opens_existing: Some(true),
        ..Facts::UNKNOWN
    },
    unverified: &["the longest handle", "links", "message_self"],
    ..NetworkRules::GENERAL
};

/// XMPP. The address without its resource is the id, and the handle.
pub(super) static XMPP: NetworkRules = NetworkRules {
    name: "xmpp",
    title: "XMPP",
    bridges: &["jabber"],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form::of(&[
            Run(Chars::VISIBLE.except("\"&'/:<>@"), 1, 1023),
            Is("@"),
            Part::Host,
        ])],
        case: Case::Precis,
        cut: Some('/'),
        bytes: (3, 1277),
        ..Rule::OPAQUE
    },
    handle: Handles::AreIds,
    sites: &[Site {
        unless: &["join"],
        ..Site::of(&["xmpp:"], &[("{}", Id), ("{}/*", Id)])
    }],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    unverified: &[
        "id",
        "links",
        "lookups",
        "invite",
        "first_message",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};
