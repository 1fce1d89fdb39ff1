//! Platforms of profiles: people are found by their handles, and writing to strangers is a request.

use super::super::IdentifierKind::{Handle, Id};
use super::super::facts::{Facts, LookupFact, LookupFacts};
use super::super::grammar::Part::{Is, Run};
use super::super::grammar::{Form, Part, Rule};
use super::super::{FirstMessage, Handles, Invite, NetworkRules, Site};
use super::{CREATES, DASH, DIGIT, DOT, HANDLE, LETTER_DIGIT, LOWER, LOWER_DIGIT, NUMERIC};
use crate::wire::ResolveIdentifier;

/// Pages of the site that could be someone's name.
const FACEBOOK_RESERVED: &[&str] = &[
    "about",
    "ajax.php",
    "bookmarks",
    "business",
    "dialog",
    "events",
    "friends",
    "gaming",
    "groups",
    "hashtag",
    "help",
    "home.php",
    "l.php",
    "login",
    "login.php",
    "marketplace",
    "media",
    "messages",
    "notes",
    "notifications",
    "pages",
    "people",
    "permalink.php",
    "photo",
    "photo.php",
    "photos",
    "places",
    "policies",
    "privacy",
    "profile.php",
    "public",
    "reel",
    "reels",
    "saved",
    "search",
    "settings",
    "share",
    "sharer",
    "sharer.php",
    "stories",
    "story.php",
    "terms",
    "terms.php",
    "video",
    "videos",
    "watch",
];

/// Facebook Messenger. Dots don't tell user names apart.
pub(super) static FACEBOOK: NetworkRules = NetworkRules {
    name: "facebook",
    title: "Facebook",
    bridges: &["messenger", "meta", "metafacebook", "facebookmessenger"],
    kinds: &[Id, Handle],
    id: NUMERIC,
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[Run(LOWER_DIGIT, 5, 64)])],
        ignored: Some('.'),
        ..HANDLE
    }),
    sites: &[
        Site::of(&["m.me"], &[("{}", Id), ("{}", Handle)]),
        Site {
            reserved: FACEBOOK_RESERVED,
            ..Site::of(
                &[
                    "facebook.com",
                    "m.facebook.com",
                    "web.facebook.com",
                    "mbasic.facebook.com",
                    "fb.com",
                ],
                &[
                    ("profile.php?id={}", Id),
                    ("messages/t/{}", Id),
                    ("{}", Id),
                    ("{}", Handle),
                ],
            )
        },
        Site::of(&["messenger.com"], &[("t/{}", Id)]),
    ],
    lookups: ResolveIdentifier {
        search: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    facts: Facts {
        create_opens_existing: Some(true),
        placeholders: &["Unknown user", "Facebook user"],
        ..Facts::UNKNOWN
    },
    unverified: &[
        "the longest handle",
        "links of facebook.com and messenger.com",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// Instagram.
pub(super) static INSTAGRAM: NetworkRules = NetworkRules {
    name: "instagram",
    title: "Instagram",
    bridges: &["metainstagram"],
    kinds: &[Id, Handle],
    id: NUMERIC,
    handle: Handles::Rule(Rule {
        forms: &[Form {
            last: LOWER_DIGIT.and("_"),
            apart: DOT,
            ..Form::of(&[
                Run(LOWER_DIGIT.and("_"), 1, 1),
                Run(LOWER_DIGIT.and("._"), 0, 29),
            ])
        }],
        ..HANDLE
    }),
    sites: &[
        Site::of(&["ig.me"], &[("m/{}", Handle)]),
        Site {
            reserved: &[
                "about",
                "accounts",
                "challenge",
                "developer",
                "direct",
                "explore",
                "legal",
                "p",
                "press",
                "privacy",
                "reel",
                "reels",
                "stories",
                "terms",
                "tv",
                "web",
            ],
            ..Site::of(&["instagram.com", "m.instagram.com"], &[("{}", Handle)])
        },
        Site::of(&["instagram:"], &[("{}", Handle)]),
    ],
    lookups: ResolveIdentifier {
        search: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    facts: Facts {
        create_opens_existing: Some(true),
        placeholders: &["Unknown user", "Instagram user"],
        ..Facts::UNKNOWN
    },
    unverified: &["handle", "links of instagram.com", "message_self"],
    ..NetworkRules::GENERAL
};

/// Threads.
pub(super) static THREADS: NetworkRules = NetworkRules {
    name: "threads",
    title: "Threads",
    bridges: &[],
    kinds: &[Id, Handle],
    sites: &[Site::of(
        &["threads.net", "threads.com"],
        &[("@{}", Handle)],
    )],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    unverified: &["everything"],
    ..NetworkRules::GENERAL
};

/// X, once Twitter. A handle may be digits only; so is every id.
pub(super) static TWITTER: NetworkRules = NetworkRules {
    name: "twitter",
    title: "X",
    bridges: &["x.com"],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form::of(&[Run(DIGIT, 1, 20)])],
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[Run(LOWER_DIGIT.and("_"), 1, 20)])],
        prefixes: &["@", "\u{FF20}"],
        ..HANDLE
    }),
    sites: &[
        Site {
            reserved: &[
                "about",
                "account",
                "communities",
                "compose",
                "download",
                "explore",
                "hashtag",
                "home",
                "i",
                "intent",
                "jobs",
                "login",
                "logout",
                "messages",
                "notifications",
                "privacy",
                "search",
                "settings",
                "share",
                "signup",
                "tos",
                "who_to_follow",
            ],
            ..Site::of(
                &[
                    "x.com",
                    "twitter.com",
                    "mobile.x.com",
                    "mobile.twitter.com",
                    "m.twitter.com",
                ],
                &[
                    ("messages/compose?recipient_id={}", Id),
                    ("i/user/{}", Id),
                    ("intent/user?screen_name={}", Handle),
                    ("intent/follow?screen_name={}", Handle),
                    ("{}", Handle),
                ],
            )
        },
        Site::of(&["twitter:"], &[("{}", Handle)]),
    ],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    facts: Facts {
        create_opens_existing: Some(true),
        suffixes: &[" (Twitter)"],
        ..Facts::UNKNOWN
    },
    unverified: &["links other than x.com/<handle>", "message_self"],
    ..NetworkRules::GENERAL
};

