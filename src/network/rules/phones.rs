//! Platforms of phones: messengers whose accounts are numbers, and the carriers' own.

use super::super::IdentifierKind::{Email, Handle, Id, Phone};
use super::super::facts::{Facts, LookupFact, LookupFacts, NumberRange};
use super::super::grammar::Part::{As, Is, Run};
use super::super::grammar::{Case, Chars, Embedded, Form, Part, Rule};
use super::super::{Handles, Invite, NetworkRules, Site};
use super::{
    AT, CREATES, DIGIT, DOT, HANDLE, HEX, LOWER, LOWER_DIGIT, NONZERO, NUMERIC, SHORT_CODE,
};
use crate::wire::ResolveIdentifier;

const fn uuid_after(prefix: &'static str, printed: &'static str) -> [Part; 10] {
    [
        As(prefix, printed),
        Run(HEX, 8, 8),
        Is("-"),
        Run(HEX, 4, 4),
        Is("-"),
        Run(HEX, 4, 4),
        Is("-"),
        Run(HEX, 4, 4),
        Is("-"),
        Run(HEX, 12, 12),
    ]
}

/// Words on which the host's links stand for something else (core.telegram.org/api/links).
const TELEGRAM_RESERVED: &[&str] = &[
    "a",
    "addemoji",
    "addlist",
    "addstickers",
    "addstyle",
    "addtheme",
    "auction",
    "auth",
    "bg",
    "boost",
    "c",
    "call",
    "confirmphone",
    "contact",
    "giftcode",
    "invoice",
    "iv",
    "joinchat",
    "k",
    "login",
    "m",
    "msg",
    "nft",
    "proxy",
    "s",
    "setlanguage",
    "share",
    "socks",
    "web",
    "z",
];
/// A message, a group or channel to boost, a call, a story, or a group that a bot is to join.
const TELEGRAM_UNLESS: &[&str] = &[
    "boost",
    "comment",
    "livestream",
    "post",
    "startchannel",
    "startgroup",
    "story",
    "thread",
    "videochat",
    "voicechat",
];

/// `WhatsApp`.
pub(super) static WHATSAPP: NetworkRules = NetworkRules {
    name: "whatsapp",
    title: "WhatsApp",
    bridges: &[],
    kinds: &[Id, Phone, Handle],
    id: Rule {
        forms: &[
            Form {
                carries: Embedded::Phone,
                ..Form::of(&[Run(DIGIT, 7, 13)])
            },
            Form::of(&[Is("0")]),
            Form {
                distinctive: true,
                ..Form::of(&[Is("lid-"), Run(DIGIT, 12, 30)])
            },
            Form {
                distinctive: true,
                ..Form::of(&[Is("bot-"), Run(DIGIT, 12, 30)])
            },
            Form {
                distinctive: true,
                carries: Embedded::Phone,
                ..Form::of(&[Run(DIGIT, 7, 15), Is("@s.whatsapp.net")])
            },
            Form {
                distinctive: true,
                ..Form::of(&[As("", "lid-"), Run(DIGIT, 12, 30), As("@lid", "")])
            },
            Form {
                distinctive: true,
                ..Form::of(&[As("", "bot-"), Run(DIGIT, 12, 30), As("@bot", "")])
            },
        ],
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[Form {
            last: LOWER_DIGIT.and("_"),
            apart: DOT,
            needs: LOWER,
            ..Form::of(&[
                Run(LOWER_DIGIT.and("_"), 1, 1),
                Run(LOWER_DIGIT.and("._"), 2, 34),
            ])
        }],
        starts: &["www."],
        ends: &[".com", ".net", ".org", ".io", ".app", ".co", ".me", ".info"],
        ..HANDLE
    }),
    sites: &[
        Site::of(&["wa.me"], &[("{}", Phone)]),
        Site::of(
            &[
                "api.whatsapp.com",
                "web.whatsapp.com",
                "whatsapp.com",
                "whatsapp:",
            ],
            &[("send?phone={}", Phone)],
        ),
        Site::of(&["chat.whatsapp.com"], &[]),
    ],
    lookups: ResolveIdentifier {
        lookup_phone: true,
        contact_list: true,
        ..CREATES
    },
    facts: Facts {
        lookup: LookupFacts {
            phone: LookupFact::Asks,
            handle: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        number_is_account: true,
        placeholders: &["WhatsApp User", "Unknown user"],
        suffixes: &[" (WA)"],
        ..Facts::UNKNOWN
    },
    unverified: &["handle", "message_self", "the whatsapp: scheme"],
    ..NetworkRules::GENERAL
};

