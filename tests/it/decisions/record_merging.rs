//! Records of one person are merged, and records that only look similar are not.

use std::time::{Duration, Instant};

use contact_resolution::pipeline::Verdict;
use contact_resolution::start::{Effect, Reply};
use contact_resolution::wire::{self, Snapshot, StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, ChatStart, Coverage, DirectChat, Directory, DirectoryAnswer, DirectoryQuery,
    FollowUp, IdentifierKind, MemoryDirectory, Network, Person, Policy, explain, resolve,
    resolve_async,
};

/// A directory that returns the same people for every query.
struct Says(Vec<Person>);

impl Directory for Says {
    type Error = std::convert::Infallible;

    fn find(
        &self,
        queries: &[contact_resolution::DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        let coverage = Coverage {
            contacts: true,
            chats: true,
        };
        let found = DirectoryAnswer::new(self.0.clone(), coverage);
        Ok(vec![found; queries.len()])
    }
}

fn slack() -> Account {
    Account::new("slack", Network::from_bridge_type("slack"), "t-me")
}

fn by_email(email: &str) -> StartRequest {
    let user = UserPayload {
        email: Some(email.into()),
        ..UserPayload::default()
    };
    StartRequest::new("slack", user)
}

/// The record with the last id has the ids of the two others, so all three are one person.
#[test]
fn record_with_the_ids_of_two_others_merges_them() {
    let mut participant = Person::new("@slack_tu:example.org")
        .with_identifier(IdentifierKind::Email, "bo@example.com");
    participant.chats.push(DirectChat::new("!bo:slack"));
    let contact = Person::new("t-u").with_identifier(IdentifierKind::Email, "bo@example.com");
    let link = Person::new("zz")
        .with_identifier(IdentifierKind::Id, "t-u")
        .with_identifier(IdentifierKind::Id, "@slack_tu:example.org");
    let policy = Policy::default();
    let decide = |people: Vec<Person>| {
        let Ok(decision) = resolve(
            &slack(),
            &by_email("bo@example.com"),
            &Says(people),
            &policy,
        );
        (decision.user_id, decision.action)
    };
    assert!(matches!(
        decide(vec![participant.clone(), contact.clone()]),
        (None, Action::Refuse(_))
    ));
    // A person with an id between them stays separate.
    let other = Person::new("mm").with_identifier(IdentifierKind::Email, "mo@example.com");
    let records = [participant, contact, link, other];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 2, 0]] {
        let people = order.map(|at: usize| records[at].clone()).to_vec();
        let (Some(id), Action::Reuse(chat)) = decide(people) else {
            panic!("two people")
        };
        assert_eq!(id, "@slack_tu:example.org");
        assert_eq!(chat.chat_id, "!bo:slack");
    }
}

/// A lookup returns only the id of a chat. The state that the directory knows is kept.
#[test]
fn chat_state_of_one_record_is_kept() {
    let mut chat = DirectChat::new("!bo:slack");
    chat.archived = true;
    chat.read_only = true;
    let person = || Person::new("t-u").with_identifier(IdentifierKind::Email, "bo@example.com");
    let mut knowing = person();
    knowing.chats.push(chat);
    let mut telling = person().with_name("Bo Sample");
    telling.chats.push(DirectChat::new("!bo:slack"));
    for people in [[knowing.clone(), telling.clone()], [telling, knowing]] {
        let directory = Says(people.to_vec());
        let Ok(decision) = resolve(
            &slack(),
            &by_email("bo@example.com"),
            &directory,
            &Policy::default(),
        );
        assert_eq!(decision.full_name.as_deref(), Some("Bo Sample"));
        let Action::Reuse(chat) = decision.action else {
            panic!("{}", decision.reason)
        };
        assert_eq!(chat.follow_ups, [FollowUp::Unarchive, FollowUp::ReadOnly]);
    }
}

#[test]
fn own_user_is_the_flagged_record() {
    let mut account = slack();
    account.user.is_self = false;
    let user = UserPayload {
        id: Some("t-me".into()),
        ..UserPayload::default()
    };
    let request = StartRequest::new("slack", user);
    let mut own = Person::new("t-me-too");
    own.is_self = true;
    own.chats.push(DirectChat::new("!notes"));
    let Ok(decision) = resolve(&account, &request, &Says(vec![own]), &Policy::default());
    let Action::Reuse(chat) = decision.action else {
        panic!("{}", decision.reason)
    };
    assert_eq!(chat.chat_id, "!notes");
}

