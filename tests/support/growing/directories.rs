//! Directories in which one thing grows: the holders of an identifier, the chats of a person, the records of a person.

use contact_resolution::pipeline::Pipeline;
use contact_resolution::store::accounts_of;
use contact_resolution::wire::{self, Snapshot, StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Coverage, Decision, IdentifierKind, MemoryDirectory, Network, Person, Policy,
    resolve,
};

use super::{Case, PHONE, Work, case};

pub(super) const CASES: &[Case] = &[
    case("contacts of one account", 500, |n| {
        load_and_find(&contacts("signal", n, |at| {
            format!(r#""id":"{}","fullName":"Ada {at}""#, uuid(at))
        }))
    }),
    case("accounts with a chat each", 200, |n| {
        load(accounts_with_chats(n))
    }),
    case("accounts of one id", 200, |n| {
        let account = account("signal", "me");
        load(format!(
            r#"{{"accounts":[{}]}}"#,
            list(n, |_| account.clone())
        ))
    }),
    case("people who hold one phone number", 200, |n| {
        load_and_find(&contacts("signal", n, |at| {
            format!(
                r#""id":"{}","phoneNumber":"{PHONE}","fullName":"Ada {at}""#,
                uuid(at)
            )
        }))
    }),
    case("people who hold one phone number on WhatsApp", 200, |n| {
        load_and_find(&contacts("whatsapp", n, |at| {
            format!(
                r#""id":"{}@lid","phoneNumber":"{PHONE}""#,
                100_000_000_000_u64 + at as u64
            )
        }))
    }),
    case("people who hold one email address", 200, |n| {
        load_and_find(&contacts("signal", n, |at| {
            format!(r#""id":"{}","email":"ada@mail.example""#, uuid(at))
        }))
    }),
    case("people who hold one handle", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(r#""id":"{}","username":"ada_okafor""#, 7_000_000 + at)
        }))
    }),
    case("people with one folded id", 200, |n| {
        load_and_find(&contacts("xmpp", n, |at| {
            format!(r#""id":"ada@mail.example/{at}""#)
        }))
    }),
    case("ids that differ in case", 100, |n| {
        load_and_find(&contacts("irc", n, |at| {
            format!(r#""id":"libera_{}""#, cases_of("adaokaforadaokafor", at))
        }))
    }),
    case("local people with one phone number", 200, |n| {
        load_and_find(&contacts("signal", n, |at| {
            format!(r#""phoneNumber":"{PHONE}","fullName":"Ada {at}""#)
        }))
    }),
    case(
        "local people and people of the network with one phone number",
        200,
        |n| {
            load_and_find(&contacts("whatsapp", n, |at| {
                let id = if at % 2 == 0 {
                    format!(r#""id":"{}@lid","#, 100_000_000_000_u64 + at as u64)
                } else {
                    String::new()
                };
                format!(r#"{id}"phoneNumber":"{PHONE}","fullName":"Ada {at}""#)
            }))
        },
    ),
    case("records of one id with other handles", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(r#""id":"7000000","username":"ada_okafor_{at}""#)
        }))
    }),
    case("records of one id with other numbers", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(
                r#""id":"7000000","phoneNumber":"+1415555{:04}","username":"ada_okafor""#,
                at % 10_000
            )
        }))
    }),
    case("records of one id with other names", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(r#""id":"7000000","username":"ada_okafor","fullName":"Ada {at}""#)
        }))
    }),
    case("other names of one record", 200, |n| {
        let names = list(n, |at| format!(r#""Ada {at}""#));
        load_and_find(&contacts("telegram", 1, |_| {
            format!(r#""id":"7000000","username":"ada_okafor","otherNames":[{names}]"#)
        }))
    }),
    case("records of the own user", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(
                r#""id":"{}","username":"ada_okafor","isSelf":true"#,
                7_000_000 + at
            )
        }))
    }),
    case(
        "records of the own user with the number asked about",
        200,
        |n| {
            load_and_find(&contacts("whatsapp", n, |at| {
                format!(
                    r#""id":"{}@lid","phoneNumber":"{PHONE}","isSelf":true"#,
                    100_000_000_000_u64 + at as u64
                )
            }))
        },
    ),
    case("devices of one phone number", 200, |n| {
        load_and_find(&contacts("whatsapp", n, |at| {
            format!(r#""id":"14155552671:{at}@s.whatsapp.net""#)
        }))
    }),
    case("participants of a direct chat", 200, |n| {
        load_and_find(&chats("telegram", 1, |_| {
            list(n, |at| format!(r#"{{"id":"{}"}}"#, 7_000_000 + at))
        }))
    }),
    case("participants of a direct chat with one number", 200, |n| {
        load_and_find(&chats("whatsapp", 1, |_| {
            list(n, |at| {
                format!(
                    r#"{{"id":"{}@lid","phoneNumber":"{PHONE}"}}"#,
                    100_000_000_000_u64 + at as u64
                )
            })
        }))
    }),
    case("devices in a direct chat", 200, |n| {
        load_and_find(&chats("whatsapp", 1, |_| {
            list(n, |at| {
                format!(r#"{{"id":"14155552671:{at}@s.whatsapp.net"}}"#)
            })
        }))
    }),
    case("participants of a direct chat under one id", 200, |n| {
        load_and_find(&chats("telegram", 1, |_| {
            list(n, |at| {
                format!(r#"{{"id":"7000000","username":"ada_okafor_{at}"}}"#)
            })
        }))
    }),
    case("own users in a direct chat", 200, |n| {
        load_and_find(&chats("telegram", 1, |_| {
            list(n, |at| {
                format!(r#"{{"id":"{}","isSelf":true}}"#, 7_000_000 + at)
            })
        }))
    }),
    case("participants without an id", 200, |n| {
        load_and_find(&chats("telegram", 1, |_| {
            list(n, |at| format!(r#"{{"id":"","fullName":"Ada {at}"}}"#))
        }))
    }),
    case("direct chats with one person", 200, |n| {
        load_and_find(&chats("telegram", n, |_| {
            r#"{"id":"7000000","username":"ada_okafor"},{"id":"900","isSelf":true}"#.to_owned()
        }))
    }),
    case("direct chats under one id", 200, |n| {
        let chat = chats("telegram", 1, |_| {
            r#"{"id":"7000000"},{"id":"900","isSelf":true}"#.to_owned()
        });
        let (start, chat) = chat.split_once(r#""chats":["#).unwrap_or_default();
        let chat = chat.trim_end_matches("]}");
        load_and_find(&format!(
            r#"{start}"chats":[{}]}}"#,
            list(n, |_| chat.to_owned())
        ))
    }),
    case("direct chats with the own user alone", 200, |n| {
        load_and_find(&chats("telegram", n, |_| {
            r#"{"id":"900","isSelf":true}"#.to_owned()
        }))
    }),
    case("groups with the same people", 20, |n| {
        load_and_find(&chats("telegram", n, |_| {
            list(30, |at| format!(r#"{{"id":"{}"}}"#, 7_000_000 + at))
        }))
    }),
    case("look-alikes of a handle", 200, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(r#""id":"{}","username":"ada_0kaf0r""#, 7_000_000 + at)
        }))
    }),
    case("handles one edit away", 50, |n| {
        load_and_find(&contacts("telegram", n, |at| {
            format!(
                r#""id":"{}","username":"ada_okafo{}""#,
                7_000_000 + at,
                char::from(b'a' + u8::try_from(at % 26).unwrap_or(0))
            )
        }))
    }),
    case("unknown members of a contact", 500, |n| {
        load(contacts("telegram", 1, |_| {
            format!(
                r#""id":"7000000",{}"#,
                list(n, |at| format!(r#""x{at}":[{at},{{"y":null}}]"#))
            )
        }))
    }),
    case("nested unknown member", 500, |n| {
        load(contacts("telegram", 1, |_| {
            format!(r#""id":"7000000","x":{}1{}"#, "[".repeat(n), "]".repeat(n))
        }))
    }),
    case("identifiers of one stored person", 100, |n| {
        let directory = empty("telegram");
        let person = grown_person(n);
        Box::new(move || {
            let mut directory = directory;
            directory.upsert("a", person);
            decide(&directory, "telegram")
        })
    }),
    case("replacements of people with one number", 100, |n| {
        let mut directory = empty("telegram");
        let person = |at: usize| {
            Person::new(format!("{}", 7_000_000 + at)).with_identifier(IdentifierKind::Phone, PHONE)
        };
        (0..n).for_each(|at| assert!(directory.upsert("a", person(at))));
        Box::new(move || {
            (0..n)
                .filter(|at| directory.upsert("a", person(*at).with_name("Ada")))
                .count()
                + (0..n)
                    .filter_map(|at| directory.remove("a", &format!("{}", 7_000_000 + at)))
                    .count()
        })
    }),
    case("replacements of one person", 100, |n| {
        let mut directory = empty("telegram");
        Box::new(move || {
            (0..n)
                .filter(|at| {
                    directory.upsert("a", Person::new("7000000").with_name(format!("Ada {at}")))
                })
                .count()
        })
    }),
    case("people that a directory answers with", 200, |n| {
        let people: Vec<_> = (0..n)
            .map(|at| {
                Person::new(format!("{}", 7_000_000 + at))
                    .with_identifier(IdentifierKind::Phone, PHONE)
                    .with_name(format!("Ada {at}"))
                    .into()
            })
            .collect();
        Box::new(move || {
            let account = Account::new("a", Network::TELEGRAM, "900");
            let (request, policy) = (phone_request(), Policy::default());
            let pipeline = Pipeline::new(&account, &request, &policy);
            let (decision, ranking) = pipeline.decide(people, Coverage::default(), &[]);
            let explained = pipeline.explain(&decision, &ranking);
            size_of_json(&decision) + explained.people.len()
        })
    }),
    case(
        "records of one person that a directory answers with",
        100,
        |n| {
            let people: Vec<_> = (0..n)
                .map(|at| {
                    let person =
                        Person::new("7000000").with_identifier(IdentifierKind::Phone, PHONE);
                    person
                        .with_identifier(IdentifierKind::Handle, format!("ada_okafor_{at}"))
                        .into()
                })
                .collect();
            Box::new(move || {
                let account = Account::new("a", Network::TELEGRAM, "900");
                let (request, policy) = (phone_request(), Policy::default());
                let pipeline = Pipeline::new(&account, &request, &policy);
                let (decision, _) = pipeline.decide(people, Coverage::default(), &[]);
                size_of_json(&decision)
            })
        },
    ),
    case("candidates of a decision in JSON", 200, |n| {
        let candidates = list(n, |at| {
            format!(r#"{{"userID":"{at}","via":["phoneNumber"],"certainty":"exact","known":true}}"#)
        });
        let json = format!(
            r#"{{"decision":"refuse","reason":"shared_identifier","because":"","code":"ambiguous_user","message":"","candidates":[{candidates}]}}"#
        );
        Box::new(move || {
            serde_json::from_str::<Decision>(&json).map_or(1, |decision| size_of_json(&decision))
        })
    }),
    case("networks of a snapshot", 20, |n| {
        let rules = list(n, |at| {
            format!(
                r#"{{"name":"net{at}","kinds":["id"],"id":{{"forms":[{{"pattern":"{{5-9:digit}}"}}]}}}}"#
            )
        });
        load(format!(r#"{{"networks":[{rules}]}}"#))
    }),
    case("payloads of one batch", 100, |n| {
        let directory = empty("telegram");
        Box::new(move || {
            let account = Account::new("a", Network::TELEGRAM, "900");
            let request = phone_request();
            let starts: Vec<_> = (0..n).map(|_| (&account, &request)).collect();
            let Ok(decisions) =
                contact_resolution::resolve_many(&starts, &directory, &Policy::default());
            decisions.len()
        })
    }),
];

/// Returns `n` items of a JSON list, without its brackets.
pub(super) fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(",")
}

pub(super) fn uuid(at: usize) -> String {
    format!("3f1c9a52-7d1e-4a7b-9c55-{at:012x}")
}

/// Returns a text with the letters in upper case that the bits of a number name.
fn cases_of(text: &str, bits: usize) -> String {
    let letter = |(at, c): (usize, char)| {
        if bits >> at & 1 == 1 {
            c.to_ascii_uppercase()
        } else {
            c
        }
    };
    text.chars().enumerate().map(letter).collect()
}

fn account(network: &str, user: &str) -> String {
    let bridge = format!(r#"{{"id":"b","provider":"local","type":"{network}"}}"#);
    format!(r#"{{"accountID":"a","user":{{"id":"{user}"}},"bridge":{bridge}}}"#)
}

pub(super) fn contacts(network: &str, n: usize, members: impl Fn(usize) -> String) -> String {
    let contacts = list(n, |at| format!("{{{}}}", members(at)));
    format!(
        r#"{{"accounts":[{}],"contacts":{{"a":[{contacts}]}},"complete":true}}"#,
        account(network, "900")
    )
}

pub(super) fn chats(network: &str, n: usize, participants: impl Fn(usize) -> String) -> String {
    let chat = |at: usize| {
        format!(
            r#"{{"id":"!{at}:x","accountID":"a","network":"","title":"","type":"single","unreadCount":0,"participants":{{"hasMore":false,"total":2,"items":[{}]}}}}"#,
            participants(at)
        )
    };
    format!(
        r#"{{"accounts":[{}],"complete":true,"chats":[{}]}}"#,
        account(network, "900"),
        list(n, chat)
    )
}

fn accounts_with_chats(n: usize) -> String {
    let named = |text: String, at: usize| {
        text.replace(r#""accountID":"a""#, &format!(r#""accountID":"a{at}""#))
    };
    let accounts = list(n, |at| named(account("telegram", "900"), at));
    let chats = list(n, |at| {
        let chat = chats("telegram", 1, |_| {
            r#"{"id":"7000000"},{"id":"900","isSelf":true}"#.to_owned()
        });
        let (_, chat) = chat.split_once(r#""chats":["#).unwrap_or_default();
        named(chat.trim_end_matches("]}").to_owned(), at)
    });
    format!(r#"{{"accounts":[{accounts}],"chats":[{chats}]}}"#)
}

pub(super) fn empty(network: &str) -> MemoryDirectory {
    let mut directory = MemoryDirectory::with_seed(1);
    directory.insert_account(Account::new("a", Network::from_bridge_type(network), "900"));
    directory
}

fn grown_person(n: usize) -> Person {
    let mut person = Person::new("7000000").with_identifier(IdentifierKind::Phone, PHONE);
    person
        .identifiers
        .extend((0..n).map(|at| contact_resolution::StoredIdentifier {
            kind: IdentifierKind::Handle,
            text: format!("ada_okafor_{at}"),
        }));
    person
}

/// Reads a snapshot, and makes a directory and a store's accounts of it.
fn load(json: String) -> Work {
    Box::new(move || match wire::read::<Snapshot>(json.as_bytes()) {
        Ok(snapshot) => 1 + accounts_of(&MemoryDirectory::from_snapshot(&snapshot)).count(),
        // Deep nesting is refused.
        Err(_) => 1,
    })
}

/// Reads a snapshot, and decides on a number, a handle and an id.
fn load_and_find(json: &str) -> Work {
    let json = json.to_owned();
    Box::new(move || {
        let snapshot: Snapshot = wire::read(json.as_bytes()).expect("a snapshot");
        let directory = MemoryDirectory::from_snapshot(&snapshot);
        let network = snapshot.accounts[0].bridge.bridge_type.as_str();
        decide(&directory, network)
    })
}

pub(super) fn phone_request() -> StartRequest {
    let user = UserPayload {
        phone_number: Some(PHONE.to_owned()),
        full_name: Some("Ada 7".to_owned()),
        ..UserPayload::default()
    };
    StartRequest::new("a", user)
}

/// Decides on payloads that lead to the people of all cases.
pub(super) fn decide(directory: &MemoryDirectory, network: &str) -> usize {
    let account = directory.account("a").expect("the account");
    let id = match network {
        "whatsapp" => "14155552671@s.whatsapp.net",
        "xmpp" => "ada@mail.example",
        "irc" => "libera_adaokaforadaokafor",
        _ => "7000000",
    };
    let payload = |id: Option<&str>,
                   email: Option<&str>,
                   phone: Option<&str>,
                   handle: Option<&str>| UserPayload {
        id: id.map(str::to_owned),
        email: email.map(str::to_owned),
        phone_number: phone.map(str::to_owned),
        username: handle.map(str::to_owned),
        full_name: Some("Ada 7".to_owned()),
    };
    let payloads = [
        payload(Some(id), None, None, None),
        payload(None, Some("ada@mail.example"), None, None),
        payload(None, None, Some(PHONE), None),
        payload(None, None, None, Some("ada_okafor")),
        payload(None, None, None, None),
        payload(
            Some(id),
            Some("ada@mail.example"),
            Some(PHONE),
            Some("ada_okafor"),
        ),
    ];
    let decisions = payloads.map(|user| {
        let request = StartRequest::new("a", user);
        let Ok(decision) = resolve(account, &request, directory, &Policy::default());
        assert!(
            !matches!(&decision.action, Action::Refuse(refusal) if refusal.code.as_str().is_empty())
        );
        size_of_json(&decision)
    });
    decisions.into_iter().sum()
}

fn size_of_json(decision: &Decision) -> usize {
    serde_json::to_string(decision).map_or(0, |json| json.len())
}
