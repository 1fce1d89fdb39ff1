//! Small adversarial worlds with few ids and keys, so that people collide.

#![allow(dead_code, reason = "every test file uses a part of it")]

mod pools;

use std::collections::BTreeMap;

use contact_resolution::wire::{
    Account, AccountStatus, Bridge, BridgeProvider, Chat, ChatType, Merge, Participant,
    Participants, ResolveIdentifier, Snapshot, StartRequest, User, UserPayload,
};
use contact_resolution::{
    Account as Login, AmbiguityPolicy, Decision, EmailPolicy, MemoryDirectory, Network, Policy,
    Region, resolve,
};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

pub(crate) use pools::Pools;

/// The account of the request.
pub(crate) const ASKED: &str = "asked";
/// Another account. None of its data may leak into a decision.
pub(crate) const OTHER: &str = "other";

/// The state of a server, a request and a policy.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) request: StartRequest,
    pub(crate) policy: Policy,
}

impl World {
    pub(crate) fn account(&self) -> Login {
        let account = self
            .snapshot
            .accounts
            .iter()
            .find(|account| account.account_id == ASKED);
        Login::from(account.expect("every world has the asked account"))
    }

    pub(crate) fn decide(&self) -> Decision {
        let directory = MemoryDirectory::from_snapshot(&self.snapshot);
        let Ok(decision) = resolve(&self.account(), &self.request, &directory, &self.policy);
        decision
    }
}

/// Worlds are invented, so a failing one may be printed in full, as lines for `resolve`.
impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = serde_json::json!({ "directory": self.snapshot, "request": self.request });
        write!(f, "{line} under {:?}", self.policy)
    }
}

/// Returns a configuration that generates the same cases on every run.
pub(crate) fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x5EED),
        max_shrink_iters: 4096,
        ..Config::default()
    }
}

pub(crate) const NETWORKS: [&str; 14] = [
    "matrix",
    "whatsapp",
    "signal",
    "xmpp",
    "irc",
    "telegram",
    "imessage",
    "gmessages",
    "sms",
    "linkedin",
    "discord",
    "twitter",
    "slack",
    "carrier-pigeon",
];

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    select(&NETWORKS[..]).prop_flat_map(worlds_on)
}

pub(crate) fn worlds_on(network: &'static str) -> impl Strategy<Value = World> {
    let pools = Pools::of(network);
    (
        account(network, &pools),
        people(&pools),
        people(&pools),
        vec(chats(&pools), 0..4),
        any::<bool>(),
        request(&pools),
        policy(),
    )
        .prop_map(
            move |(account, contacts, decoys, chats, complete, request, policy)| {
                let own = account.user.clone();
                let other = Account {
                    account_id: OTHER.into(),
                    ..account.clone()
                };
                let mut all: Vec<Chat> = Vec::new();
                for (at, shape) in chats.into_iter().enumerate() {
                    all.extend(shape.chats(at, &own));
                }
                let contacts =
                    BTreeMap::from([(ASKED.to_owned(), contacts), (OTHER.to_owned(), decoys)]);
                World {
                    snapshot: Snapshot {
                        accounts: vec![account, other],
                        contacts,
                        chats: all,
                        complete,
                        ..Snapshot::default()
                    },
                    request,
                    policy,
                }
            },
        )
}

/// Requests to the asked account of a world on this network.
pub(crate) fn requests_on(network: &'static str) -> impl Strategy<Value = StartRequest> {
    request(&Pools::of(network))
}

fn account(network: &'static str, pools: &Pools) -> impl Strategy<Value = Account> + use<> {
    let status = select(vec![
        AccountStatus::Connected,
        AccountStatus::Connected,
        AccountStatus::Connected,
        AccountStatus::Backfilling,
        AccountStatus::Connecting,
        AccountStatus::Disconnected,
        AccountStatus::ReconnectRequired,
        AccountStatus::Other("resting".into()),
    ]);
    let region = select(vec![Some("US"), Some("BR"), Some("GB"), None]);
    let own = (
        select(pools.own.clone()),
        weighted(0.2, select(pools.stored_phones.clone())),
    );
    (of(status), region, weighted(0.3, flags()), own).prop_map(
        move |(status, region, flags, (id, phone))| Account {
            account_id: ASKED.into(),
            case_mapping: None,
            bridge: Bridge {
                id: network.into(),
                provider: BridgeProvider::Local,
                bridge_type: network.into(),
                other: serde_json::Map::new(),
            },
            user: User {
                id: id.into(),
                phone_number: phone.map(Into::into),
                is_self: Some(true),
                ..User::default()
            },
            status,
            status_text: None,
            network: Some(network.into()),
            login_id: None,
            capabilities: None,
            region: region.map(Into::into),
            resolve_identifier: flags,
            other: serde_json::Map::new(),
        },
    )
}

