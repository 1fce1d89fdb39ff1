//! The names and identifiers of the worlds. All numbers are reserved for fiction or are not assigned.

/// The texts of a network's worlds. Stored and typed texts overlap.
#[derive(Clone)]
pub(crate) struct Pools {
    /// The ids of the own user.
    pub(crate) own: Vec<&'static str>,
    pub(crate) ids: Vec<&'static str>,
    pub(crate) stored_phones: Vec<&'static str>,
    pub(crate) stored_emails: Vec<&'static str>,
    pub(crate) stored_handles: Vec<&'static str>,
    pub(crate) names: Vec<&'static str>,
    pub(crate) typed_ids: Vec<&'static str>,
    pub(crate) typed_phones: Vec<&'static str>,
    pub(crate) typed_emails: Vec<&'static str>,
    pub(crate) typed_handles: Vec<&'static str>,
}

/// Returns the ids of a network, and ids that no person has.
fn ids(network: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match network {
        "matrix" => (
            &[
                "@ira:pond.example",
                "@ola:pond.example",
                "@Ira:pond.example",
            ],
            &["@uma:far.example"],
        ),
        "whatsapp" => (
            &[
                "12025550143@s.whatsapp.net",
                "lid-700800900100",
                "5511987650123",
                "wa-odd",
            ],
            &[
                "12025550177@s.whatsapp.net",
                "lid-200300400500",
                "@whatsapp_1:home.example",
            ],
        ),
        "signal" => (
            &[
                "5e5e5e5e-1111-4222-8333-444444444444",
                "PNI:6f6f6f6f-1111-4222-8333-444444444444",
                "5E5E5E5E-1111-4222-8333-444444444444",
            ],
            &["7a7a7a7a-1111-4222-8333-444444444444"],
        ),
        "xmpp" => (
            &[
                "wren@hill.example",
                "Wren@hill.example",
                "club@rooms.example/Ira",
                "club@rooms.example/Ola",
            ],
            &[
                "club@rooms.example/Uma",
                "wren@hill.example/pocket",
                "club@rooms.example",
            ],
        ),
        "irc" => (
            &["reed_Wren", "reed_wren", "reed_ira[x]"],
            &["reed_WREN", "reed_uma", "reed_ira{x}"],
        ),
        "telegram" => (&["7100200", "7100201"], &["7100299"]),
        "imessage" => (
            &["tel:+12025550143", "mailto:ira@pond.example", "im-odd"],
            &["mailto:uma@far.example"],
        ),
        "gmessages" => (&["1.17", "1.18", "57333"], &["1.99"]),
        "sms" => (&["+12025550143", "57333", "+12025550144"], &["57444"]),
        "linkedin" => (
            &[
                "ACoAA1111111111111111111111111111111111",
                "ACoAAirairairairairairairairairairairai",
            ],
            &["ACoAA9999999999999999999999999999999999"],
        ),
        "discord" => (&["81100200300400", "81100200300401"], &["81100200300499"]),
        "twitter" => (&["3300100", "3300101"], &["3300199"]),
        "slack" => (&["T01-U0IRA", "T01-U0OLA"], &["T01-U0UMA"]),
        _ => (&["bird-1", "bird-2"], &["bird-9"]),
    }
}

const PHONES: &[&str] = &[
    "+12025550143",
    "+12025550144",
    "+5511987650123",
    "+551187650123",
    "+5491120000123",
    "+541120000123",
    "+525550000123",
    "+5215550000123",
    "+2290190000123",
    "+22990000123",
    "+447700900123",
    "+999555123",
    "12025550143",
    "Mobile: (202) 555-0143",
    "+1\u{202F}202\u{202F}555\u{202F}0144",
    "https://wa.me/12025550143",
    "202 555 0144 work",
    "999-55",
];

const TYPED_PHONES: &[&str] = &[
    "(202) 555-0143",
    "202-555-0144",
    "+1 202 555 0177",
    "tel:+12025550143",
    "447700900123",
    "99955",
    "57333",
    "*57#",
    "no digits",
    "+12025550143;ext=7",
    "+1",
    "\u{FF0B}12025550143",
    "  ",
    "+1202555",
    "+12025550143999",
    "555-0143",
    "+229012345678",
    "4930123456",
    "+990123456789",
    "+1 202 555 0143 (desk)",
    "Mobile: (202) 555-0143",
    "1-800-555-FISH",
    "+1 202 555 01XX",
    "channel-2025550143",
    "+1 202 555 0143 home",
    "+84 168 555 0123",
    "5215550000123",
];

const EMAILS: &[&str] = &[
    "mailto:ira@pond.example",
    "Ola Reed <ola@pond.example>",
    "od..d@pond.example",
    "ira@pond.example",
    "OLA@Pond.example",
    "ira+x@pond.example",
    "odd address",
    "root@pond",
];

const TYPED_EMAILS: &[&str] = &[
    "mailto:OD..D@pond.example",
    "IRA@pond.EXAMPLE",
    "uma@far.example",
    "Ira <ira@pond.example>",
    "ira@pond.example, ola@pond.example",
    "ira@pond.example, and others",
    "0151 555",
    "@ira_pond",
    "@ola7",
    "",
];

const HANDLES: &[&str] = &[
    "Ira_Pond",
    "t.me/ola7_pond",
    "ira@pond.example",
    "ira_pond",
    "ola7_pond",
    "@ola",
    "ira",
    "ira\u{0440}ond",
];

const TYPED_HANDLES: &[&str] = &[
    "@IRA_pond",
    "uma_far",
    "ira@pond.example",
    "+12025550143",
    "https://t.me/ira_pond",
    "https://t.me/+AbCdEfGhIj",
    "https://wa.me/12025550143",
    "https://matrix.to/#/@ira:pond.example",
    "Ira Pond",
    "ira\u{200B}pond",
    "https://x.com/ira_pond",
];

const NAMES: &[&str] = &[
    "Ira Pond",
    "Pond, Ira",
    "Ola Reed",
    "ira",
    "ola",
    "Íra Pond",
    "Zed Quill",
    "",
];

impl Pools {
    pub(crate) fn of(network: &str) -> Pools {
        let (known, unknown) = ids(network);
        let all = |parts: &[&[&'static str]]| parts.concat();
        Pools {
            own: vec!["self-1", known[0]],
            ids: all(&[known, &["odd one"]]),
            stored_phones: PHONES.to_vec(),
            stored_emails: EMAILS.to_vec(),
            stored_handles: HANDLES.to_vec(),
            names: NAMES.to_vec(),
            typed_ids: all(&[
                known,
                known,
                unknown,
                &["odd one", "ira", "@ira_pond", "self-1", "+12025550143"],
            ]),
            typed_phones: all(&[PHONES, TYPED_PHONES]),
            typed_emails: all(&[EMAILS, TYPED_EMAILS]),
            typed_handles: all(&[HANDLES, TYPED_HANDLES]),
        }
    }
}