/// Signal.
pub(super) static SIGNAL: NetworkRules = NetworkRules {
    name: "signal",
    title: "Signal",
    bridges: &[],
    kinds: &[Id, Phone, Handle],
    id: Rule {
        forms: &[
            Form {
                distinctive: true,
                ..Form::of(&const { uuid_after("", "") })
            },
            Form {
                distinctive: true,
                ..Form::of(&const { uuid_after("PNI:", "PNI:") })
            },
            Form {
                distinctive: true,
                ..Form::of(&const { uuid_after("pni_", "PNI:") })
            },
        ],
        case: Case::Lower,
        ..Rule::OPAQUE
    },
    // A nickname, and a discriminator that is not zero and has a leading zero only to make it two digits.
    handle: Handles::Rule(Rule {
        forms: &[
            Form::of(&[
                Run(LOWER.and("_"), 1, 1),
                Run(LOWER_DIGIT.and("_"), 2, 31),
                Is("."),
                Run(NONZERO, 1, 1),
                Run(DIGIT, 1, 8),
            ]),
            Form::of(&[
                Run(LOWER.and("_"), 1, 1),
                Run(LOWER_DIGIT.and("_"), 2, 31),
                Is(".0"),
                Run(NONZERO, 1, 1),
            ]),
        ],
        ..HANDLE
    }),
    sites: &[
        Site::of(&["signal.me"], &[("#p/{}", Phone)]),
        Site::of(&["sgnl:"], &[("signal.me#p/{}", Phone)]),
        Site::of(&["signal.group"], &[]),
    ],
    lookups: ResolveIdentifier {
        lookup_phone: true,
        contact_list: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    facts: Facts {
        lookup: LookupFacts {
            phone: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        number_is_account: true,
        placeholders: &["Unknown user"],
        ..Facts::UNKNOWN
    },
    unverified: &["message_self", "the longest handle"],
    ..NetworkRules::GENERAL
};

/// Telegram. Digits alone are an id there; a phone number has its `+`.
pub(super) static TELEGRAM: NetworkRules = NetworkRules {
    name: "telegram",
    title: "Telegram",
    bridges: &[],
    kinds: &[Id, Phone, Handle],
    id: NUMERIC,
    handle: Handles::Rule(Rule {
        forms: &[Form {
            last: LOWER_DIGIT,
            apart: Chars::NONE.and("_"),
            ..Form::of(&[Run(LOWER, 1, 1), Run(LOWER_DIGIT.and("_"), 0, 31)])
        }],
        ..HANDLE
    }),
    sites: &[
        Site {
            // `+` leads to a phone number if digits follow, else to a group.
            reserved: TELEGRAM_RESERVED,
            unless: TELEGRAM_UNLESS,
            ..Site::of(
                &["t.me", "telegram.me", "telegram.dog"],
                &[("+{}", Phone), ("{}", Handle)],
            )
        },
        Site {
            reserved: TELEGRAM_RESERVED,
            unless: TELEGRAM_UNLESS,
            ..Site::of(&["*.t.me"], &[("{}", Handle)])
        },
        Site {
            unless: TELEGRAM_UNLESS,
            ..Site::of(
                &["tg:"],
                &[
                    ("resolve?phone={}", Phone),
                    ("resolve?domain={}", Handle),
                    ("user?id={}", Id),
                ],
            )
        },
    ],
    lookups: ResolveIdentifier {
        lookup_phone: true,
        lookup_username: true,
        contact_list: true,
        search: true,
        ..CREATES
    },
    facts: Facts {
        lookup: LookupFacts {
            phone: LookupFact::Asks,
            handle: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        number_is_account: true,
        own_numbers: &[NumberRange {
            prefix: "+888",
            digits: (8, 8),
        }],
        placeholders: &["Deleted account"],
        ..Facts::UNKNOWN
    },
    unverified: &["message_self", "the shortest handle one can own"],
    ..NetworkRules::GENERAL
};

/// Google Messages. An id's prefix belongs to one login; any number can be written to.
pub(super) static GOOGLE_MESSAGES: NetworkRules = NetworkRules {
    name: "google_messages",
    title: "Google Messages",
    bridges: &["gmessages", "googlesms", "androidsms"],
    kinds: &[Id, Phone],
    id: Rule {
        forms: &[
            Form::of(&[Run(HEX, 1, 64), Is("."), Run(DIGIT, 1, 64)]),
            SHORT_CODE,
        ],
        ..Rule::OPAQUE
    },
    handle: Handles::None,
    lookups: ResolveIdentifier {
        any_phone: true,
        ..CREATES
    },
    short_codes: true,
    facts: Facts {
        lookup: LookupFacts {
            phone: LookupFact::Never,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        number_is_account: true,
        ..Facts::UNKNOWN
    },
    unverified: &["message_self"],
    ..NetworkRules::GENERAL
};

/// Google Voice.
pub(super) static GOOGLE_VOICE: NetworkRules = NetworkRules {
    name: "google_voice",
    title: "Google Voice",
    bridges: &["gvoice"],
    kinds: &[Id, Phone],
    id: Rule {
        forms: &[Form {
            carries: Embedded::Either,
            ..Form::of(&[
                Run(Chars::VISIBLE.except("."), 1, 127),
                Is("."),
                Run(Chars::VISIBLE, 1, 127),
            ])
        }],
        ..Rule::OPAQUE
    },
    handle: Handles::None,
    lookups: ResolveIdentifier {
        lookup_phone: true,
        ..CREATES
    },
    facts: Facts {
        number_is_account: true,
        ..Facts::UNKNOWN
    },
    unverified: &[
        "kinds",
        "id",
        "lookups",
        "invite",
        "first_message",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// iMessage. An id is the address it stands for.
pub(super) static IMESSAGE: NetworkRules = NetworkRules {
    name: "imessage",
    title: "iMessage",
    bridges: &["imessagecloud", "applemessages"],
    kinds: &[Id, Phone, Email],
    id: Rule {
        forms: &[
            Form {
                distinctive: true,
                carries: Embedded::Phone,
                ..Form::of(&[
                    Is("tel:"),
                    Run(Chars::NONE.and("+"), 1, 1),
                    Run(DIGIT, 7, 15),
                ])
            },
            Form {
                distinctive: true,
                carries: Embedded::Email,
                needs: AT,
                ..Form::of(&[Is("mailto:"), Run(Chars::VISIBLE, 3, 320)])
            },
            Form {
                distinctive: true,
                carries: Embedded::Either,
                ..Form::of(&[Is("iMessage;-;"), Run(Chars::VISIBLE, 1, 320)])
            },
            Form {
                distinctive: true,
                carries: Embedded::Either,
                ..Form::of(&[Is("SMS;-;"), Run(Chars::VISIBLE, 1, 320)])
            },
        ],
        case: Case::Precis,
        ..Rule::OPAQUE
    },
    handle: Handles::None,
    lookups: ResolveIdentifier {
        lookup_phone: true,
        lookup_email: true,
        ..CREATES
    },
    facts: Facts {
        lookup: LookupFacts {
            phone: LookupFact::Asks,
            email: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        ..Facts::UNKNOWN
    },
    unverified: &["message_self"],
    ..NetworkRules::GENERAL
};

/// SMS. Nothing is looked up; any number can be written to.
pub(super) static SMS: NetworkRules = NetworkRules {
    name: "sms",
    title: "SMS",
    bridges: &[],
    kinds: &[Id, Phone],
    id: Rule {
        forms: &[
            Form {
                carries: Embedded::Phone,
                ..Form::of(&[Is("+"), Run(DIGIT, 7, 15)])
            },
            SHORT_CODE,
        ],
        ..Rule::OPAQUE
    },
    handle: Handles::None,
    lookups: ResolveIdentifier {
        any_phone: true,
        ..CREATES
    },
    short_codes: true,
    facts: Facts {
        lookup: LookupFacts {
            id: LookupFact::Never,
            phone: LookupFact::Never,
            ..LookupFacts::UNKNOWN
        },
        number_is_account: true,
        ..Facts::UNKNOWN
    },
    unverified: &["message_self"],
    ..NetworkRules::GENERAL
};

/// LINE.
pub(super) static LINE: NetworkRules = NetworkRules {
    name: "line",
    title: "LINE",
    bridges: &[],
    kinds: &[Id, Handle],
    lookups: ResolveIdentifier {
        contact_list: true,
        search: true,
        ..CREATES
    },
    facts: Facts {
        create_opens_existing: Some(true),
        ..Facts::UNKNOWN
    },
    unverified: &["id", "handle", "invite", "message_self"],
    ..NetworkRules::GENERAL
};
