//! `Debug` of every type that contains text shows nothing personal.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::Duration;

use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{Response, ServerApi};
use contact_resolution::name::{Name, NameIndex, explain};
use contact_resolution::pipeline::triage::triage;
use contact_resolution::pipeline::{LookupRecord, Pipeline};
use contact_resolution::start::{CreateRequest, CreateResult, NetworkRefusal, OpenedChat};
use contact_resolution::store::{NameSearch, StoreError, StoreErrorKind, name_rows};
use contact_resolution::wire::{self, StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, AsyncSharded, Certainty, ChatStart, Claim, ClaimKey, ClaimOutcome,
    ClaimResult, Client, Coverage, DirectChat, Directory, DirectoryQuery, Email, Handle,
    Identifier, IdentifierKind, KeptLookup, Key, LookupResult, MemoryDirectory, MemoryLedger,
    Network, Person, Phone, Plan, Policy, Region, Shard, Sharded, SingleFlight, UserId, link,
    phone,
};
use http::StatusCode;

/// Texts that `Debug` must not show, in lower case. They are in every value of the test.
const PERSONAL: [&str; 4] = ["secret", "5550142", "marker", "55 1234"];

/// Types that the test does not show, with the reason.
const NOT_SHOWN: [(&str, &str); 4] = [
    ("Endpoint", "private, and a part of `Beeper`"),
    ("SmallText", "private"),
    ("Failure", "contains the data of the kit"),
    ("Network", "has the name of a network"),
];

/// The names of the types that were shown.
#[derive(Default)]
struct Shown(BTreeSet<String>);

impl Shown {
    #[track_caller]
    fn show<T: Debug>(&mut self, value: &T) {
        let name = type_name::<T>();
        let name = name.split('<').next().unwrap_or(name);
        let name = name.rsplit("::").next().unwrap_or(name);
        for text in [format!("{value:?}"), format!("{value:#?}")] {
            let lower = text.to_lowercase();
            let shown = PERSONAL.iter().find(|personal| lower.contains(**personal));
            assert_eq!(shown, None, "{name}: {text}");
        }
        self.0.insert(name.to_owned());
    }

    fn show_all<T: Debug>(&mut self, values: impl IntoIterator<Item = T>) {
        values.into_iter().for_each(|value| self.show(&value));
    }

    #[track_caller]
    fn show_json<T: Debug + serde::de::DeserializeOwned>(&mut self, json: &str) -> T {
        let value = wire::read(json.as_bytes()).unwrap();
        self.show(&value);
        value
    }
}