fn flags() -> impl Strategy<Value = ResolveIdentifier> {
    (proptest::bool::weighted(0.8), any::<[bool; 4]>()).prop_map(
        |(create_dm, [phone, email, username, any_phone])| ResolveIdentifier {
            create_dm,
            lookup_phone: phone,
            lookup_email: email,
            lookup_username: username,
            any_phone,
            ..ResolveIdentifier::default()
        },
    )
}

/// People of the network, and entries of an address book, which have no id.
fn people(pools: &Pools) -> impl Strategy<Value = Vec<User>> + use<> {
    let contact = (user(pools), proptest::bool::weighted(0.2));
    let contact = contact.prop_map(|(user, is_local)| User {
        id: if is_local { String::new() } else { user.id },
        ..user
    });
    vec(contact, 0..4)
}

fn user(pools: &Pools) -> impl Strategy<Value = User> + use<> {
    (
        select(pools.ids.clone()),
        weighted(0.5, select(pools.stored_phones.clone())),
        weighted(0.3, select(pools.stored_emails.clone())),
        weighted(0.4, select(pools.stored_handles.clone())),
        weighted(0.8, select(pools.names.clone())),
        weighted(0.15, Just(true)),
        weighted(0.2, select(pools.names.clone())),
    )
        .prop_map(
            |(id, phone, email, username, name, cannot_message, other)| User {
                id: id.into(),
                other_names: other.into_iter().map(Into::into).collect(),
                username: username.map(Into::into),
                phone_number: phone.map(Into::into),
                email: email.map(Into::into),
                full_name: name.map(Into::into),
                cannot_message,
                ..User::default()
            },
        )
}

/// The shape of a list of participants.
#[derive(Clone, Copy, Debug)]
enum List {
    Whole,
    /// The own user has left.
    Left,
    WithBot,
    /// The list is incomplete, but the total is two.
    PartOfTwo,
    /// The list is incomplete, and the chat has many participants.
    PartOfMany,
    /// The list has a third person.
    Third,
    /// The list has only the own user.
    OnlySelf,
    /// The list lacks the other person.
    Untold,
    /// The other person is listed twice, the second time under another id with the same number.
    Twice,
    /// The own user is listed a second time, by number and without the flag.
    OwnNumber,
    /// The own user is only invited.
    Invited,
}

#[derive(Clone, Debug)]
struct Shape {
    peer: User,
    list: List,
    group: bool,
    account: &'static str,
    archived: Option<bool>,
    read_only: Option<bool>,
    pending: bool,
    activity: Option<&'static str>,
    merged: bool,
}

fn chats(pools: &Pools) -> impl Strategy<Value = Shape> + use<> {
    use List::{
        Invited, Left, OnlySelf, OwnNumber, PartOfMany, PartOfTwo, Third, Twice, Untold, Whole,
        WithBot,
    };
    let list = select(vec![
        Whole, Whole, Whole, Whole, Left, WithBot, PartOfTwo, PartOfMany, Third, OnlySelf, Untold,
        Twice, OwnNumber, Invited,
    ]);
    let account = select(vec![ASKED, ASKED, ASKED, OTHER]);
    let activity = of(select(vec![
        "2024-02-01T10:00:00Z",
        "2024-02-01T10:30:00+01:00",
        "2024-02-01T09:00:00.5Z",
        "yesterday",
        "2023-11-05T00:00:00.000Z",
    ]));
    let flag = |often| weighted(often, any::<bool>());
    (
        user(pools),
        list,
        proptest::bool::weighted(0.15),
        account,
        flag(0.4),
        flag(0.3),
        any::<bool>(),
        activity,
        proptest::bool::weighted(0.1),
    )
        .prop_map(
            |(peer, list, group, account, archived, read_only, pending, activity, merged)| Shape {
                peer,
                list,
                group,
                account,
                archived,
                read_only,
                pending,
                activity,
                merged,
            },
        )
}

/// Returns a participant with an id and nothing else.
fn somebody(id: &str) -> Participant {
    let user = User {
        id: id.into(),
        ..User::default()
    };
    Participant {
        user,
        ..Participant::default()
    }
}

