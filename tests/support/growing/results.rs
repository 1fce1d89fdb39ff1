//! Loads of a directory from its text, and what is shown of very many people: explanations and suggestions.

use contact_resolution::name::{Name, explain};
use contact_resolution::pipeline::Pipeline;
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Coverage, Directory, IdentifierKind, MemoryDirectory, Network, Person, Policy,
};

use super::directories::{chats, contacts, decide, empty, list, phone_request, uuid};
use super::{Case, PHONE, Work, case};

pub(super) const CASES: &[Case] = &[
    case("contacts of a snapshot, read as a stream", 500, |n| {
        read(contacts("signal", n, |at| {
            format!(
                r#""id":"{}","phoneNumber":"+1415{at:07}","fullName":"Ada {at}""#,
                uuid(at)
            )
        }))
    }),
    case("chats of a snapshot, read as a stream", 100, |n| {
        read(chats("telegram", n, |at| {
            let id = 7_000_000 + at;
            format!(r#"{{"id":"{id}"}},{{"id":"900","isSelf":true}}"#)
        }))
    }),
    case(
        "unknown members of a snapshot, read as a stream",
        500,
        |n| {
            read(contacts("telegram", 1, |_| {
                format!(
                    r#""id":"7000000",{}"#,
                    list(n, |at| format!(r#""x{at}":[{at},{{"y":null}}]"#))
                )
            }))
        },
    ),
    case(
        "people with a record under a number and under an id",
        200,
        |n| {
            read(contacts("whatsapp", n, |at| {
                let number = 14_155_000_000_u64 + (at / 2) as u64;
                if at % 2 == 0 {
                    format!(r#""id":"{number}@s.whatsapp.net""#)
                } else {
                    format!(r#""id":"{number}0@lid","phoneNumber":"+{number}""#)
                }
            }))
        },
    ),
    case("people who store one id", 100, |n| {
        let person = |at: usize| {
            Person::new(format!("{}", 8_000_000 + at))
                .with_identifier(IdentifierKind::Id, "7000000")
        };
        let people: Vec<Person> = (0..n).map(person).collect();
        Box::new(move || {
            let mut directory = empty("telegram");
            for person in people {
                directory.upsert("a", person);
            }
            decide(&directory, "telegram")
        })
    }),
    case("explained people who hold one number", 200, |n| {
        let person = |at: usize| {
            Person::new(uuid(at))
                .with_identifier(IdentifierKind::Phone, PHONE)
                .with_name(format!("Ada {at}"))
        };
        let people: Vec<_> = (0..n).map(|at| person(at).into()).collect();
        Box::new(move || {
            let account = Account::new("a", Network::SIGNAL, "900");
            let (request, policy) = (phone_request(), Policy::default());
            let pipeline = Pipeline::new(&account, &request, &policy);
            let (decision, ranking) = pipeline.decide(people, Coverage::default(), &[]);
            let explained = pipeline.explain(&decision, &ranking).people;
            let shown = explained
                .iter()
                .map(|person| person.verdict.to_string().len());
            shown.sum()
        })
    }),
    case("explained words of two names", 100, |n| {
        let name = |word: &str| format!("{word} ").repeat(n);
        let names = (name("ada"), name("adam"));
        Box::new(move || 1 + explain(&Name::new(&names.0), &Name::new(&names.1)).len())
    }),
    case("people that a name suggests", 200, |n| {
        suggest(n, |at| {
            format!("Ada {}", ["Okafor", "Okafer", "Stone"][at % 3])
        })
    }),
    case("people that a long name suggests", 50, |n| {
        suggest(n, |at| format!("Ada {}{at}", "okafor".repeat(12)))
    }),
    case("suggestions beside look-alikes of a handle", 200, |n| {
        let mut directory = empty("telegram");
        for at in 0..n {
            let person = Person::new(format!("{}", 7_000_000 + at)).with_name("Ada Okafor");
            directory.upsert(
                "a",
                person.with_identifier(IdentifierKind::Handle, "ada_0kafor"),
            );
        }
        Box::new(move || decide(&directory, "telegram"))
    }),
    case("payload fields of megabytes", 250_000, |n| {
        // At four times the size, a field has ten million bytes.
        let text = "+1 a@b.cd ".repeat(n);
        Box::new(move || {
            let field = || Some(text.clone());
            let user = UserPayload {
                id: field(),
                email: field(),
                full_name: field(),
                phone_number: field(),
                username: field(),
            };
            let account = Account::new("a", Network::TELEGRAM, "900");
            let request = StartRequest::new("a", user);
            let directory = empty("telegram");
            let decided =
                contact_resolution::resolve(&account, &request, &directory, &Policy::default());
            decided.map_or(0, |decision| {
                serde_json::to_string(&decision).map_or(0, |json| json.len())
            })
        })
    }),
];

/// Reads a directory from its text.
fn read(json: String) -> Work {
    Box::new(move || {
        let directory = MemoryDirectory::read_json(json.as_bytes());
        directory.map_or(0, |directory| directory.people("a").count())
    })
}

/// Searches the people of a directory by a name.
fn suggest(n: usize, name: impl Fn(usize) -> String) -> Work {
    let mut directory = empty("telegram");
    for at in 0..n {
        directory.upsert("a", Person::new(format!("{at}")).with_name(name(at)));
    }
    Box::new(move || {
        let Ok(found) = directory.suggest("a", "ada okafor", 5);
        found.len()
    })
}