#[test]
fn records_without_an_id_are_not_merged() {
    let snapshot: Snapshot = wire::read(
        br#"{
            "accounts": [{"accountID": "slack", "user": {"id": "t-me"},
                          "bridge": {"id": "slack", "provider": "local", "type": "slack"}}],
            "contacts": {"slack": [{"id": "", "email": "ada@example.com"}, {"id": " ", "email": "bo@example.com"}]},
            "chats": [], "complete": true
        }"#,
    )
    .unwrap();
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    let account = directory.account("slack").unwrap();
    // The own user, and two local people.
    assert_eq!(directory.people("slack").count(), 3);
    let Ok(decision) = resolve(
        account,
        &by_email("ada@example.com"),
        &directory,
        &Policy::default(),
    );
    assert_eq!(decision.user_id, None);
    // There is no chat with this person, so all chats are known.
    assert!(matches!(decision.action, Action::Create(_)));

    let nameless = |email: &str| Person::new("").with_identifier(IdentifierKind::Email, email);
    let people = vec![nameless("ada@example.com"), nameless("bo@example.com")];
    let Ok(decision) = resolve(
        &slack(),
        &by_email("ada@example.com"),
        &Says(people),
        &Policy::default(),
    );
    let Action::Create(create) = &decision.action else {
        panic!("{}", decision.reason)
    };
    let values = create.attempts.iter().map(|attempt| attempt.value.as_str());
    assert!(values.eq(["ada@example.com"]));
}

/// Keys depend on the rules of the network, so rules of another network would make other keys.
#[test]
fn account_on_an_unknown_network_is_not_read() {
    let account = serde_json::to_string(&slack()).unwrap();
    assert_eq!(
        serde_json::from_str::<Account>(&account).unwrap().network,
        Network::SLACK
    );
    let newer = account.replace("\"slack\"", "\"carrier_pigeon\"");
    let error = serde_json::from_str::<Account>(&newer).unwrap_err();
    assert!(error.to_string().starts_with("an unknown network"));
}

#[tokio::test]
async fn async_directory_decides_as_the_sync_one() {
    let directory = {
        let mut directory = MemoryDirectory::new();
        directory.insert_account(slack());
        directory.upsert("slack", Person::new("t-u").with_name("Bo Sample"));
        directory.upsert("slack", Person::new("t-w").with_name("Bo Other"));
        directory
    };
    let policy = Policy::default();
    for (id, name) in [
        ("t-u", None),
        ("Bo", Some("Bo")),
        (" ", Some("Bo Sample")),
        ("t-v", Some(" ")),
    ] {
        let user = UserPayload {
            id: Some(id.into()),
            full_name: name.map(Into::into),
            ..UserPayload::default()
        };
        let request = StartRequest::new("slack", user);
        let Ok(now) = resolve(&slack(), &request, &directory, &policy);
        let Ok(later) = resolve_async(&slack(), &request, &directory, &policy).await;
        assert_eq!(now, later);
        let suggested = match (id, name) {
            ("Bo", _) => 2,
            (_, Some("Bo Sample")) => 1,
            _ => 0,
        };
        assert_eq!(now.suggestions.len(), suggested, "{id}");
    }
}

/// A server may list one person in thousands of chats, each time with another handle.
#[test]
fn thousands_of_records_of_one_person_merge_fast() {
    const MANY: usize = 2_000;
    let participant = |id: &str| {
        let user = wire::User {
            id: id.into(),
            is_self: Some(id == "me"),
            ..wire::User::default()
        };
        wire::Participant {
            user,
            ..wire::Participant::default()
        }
    };
    let chat = |n: usize| {
        let mut alice = participant("alice-id");
        alice.user.username = Some(format!("alice.{n}"));
        let chat = serde_json::json!({
            "id": format!("!{n}:chats"), "accountID": "signal", "network": "Signal", "title": "", "type": "single",
            "unreadCount": 0,
            "participants": { "hasMore": false, "total": 2, "items": [participant("me"), alice] }
        });
        serde_json::from_value(chat).unwrap()
    };
    let accounts = serde_json::json!([{
        "accountID": "signal", "user": { "id": "me" },
        "bridge": { "id": "signal", "provider": "local", "type": "signal" }
    }]);
    let snapshot = Snapshot {
        accounts: serde_json::from_value(accounts).unwrap(),
        chats: (0..MANY).map(chat).collect(),
        ..Snapshot::default()
    };
    let begun = Instant::now();
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    assert!(begun.elapsed() < Duration::from_secs(20));
    let mut people = directory.people("signal");
    let alice = people.find(|person| person.id == "alice-id").unwrap();
    assert_eq!((alice.identifiers.len(), alice.chats.len()), (MANY, MANY));
}