impl Shape {
    fn participants(&self, own: &User) -> Participants {
        let mut me = somebody(&own.id);
        me.user.is_self = Some(true);
        let mut by_number = somebody("lid-700800900199");
        by_number.user.phone_number.clone_from(&own.phone_number);
        let mut again = somebody("lid-700800900100");
        again.user.phone_number.clone_from(&self.peer.phone_number);
        let mut bot = somebody("bridge-bot");
        bot.is_network_bot = Some(true);
        let peer = Participant {
            user: self.peer.clone(),
            is_pending: self.pending.then_some(true),
            ..Participant::default()
        };
        // A chat of the own user with itself is the self chat.
        let list = if self.peer.id == own.id {
            List::OnlySelf
        } else {
            self.list
        };
        let (items, total, has_more) = match list {
            List::Whole => (vec![peer, me], 2, false),
            List::Left => (vec![peer], 1, false),
            List::WithBot => (vec![bot, peer, me], 3, false),
            List::PartOfTwo => (vec![peer], 2, true),
            List::PartOfMany => (vec![me, peer], 40, true),
            List::Third => (vec![peer, somebody("third"), me], 3, false),
            List::OnlySelf => (vec![me], 1, false),
            List::Untold => (vec![me], 2, true),
            List::Twice => (vec![peer, again, me], 3, false),
            List::OwnNumber => (vec![peer, by_number, me], 3, false),
            List::Invited => {
                me.is_pending = Some(true);
                (vec![peer, me], 2, false)
            }
        };
        Participants {
            has_more,
            items,
            total,
            ..Participants::default()
        }
    }

    /// Returns the chat, and the merged chat that contains it if there is one.
    fn chats(self, at: usize, own: &User) -> Vec<Chat> {
        let id = format!("!{at}:chats");
        let chat = Chat {
            id: id.clone(),
            account_id: self.account.into(),
            network: "a network".into(),
            participants: self.participants(own),
            title: "a chat".into(),
            chat_type: if self.group {
                ChatType::Group
            } else {
                ChatType::Single
            },
            unread_count: 0,
            is_archived: self.archived,
            is_read_only: self.read_only,
            last_activity: self.activity.map(Into::into),
            merge: None,
            merged_into_chat_id: None,
            other: serde_json::Map::new(),
        };
        if !self.merged {
            return vec![chat];
        }
        let over = format!("!{at}:merged");
        let merge = Merge {
            chat_ids: vec![id],
            ..Merge::default()
        };
        let merged = Chat {
            id: over.clone(),
            account_id: ASKED.into(),
            merge: Some(merge),
            ..chat.clone()
        };
        vec![
            merged,
            Chat {
                merged_into_chat_id: Some(over),
                ..chat
            },
        ]
    }
}

fn request(pools: &Pools) -> impl Strategy<Value = StartRequest> + use<> {
    let text = |pool: &Vec<&'static str>, often| weighted(often, select(pool.clone()));
    let message = select(vec![
        None,
        Some("hello".to_owned()),
        Some(" \n".to_owned()),
        Some("x".repeat(8001)),
    ]);
    let user = (
        text(&pools.typed_ids, 0.35),
        text(&pools.typed_phones, 0.45),
        text(&pools.typed_emails, 0.25),
        text(&pools.typed_handles, 0.3),
        text(&pools.names, 0.5),
    );
    (
        user,
        of(any::<bool>()),
        message,
        proptest::bool::weighted(0.02),
    )
        .prop_map(
            |((id, phone, email, username, name), allow_invite, message_text, astray)| {
                StartRequest {
                    account_id: if astray { "nowhere" } else { ASKED }.into(),
                    user: UserPayload {
                        id: id.map(Into::into),
                        email: email.map(Into::into),
                        full_name: name.map(Into::into),
                        phone_number: phone.map(Into::into),
                        username: username.map(Into::into),
                    },
                    allow_invite,
                    message_text,
                }
            },
        )
}

fn policy() -> impl Strategy<Value = Policy> {
    (
        weighted(0.2, Just(Region::GB)),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(region, rfc, best, valid)| {
            let mut policy = Policy::default();
            policy.default_region = region;
            policy.require_valid_numbers = valid;
            policy.email = if rfc {
                EmailPolicy::RFC
            } else {
                EmailPolicy::DEFAULT
            };
            policy.ambiguity = if best {
                AmbiguityPolicy::TakeBest
            } else {
                AmbiguityPolicy::Refuse
            };
            policy
        })
}

/// Returns the network with this bridge type.
pub(crate) fn row(network: &str) -> Network {
    Network::from_bridge_type(network)
}