/// `LinkedIn`. A conversation comes into being with its first message.
pub(super) static LINKEDIN: NetworkRules = NetworkRules {
    name: "linkedin",
    title: "LinkedIn",
    bridges: &[],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form {
            distinctive: true,
            ..Form::of(&[Is("ACoAA"), Run(LETTER_DIGIT.and("_-"), 34, 34)])
        }],
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[Run(LOWER_DIGIT.and("-"), 3, 100)])],
        ..HANDLE
    }),
    sites: &[
        Site::of(
            &["linkedin.com", "m.linkedin.com"],
            &[
                ("in/{}", Id),
                ("in/{}", Handle),
                ("in/{}/*", Id),
                ("in/{}/*", Handle),
            ],
        ),
        // A language's own host: de.linkedin.com.
        Site::of(
            &["*.linkedin.com"],
            &[
                ("*/in/{}", Id),
                ("*/in/{}", Handle),
                ("*/in/{}/*", Id),
                ("*/in/{}/*", Handle),
            ],
        ),
        Site::of(&["urn:li:"], &[("fsd_profile:{}", Id)]),
        Site::of(&["linkedin:"], &[("{}", Id), ("{}", Handle)]),
    ],
    lookups: ResolveIdentifier {
        search: true,
        ..CREATES
    },
    invite: Invite::ContactRequest,
    first_message: FirstMessage::Required,
    message_limit: Some(8000),
    facts: Facts {
        suffixes: &[" (LinkedIn)"],
        ..Facts::UNKNOWN
    },
    unverified: &[
        "the characters of an id",
        "hyphens in handles",
        "urn: links",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// Bluesky. A handle is a domain; the id it stands for is a DID.
pub(super) static BLUESKY: NetworkRules = NetworkRules {
    name: "bluesky",
    title: "Bluesky",
    bridges: &["bsky"],
    kinds: &[Id, Handle],
    id: Rule {
        forms: &[Form {
            last: LETTER_DIGIT.and("._-"),
            distinctive: true,
            ..Form::of(&[
                Is("did:"),
                Run(LOWER, 1, 32),
                Is(":"),
                Run(LETTER_DIGIT.and("._:%-"), 1, 2048),
            ])
        }],
        bytes: (7, 2048),
        ..Rule::OPAQUE
    },
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[Part::Domain])],
        bytes: (3, 253),
        ..HANDLE
    }),
    sites: &[
        Site::of(&["bsky.app"], &[("profile/{}", Id), ("profile/{}", Handle)]),
        Site::of(&["at:", "bluesky:"], &[("{}", Id), ("{}", Handle)]),
    ],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    facts: Facts {
        lookup: LookupFacts {
            handle: LookupFact::Asks,
            ..LookupFacts::UNKNOWN
        },
        create_opens_existing: Some(true),
        suffixes: &[" (Bluesky)"],
        ..Facts::UNKNOWN
    },
    unverified: &["lookups", "links", "message_self"],
    ..NetworkRules::GENERAL
};