/// The time to decide must not grow with the square of the number of people.
#[test]
fn many_people_with_one_address_are_decided_in_time() {
    const PEOPLE: usize = 20_000;
    let mut directory = MemoryDirectory::new();
    directory.insert_account(slack());
    for n in 0..PEOPLE {
        let person = Person::new(format!("u-{n}"))
            .with_name(format!("Desk {n}"))
            .with_identifier(IdentifierKind::Email, "desk@brook.example");
        assert!(directory.upsert("slack", person));
    }
    let account = directory.account("slack").unwrap();
    let mut request = by_email("desk@brook.example");
    request.user.full_name = Some("Desk 7".into());
    let begun = Instant::now();
    let Ok(decision) = resolve(account, &request, &directory, &Policy::default());
    let Action::Refuse(refusal) = decision.action else {
        panic!("{}", decision.reason)
    };
    // A refusal lists the first hundred.
    assert_eq!(refusal.candidates.len(), 100);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

/// A host stores a record for each id that its bridge shows.
#[test]
fn records_stored_apart_are_found_by_any_of_their_ids() {
    let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    let lid = "lid-700800900100";
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    let covered = Coverage {
        contacts: true,
        chats: true,
    };
    assert!(directory.set_coverage("whatsapp", covered));
    let by_lid = Person::new(lid).with_identifier(IdentifierKind::Phone, "+1 202 555 0143");
    let mut by_number = Person::new("12025550143@s.whatsapp.net");
    by_number.chats.push(DirectChat::new("!by-number"));
    let other_spelling =
        Person::new("700800900100@lid").with_identifier(IdentifierKind::Email, "ira@pond.example");
    for person in [by_lid, by_number, other_spelling] {
        assert!(directory.upsert("whatsapp", person));
    }
    for user in [
        r#"{"id": "lid-700800900100"}"#,
        r#"{"id": "700800900100@lid"}"#,
        r#"{"id": "12025550143@s.whatsapp.net"}"#,
        r#"{"phoneNumber": "+12025550143"}"#,
    ] {
        let user: UserPayload = serde_json::from_str(user).unwrap();
        let request = StartRequest::new("whatsapp", user);
        let policy = Policy::default();
        let Ok(decision) = resolve(&account, &request, &directory, &policy);
        let Action::Reuse(chat) = &decision.action else {
            panic!("{:?}: {}", request.user.id, decision.reason)
        };
        assert_eq!(chat.chat_id, "!by-number");
        let chosen = decision.user_id.as_deref();
        assert!([Some(lid), Some("700800900100@lid")].contains(&chosen));
        let Ok((explained, explanation)) = explain(&account, &request, &directory, &policy);
        assert_eq!(explained, decision);
        let [person] = &explanation.people[..] else {
            panic!("{explanation:?}")
        };
        assert!(matches!(person.verdict, Verdict::Chosen(_)));
        assert_eq!(person.user_id, decision.user_id);

        let mut start = ChatStart::new(&account, &request, &policy);
        let mut reply = None;
        let outcome = loop {
            match start.advance(reply.take()) {
                Effect::Find(keys) => {
                    let account = "whatsapp";
                    let Ok(mut found) = directory.find(&[DirectoryQuery { account, keys }]);
                    reply = found.pop().map(Reply::Found);
                }
                Effect::Done(outcome) => break outcome,
                effect => panic!("{effect:?}"),
            }
        };
        assert_eq!(outcome.result.chat_id(), Some("!by-number"));
    }
}

/// A directory that always finds one more record must not be queried forever.
#[test]
fn directory_without_an_end_is_queried_a_few_times() {
    struct Endless(std::cell::Cell<usize>);

    impl Directory for Endless {
        type Error = std::convert::Infallible;

        fn find(&self, _: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
            self.0.set(self.0.get() + 1);
            let people = (0..=self.0.get()).map(|n| {
                let number = format!("+1202555{n:04}");
                Person::new(format!("odd-{n}")).with_identifier(IdentifierKind::Phone, number)
            });
            Ok(vec![DirectoryAnswer::new(people, Coverage::default())])
        }
    }

    let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    let user = UserPayload {
        id: Some("odd-0".into()),
        ..UserPayload::default()
    };
    let request = StartRequest::new("whatsapp", user);
    let directory = Endless(std::cell::Cell::default());
    let Ok(_) = resolve(&account, &request, &directory, &Policy::default());
    assert!(directory.0.get() < 6, "{}", directory.0.get());
}
