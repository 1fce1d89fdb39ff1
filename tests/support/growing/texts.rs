//! Texts that grow: the fields of a payload, names, and the texts of rules and answers.

use contact_resolution::name::{Name, NameIndex, real_name, score};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Email, EmailPolicy, Handle, IdentifierKind, Network, Person, Phone, Policy, Region,
    StoredIdentifier, Timestamp, UserId, link, resolve,
};

use super::{Case, Work, case};

/// Pieces that a parser may read more than once.
const PIECES: [&str; 32] = [
    "a",
    "1",
    "0",
    "+1",
    "@",
    "a@",
    "a.",
    ".",
    "-",
    " ",
    "\t",
    "%41",
    "%",
    "\u{301}",
    "e\u{301}",
    "\u{200D}",
    "\u{202E}",
    "a b ",
    "https://t.me/",
    "tel:",
    "tel:+1",
    "mailto:",
    "x",
    "ext. 1 ",
    "(",
    "((1)",
    "<a@b.cd>",
    "\"",
    "\\",
    "xn--a.",
    "&a=b",
    ";phone-context=+1",
];

pub(super) const CASES: &[Case] = &[
    case("payload fields of repeated pieces", 200, |n| {
        let texts: Vec<String> = PIECES.map(|piece| piece.repeat(n)).to_vec();
        Box::new(move || texts.iter().map(|text| decide(text)).sum())
    }),
    case("parsers on repeated pieces", 200, |n| {
        let texts: Vec<String> = PIECES.map(|piece| piece.repeat(n)).to_vec();
        Box::new(move || texts.iter().map(|text| parse(text)).sum())
    }),
    case("parsers on a number and repeated pieces", 200, |n| {
        let texts: Vec<String> = PIECES
            .map(|piece| format!("+1 415 555 2671{}", piece.repeat(n)))
            .to_vec();
        Box::new(move || texts.iter().map(|text| parse(text)).sum())
    }),
    case("stored text of repeated pieces", 200, |n| {
        let texts: Vec<String> = PIECES.map(|piece| piece.repeat(n)).to_vec();
        Box::new(move || {
            let account = Account::new("a", Network::WHATSAPP, "900");
            let keys = texts.iter().flat_map(|text| {
                let kinds = IdentifierKind::ALL.into_iter();
                kinds
                    .map(|kind| {
                        StoredIdentifier {
                            kind,
                            text: text.clone(),
                        }
                        .keys(&account)
                        .len()
                    })
                    .collect::<Vec<_>>()
            });
            keys.sum()
        })
    }),
    case("words of a name", 100, |n| pair(&words(n, 8), &words(n, 7))),
    case("words of two letters", 100, |n| {
        pair(&two_letters(n, 3), &two_letters(n, 5))
    }),
    case("letters of a name", 200, |n| {
        pair(&"ab".repeat(n), &"ba".repeat(n))
    }),
    case("letters of one other script", 100, |n| {
        let scripts = [
            "\u{FDFA}",
            "\u{337F}",
            "漢",
            "한",
            "カ",
            "ж",
            "ß",
            "\u{FB03}",
            "\u{1F468}",
            "ա",
            "க",
        ];
        let names: Vec<(String, String)> = scripts
            .map(|c| (c.repeat(n), format!("{c} ").repeat(n)))
            .to_vec();
        Box::new(move || names.iter().map(|(one, other)| compare(one, other)).sum())
    }),
    case("marks on a letter", 200, |n| {
        pair(
            &format!("a{}", "\u{301}".repeat(n)),
            &format!("к{}", "\u{306}\u{327}".repeat(n)),
        )
    }),
    case("suffixes of a name", 100, |n| {
        pair(
            &format!("Ada{}", " (WA)".repeat(n)),
            &format!("Ada{}", "(".repeat(n)),
        )
    }),
    case("names of a search", 200, |n| {
        search((0..n).map(|at| words(3, at)).collect(), "mira stone")
    }),
    case("names of a search for many words", 50, |n| {
        search((0..n).map(|at| words(12, at)).collect(), &words(12, 3))
    }),
    case("names of a search over two letters", 50, |n| {
        search(
            (0..n).map(|at| two_letters(12, at)).collect(),
            &two_letters(12, 1),
        )
    }),
    case("names of a search in another script", 50, |n| {
        let name = |at: usize| {
            format!(
                "{0}{1} {1}{0}",
                "\u{FDFA}".repeat(8),
                char::from_u32(0x4E00 + u32::try_from(at % 20_000).unwrap_or(0)).unwrap_or('漢')
            )
        };
        search((0..n).map(name).collect(), &"\u{FDFA}".repeat(64))
    }),
    case("equal names of a search", 200, |n| {
        search(
            (0..n).map(|_| "Ada Okafor".to_owned()).collect(),
            "ada okafor",
        )
    }),
    case("names of a search that differ by an edit", 100, |n| {
        search(
            (0..n)
                .map(|at| format!("Abcdefgh{} Abcdefgh{}", at % 10, at / 10))
                .collect(),
            "abcdefghi abcdefgih",
        )
    }),
    case("spellings of a word in mixed scripts", 100, |n| {
        let spelling = |at: usize| {
            let pairs = [
                ('a', 'а'),
                ('o', 'о'),
                ('e', 'е'),
                ('p', 'р'),
                ('c', 'с'),
                ('k', 'к'),
                ('m', 'м'),
                ('t', 'т'),
            ];
            let bit = |bit: usize| {
                pairs[bit % 8].0.to_string().replace(
                    pairs[bit % 8].0,
                    &if at >> bit & 1 == 1 {
                        pairs[bit % 8].1
                    } else {
                        pairs[bit % 8].0
                    }
                    .to_string(),
                )
            };
            (0..16).map(bit).collect::<String>()
        };
        search((0..n).map(spelling).collect(), "aoepckmtaoepckmt")
    }),
    case("replacements of equal names in an index", 200, |n| {
        let mut index = NameIndex::new();
        let name = Name::new("Ada Okafor");
        (0..n).for_each(|at| index.upsert(at, &name));
        Box::new(move || {
            (0..n).for_each(|at| index.upsert(at, &name));
            (0..n).filter(|at| index.remove(at)).count()
        })
    }),
    case("identifiers of one row of an address book", 100, |n| {
        let numbers: Vec<String> = (0..n)
            .map(|at| format!("+1415555{:04}", at % 10_000))
            .collect();
        Box::new(move || {
            let account = Account::new("a", Network::WHATSAPP, "900");
            let row = numbers
                .iter()
                .map(|number| (IdentifierKind::Phone, number.as_str()));
            let (person, _) = Person::from_row("row", "Ada", row, &account);
            person.identifiers.len() + person.keys(&account).len()
        })
    }),
    case("letters of a time", 500, |n| {
        let texts = [
            format!("2026-01-01T00:00:00.{}Z", "0".repeat(n)),
            "2".repeat(n),
        ];
        Box::new(move || {
            texts
                .iter()
                .filter(|text| Timestamp::parse(text).is_some())
                .count()
                + 1
        })
    }),
    case("names of a stored person", 100, |n| {
        let person = (0..n).fold(Person::new("7"), |mut person, at| {
            person.other_names.push(format!("Ada {at}"));
            person
        });
        Box::new(move || {
            let mut directory = contact_resolution::MemoryDirectory::with_seed(1);
            directory.insert_account(Account::new("a", Network::TELEGRAM, "900"));
            directory.upsert("a", person);
            let Ok(found) = contact_resolution::Directory::suggest(&directory, "a", "Ada 7", 5);
            found.len()
        })
    }),
];