/// Returns the names of the types that implement `Debug` by hand, and those that derive it although they contain text.
fn types_of_source(folder: &Path, by_hand: &mut BTreeSet<String>, derived: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            types_of_source(&path, by_hand, derived);
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let implemented = source.lines().filter_map(|line| {
            let (before, name) = line.split_once("Debug for ")?;
            before.starts_with("impl").then_some(name)
        });
        by_hand.extend(implemented.map(|name| word(name).to_owned()));
        let redacted = source.split("redacted! {").skip(1);
        let names = redacted.flat_map(|list| {
            list.split('}')
                .next()
                .unwrap_or_default()
                .split_whitespace()
        });
        by_hand.extend(names.filter(|name| !name.contains('$')).map(str::to_owned));
        derived.extend(derived_with_text(&source));
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Returns the public types of a file that derive `Debug` and have a field of plain text.
fn derived_with_text(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut derives_debug = false;
    let mut current = None;
    for line in source.lines() {
        let code = line.trim_start();
        if code.starts_with("#[derive(") {
            derives_debug = code.contains("Debug");
        } else if let Some(rest) = line
            .strip_prefix("pub struct ")
            .or_else(|| line.strip_prefix("pub enum "))
        {
            current = derives_debug.then(|| word(rest).to_owned());
            derives_debug = false;
        } else if line.starts_with('}') {
            current = None;
        }
        let is_text = ["String", "&'a str", "Value", "Vec<u8>"]
            .iter()
            .any(|text| code.contains(text));
        if is_text && !code.starts_with("//") {
            found.extend(current.take());
        }
    }
    found
}

fn account() -> Account {
    let mut account = Account::new("secret-account", Network::WHATSAPP, "secret-me");
    account.region = Some(Region::US);
    account
}

fn person() -> Person {
    Person::new("secret-id")
        .with_name("Marker Secret")
        .with_other_name("Secret Marker")
        .with_identifier(IdentifierKind::Phone, "+12125550142")
        .with_identifier(IdentifierKind::Email, "marker@secret.example")
}

fn request() -> StartRequest {
    let user = UserPayload {
        id: Some("secret-id".into()),
        phone_number: Some("(212) 555-0142".into()),
        email: Some("marker@secret.example".into()),
        username: Some("marker".into()),
        full_name: Some("Marker".into()),
    };
    let mut request = StartRequest::new("secret-account", user);
    request.message_text = Some("secret".into());
    request
}

fn show_identifiers(shown: &mut Shown) {
    let number = Phone::parse("+1 212 555 0142 ext. 5550142").unwrap();
    shown.show(&number);
    shown.show_all(number.extension);
    let mexican = Phone::parse("+52 55 1234 5678").unwrap();
    shown.show_all(mexican.phone.variants());
    shown.show(&number.phone);
    shown.show_all([phone::legacy("+52 1 55 1234 5678", None).unwrap()]);
    let email = Email::parse("marker+secret@secret.example").unwrap();
    shown.show(&email);
    let network = Network::IMESSAGE;
    shown.show(&Handle::parse("secret_marker", &Network::TELEGRAM).unwrap());
    let id = UserId::parse("tel:+12125550142", &network).unwrap();
    shown.show_all(id.address());
    shown.show(&id);
    shown.show(&Identifier::Email(email));
    shown.show(&Key::new(IdentifierKind::Handle, "secret"));
    shown.show(
        &link::parse("https://t.me/secret_marker", &Network::TELEGRAM)
            .unwrap()
            .unwrap(),
    );
    shown.show(&Phone::parse("marker 5550142").unwrap_err());
    shown.show(&Region::US);
    let (hint, name) = (Name::new("Secret Marker"), Name::new("Marker, Secret"));
    shown.show_all(explain(&hint, &name));
    let mut search = NameSearch::new("Secret Marker", 5);
    search.set_words(["secret", "marker"]);
    shown.show(&search);
    shown.show_all(search.next_queries().into_iter().flatten());
    shown.show_all(name_rows(&person()));
    let mut index = NameIndex::new();
    index.upsert("secret", &name);
    shown.show(&index);
    shown.show(&name);
}

fn show_decisions(shown: &mut Shown) {
    let (account, request, policy) = (account(), request(), Policy::default());
    let read = triage(&request.user, &account, &policy);
    shown.show(&read);
    for candidate in &read.candidates {
        shown.show(candidate);
        shown.show(&candidate.fields);
    }
    let pipeline = Pipeline::new(&account, &request, &policy);
    let chat = DirectChat::new("!secret:chat");
    shown.show(&chat);
    let mut with_chat = person();
    with_chat.chats.push(chat);
    let other = Person::new("secret-other").with_identifier(IdentifierKind::Phone, "+12125550142");
    let record = LookupRecord {
        kind: IdentifierKind::Phone,
        value: "+12125550142".into(),
        result: LookupResult::Confirmed {
            person: person(),
            chat: Some("secret".into()),
        },
    };
    let worlds = [
        vec![person(), other.clone()],
        vec![with_chat.clone(), other],
        vec![with_chat],
        vec![person()],
        vec![],
    ];
    for people in worlds {
        for lookups in [vec![], vec![record.clone()]] {
            let people = people.iter().cloned().map(Into::into).collect();
            let (mut decision, ranking) = pipeline.decide(people, Coverage::default(), &lookups);
            let explanation = pipeline.explain(&decision, &ranking);
            shown.show_all(&explanation.identifiers);
            shown.show_all(&explanation.people);
            shown.show(&explanation);
            shown.show(&ranking);
            decision.suggest(&[person()]);
            shown.show_all(&decision.suggestions);
            shown.show_all(&decision.conflicts);
            shown.show_all(&decision.read);
            match &decision.action {
                Action::Reuse(reuse) => shown.show(reuse),
                Action::Create(create) => shown.show_all(&create.attempts),
                Action::Refuse(refusal) => shown.show(refusal),
            }
            if let Some(plan) = Plan::from_decision(&decision, &account, &request, &policy) {
                shown.show(&plan.action);
                shown.show(&plan);
            }
            shown.show(&decision);
        }
    }
    shown.show(&record.result);
    shown.show(&record);
    shown.show(&person());
    shown.show_all(&person().identifiers);
    shown.show(&account);
    shown.show(&account.grammar());
    shown.show(&Certainty::Exact);
}

fn show_starts(shown: &mut Shown) {
    let (account, request, policy) = (account(), request(), Policy::default());
    let api = Beeper::new("http://secret.example")
        .and_then(|api| api.with_token("secret"))
        .unwrap();
    let bridge = Bridge::new("http://secret.example")
        .and_then(|api| api.with_token("secret"))
        .unwrap();
    shown.show(&api);
    shown.show(&bridge.for_user("@secret:example.com").for_login("secret"));
    let claim_key = ClaimKey::new(
        "secret-account",
        Key::new(IdentifierKind::Phone, "+12125550142"),
    );
    let claim = Claim::new(claim_key.clone(), 7);
    shown.show(&ClaimResult::AlreadyDone("secret".into()));
    shown.show(&ClaimOutcome::Chat("secret".into()));
    let kept = KeptLookup::new(Some(person()), Duration::from_secs(1));
    shown.show(&kept);
    shown.show(&claim);
    shown.show(&claim_key);
    let flights = SingleFlight::new();
    shown.show(&flights.wait(&claim_key));
    shown.show(&flights);
    let mut opened = OpenedChat::new("secret");
    opened.participants.push(person());
    shown.show(&opened);
    shown.show(&CreateResult::Chat(opened));
    shown.show(&NetworkRefusal::new(403, "secret"));

    let mut known = MemoryDirectory::new();
    known.insert_account(account.clone());
    known.upsert("secret-account", person());
    let keys = [Key::new(IdentifierKind::Phone, "+12125550142")];
    let query = DirectoryQuery {
        account: "secret-account",
        keys: &keys,
    };
    shown.show_all(known.find(&[query]).unwrap());
    shown.show_all(known.holders("secret-account", &keys[0]));
    shown.show(&query);
    shown.show(&known);
    let ledger = MemoryLedger::new(Duration::from_secs(600), || Duration::ZERO);
    shown.show(&ledger);
    let decision = Pipeline::new(&account, &request, &policy)
        .decide(vec![person().into()], Coverage::default(), &[])
        .0;
    let Action::Create(chat) = decision.action else {
        panic!("{:?}", decision.reason)
    };
    let attempt = &chat.attempts[0];
    let create = CreateRequest {
        attempt,
        allow_invite: true,
        message_text: Some("secret"),
        claim_key: &claim_key,
    };
    shown.show(&create);
    shown.show(&api.create(&account, create).unwrap());
    for (status, body) in [
        (
            200,
            r#"{"chatID": "secret", "status": "created", "type": "single", "id": "secret"}"#,
        ),
        (403, r#"{"message": "secret", "code": "SECRET"}"#),
        (500, "secret"),
    ] {
        let server = |_| {
            let mut response = Response::new(body.into());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            Ok(response)
        };
        let client = Client::new(&api, &server, |_| ());
        shown.show(&client);
        let start = ChatStart::new(&account, &request, &policy);
        shown.show(&start);
        let outcome = client.start(start, &known, &ledger).unwrap();
        shown.show(&outcome.result);
        shown.show(&outcome);
    }
    let shard = |_: &str| Shard::In(0);
    shown.show(&Sharded::new([known.clone()], shard));
    shown.show(&AsyncSharded::new([known], shard));
    shown.show(&StoreError::new(StoreErrorKind::Busy).with_number("7"));
    shown.show(&contact_resolution::Ureq::new(Duration::from_secs(1), 10));
    shown.show(&contact_resolution::LookupLimits::new());
}

fn show_wire(shown: &mut Shown) {
    let user = r#"{"id": "secret", "fullName": "Marker", "phoneNumber": "+12125550142", "more": "secret"}"#;
    let chat = format!(
        r#"{{"id": "secret", "accountID": "secret", "network": "secret", "title": "secret", "type": "secret", "unreadCount": 1, "more": "secret",
            "participants": {{"items": [{user}], "hasMore": false, "total": 1}},
            "merge": {{"chatIDs": ["secret"], "defaultChatID": "secret"}}}}"#
    );
    let account = format!(
        r#"{{"accountID": "secret", "status": "secret", "statusText": "secret", "user": {user}, "more": "secret",
            "bridge": {{"id": "secret", "provider": "secret", "type": "secret", "more": "secret"}}}}"#
    );
    shown.show_json::<wire::User>(user);
    let account_read = shown.show_json::<wire::Account>(&account);
    shown.show(&account_read.bridge.provider);
    shown.show(&account_read.bridge);
    shown.show(&account_read.status);
    let chat_read = shown.show_json::<wire::Chat>(&chat);
    shown.show(&chat_read.chat_type);
    shown.show_all(&chat_read.participants.items);
    shown.show(&chat_read.participants.items);
    shown.show(&chat_read.participants);
    shown.show_all(&chat_read.merge);
    shown.show_json::<wire::Page<wire::User>>(&format!(
        r#"{{"items": [{user}], "hasMore": false, "oldestCursor": "secret"}}"#
    ));
    shown.show_json::<wire::ContactSearch>(&format!(r#"{{"items": [{user}]}}"#));
    shown.show_json::<wire::Snapshot>(&format!(
        r#"{{"accounts": [{account}], "chats": [{chat}], "contacts": {{"secret": [{user}]}}}}"#
    ));
    shown.show_json::<wire::StartRequest>(&format!(
        r#"{{"accountID": "secret", "user": {user}, "messageText": "secret"}}"#
    ));
    shown.show_json::<wire::UserPayload>(user);
    let response = chat.replacen('{', r#"{"chatID": "secret", "status": "secret", "#, 1);
    let response = shown.show_json::<wire::StartResponse>(&response);
    shown.show(&response.status);
    shown.show_json::<wire::ApiError>(
        r#"{"message": "secret", "code": "secret", "details": "secret"}"#,
    );
    shown.show_json::<wire::BridgeCapabilities>(r#"{"resolve_identifier": {}, "more": "secret"}"#);
    let found = r#"{"id": "secret", "name": "Marker", "identifiers": ["tel:+12125550142"], "more": "secret"}"#;
    shown.show_json::<wire::ResolvedIdentifier>(found);
    let contacts =
        shown.show_json::<wire::BridgeContacts>(&format!(r#"{{"contacts": [{found}]}}"#));
    shown.show(&contacts.contacts);
    shown.show_json::<wire::BridgeSearch>(&format!(r#"{{"results": [{found}]}}"#));
    let error = wire::read::<wire::User>(br#"{"id": 7, "secret": "marker"}"#).unwrap_err();
    shown.show(&error);
}

#[test]
fn debug_of_every_type_shows_nothing_personal() {
    let mut shown = Shown::default();
    show_identifiers(&mut shown);
    show_decisions(&mut shown);
    show_starts(&mut shown);
    show_wire(&mut shown);
    let (mut by_hand, mut derived) = (BTreeSet::new(), Vec::new());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    types_of_source(&source, &mut by_hand, &mut derived);
    let missing: Vec<_> = by_hand
        .iter()
        .filter(|name| !shown.0.contains(*name))
        .filter(|name| !NOT_SHOWN.iter().any(|(other, _)| other == name))
        .collect();
    assert!(missing.is_empty(), "not shown: {missing:?}");
    // Rules of a network are written by a host and contain nothing personal. An HTTP error has one word of the server.
    let harmless = ["RulesError", "NumberRange", "Form", "Grammar", "Error"];
    derived.retain(|name| !harmless.contains(&name.as_str()));
    assert!(
        derived.is_empty(),
        "these types derive `Debug`, but contain text: {derived:?}"
    );
}