/// Reddit.
pub(super) static REDDIT: NetworkRules = NetworkRules {
    name: "reddit",
    title: "Reddit",
    bridges: &[],
    kinds: &[Id, Handle],
    handle: Handles::Rule(Rule {
        forms: &[Form::of(&[Run(LOWER_DIGIT.and("_-"), 3, 20)])],
        prefixes: &["@", "u/", "/u/"],
        ..HANDLE
    }),
    sites: &[Site::of(
        &[
            "reddit.com",
            "old.reddit.com",
            "new.reddit.com",
            "m.reddit.com",
            "np.reddit.com",
        ],
        &[("user/{}", Handle), ("u/{}", Handle)],
    )],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    unverified: &[
        "id",
        "case of handles",
        "links",
        "lookups",
        "first_message",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// `TikTok`.
pub(super) static TIKTOK: NetworkRules = NetworkRules {
    name: "tiktok",
    title: "TikTok",
    bridges: &[],
    kinds: &[Id, Handle],
    handle: Handles::Rule(Rule {
        forms: &[Form {
            last: LOWER_DIGIT.and("_"),
            ..Form::of(&[Run(LOWER_DIGIT.and("._"), 2, 24)])
        }],
        ..HANDLE
    }),
    sites: &[
        Site::of(&["tiktok.com", "m.tiktok.com"], &[("@{}", Handle)]),
        Site::of(&["vm.tiktok.com"], &[]),
    ],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    invite: Invite::MessageRequest,
    unverified: &[
        "id",
        "lengths and case of handles",
        "links",
        "lookups",
        "first_message",
        "message_self",
    ],
    ..NetworkRules::GENERAL
};

/// GitHub. It has no direct messages; the row is for its handles.
pub(super) static GITHUB: NetworkRules = NetworkRules {
    name: "github",
    title: "GitHub",
    bridges: &[],
    kinds: &[Id, Handle],
    handle: Handles::Rule(Rule {
        forms: &[
            Form {
                last: LOWER_DIGIT,
                apart: DASH,
                ..Form::of(&[Run(LOWER_DIGIT, 1, 1), Run(LOWER_DIGIT.or(DASH), 0, 38)])
            },
            // The account of an enterprise's own user: a name and the enterprise's short code.
            Form {
                apart: DASH.and("_"),
                ..Form::of(&[
                    Run(LOWER_DIGIT, 1, 1),
                    Run(LOWER_DIGIT.or(DASH), 0, 38),
                    Is("_"),
                    Run(LOWER_DIGIT, 1, 38),
                ])
            },
        ],
        bytes: (1, 39),
        ..HANDLE
    }),
    sites: &[Site {
        reserved: &[
            "about",
            "apps",
            "codespaces",
            "collections",
            "contact",
            "customer-stories",
            "enterprise",
            "events",
            "explore",
            "features",
            "issues",
            "join",
            "login",
            "logout",
            "marketplace",
            "new",
            "notifications",
            "orgs",
            "pricing",
            "pulls",
            "search",
            "security",
            "settings",
            "site",
            "sponsors",
            "stars",
            "team",
            "topics",
            "trending",
            "users",
        ],
        ..Site::of(&["github.com"], &[("{}", Handle)])
    }],
    lookups: ResolveIdentifier {
        lookup_username: true,
        ..CREATES
    },
    unverified: &["id", "lookups", "invite", "first_message", "message_self"],
    ..NetworkRules::GENERAL
};