fn words(n: usize, seed: usize) -> String {
    let word = |at: usize| {
        format!(
            "{}{}",
            ["mira", "stone", "okafor", "delacruz", "jansson"][(at + seed) % 5],
            char::from(b'a' + u8::try_from((at * 7 + seed) % 26).unwrap_or(0))
        )
    };
    (0..n).map(word).collect::<Vec<_>>().join(" ")
}

/// Returns words of the letters a and b, which match each other in many ways.
fn two_letters(n: usize, seed: usize) -> String {
    let word = |at: usize| {
        (0..8)
            .map(|bit| {
                if (at * 37 + seed * 11) >> bit & 1 == 1 {
                    'a'
                } else {
                    'b'
                }
            })
            .collect()
    };
    (0..n).map(word).collect::<Vec<String>>().join(" ")
}

fn pair(one: &str, other: &str) -> Work {
    let (one, other) = (one.to_owned(), other.to_owned());
    Box::new(move || compare(&one, &other))
}

fn compare(one: &str, other: &str) -> usize {
    let (hint, name) = (Name::new(one), Name::new(other));
    let is_match = score(&hint, &name).is_match();
    usize::from(is_match)
        + real_name(one, &[], &[]).map_or(1, str::len)
        + real_name(other, &[], &[]).map_or(1, str::len)
}

fn search(names: Vec<String>, hint: &str) -> Work {
    let hint = hint.to_owned();
    Box::new(move || {
        let mut index = NameIndex::new();
        for (at, name) in names.iter().enumerate() {
            index.upsert(at, &Name::new(name));
        }
        1 + index.search(&Name::new(&hint), 5).len()
    })
}

fn decide(text: &str) -> usize {
    let directory = contact_resolution::MemoryDirectory::with_seed(1);
    let text = || Some(text.to_owned());
    let user = UserPayload {
        id: text(),
        email: text(),
        full_name: text(),
        phone_number: text(),
        username: text(),
    };
    let request = StartRequest::new("a", user);
    let networks = [
        Network::TELEGRAM,
        Network::WHATSAPP,
        Network::MATRIX,
        Network::IRC,
    ];
    let decisions = networks.map(|network| {
        let mut account = Account::new("a", network, "900");
        account.region = Some(Region::US);
        let Ok(decision) = resolve(&account, &request, &directory, &Policy::default());
        serde_json::to_string(&decision).map_or(0, |json| json.len())
    });
    decisions.into_iter().sum()
}

fn parse(text: &str) -> usize {
    let networks = Network::ALL.iter();
    let of_network = networks.filter(|network| {
        Handle::parse(text, *network).is_ok()
            | UserId::parse(text, *network).is_ok()
            | link::parse(text, *network).is_some()
    });
    1 + of_network.count()
        + usize::from(Phone::parse_in(text, Some(Region::DE)).is_ok())
        + usize::from(Email::check(text, EmailPolicy::RFC).is_ok())
}
