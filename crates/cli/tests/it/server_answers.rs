//! The answers of the example server that clients of the real one rely on.

use contact_resolution::Transport;
use contact_resolution::Ureq;
use contact_resolution::http::Request;
use http::Method;
use serde_json::{Value, json};

use crate::example_server::Server;

/// Sends a request. Returns the status and the JSON of the answer.
fn send(server: &Server, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", server.url))
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let response = Ureq::default().send(Request::new(request, "/")).unwrap();
    let answer = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), answer)
}

fn get(server: &Server, path: &str) -> (u16, Value) {
    send(server, Method::GET, path, &Value::Null)
}

fn start(server: &Server, request: &Value) -> Value {
    let (status, answer) = send(server, Method::POST, "/v1/chats/start", request);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Returns the ids of the items in an answer.
fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[test]
fn empty_query_member_counts_as_absent() {
    let server = Server::start(None, &[]);
    let all = get(&server, "/v1/chats");
    assert_eq!(all.0, 200);
    assert_eq!(
        get(&server, "/v1/chats?limit=&cursor=&direction=&accountIDs="),
        all
    );
    let path = "/v1/accounts/whatsapp/contacts/list?query=&limit=&cursor=";
    assert_eq!(ids(&get(&server, path).1).len(), 6);
    assert_eq!(get(&server, "/v1/accounts/whatsapp/contacts?query=").0, 400);
}

#[test]
fn address_without_owner_finds_no_similar_names() {
    let server = Server::start(None, &[]);
    let find = |account: &str, query: &str| {
        let path = format!("/v1/accounts/{account}/contacts?query={query}");
        let (status, answer) = get(&server, &path);
        assert_eq!(status, 200, "{query}: {answer}");
        answer
    };
    for query in ["kim@absent.invalid", "ada.okafor@absent.invalid"] {
        assert_eq!(ids(&find("imessage", query)), [""; 0], "{query}");
    }
    // The bridge cannot look up usernames or addresses.
    for query in ["@ada", "@okafor", "ada@example.com"] {
        assert_eq!(ids(&find("whatsapp", query)), [""; 0], "{query}");
    }
    assert_eq!(
        ids(&find("imessage", "kim@example.net")),
        ["mailto:kim@example.net"]
    );
    assert_eq!(
        ids(&find("whatsapp", "(212)%20555-0142")),
        ["12125550142@s.whatsapp.net"]
    );
    assert_eq!(ids(&find("telegram", "@jonas_m")), ["900150"]);
    // A name finds known people, and never a stranger.
    assert_eq!(ids(&find("whatsapp", "okafor")).len(), 2);
    assert_eq!(ids(&find("telegram", "somebody")), [""; 0]);
    assert_eq!(ids(&find("telegram", "@somebody")).len(), 1);
}

#[test]
fn scheme_of_the_token_may_have_any_case() {
    let server = Server::start(Some("right"), &[]);
    let status = |header: &str| {
        let request = http::Request::get(format!("{}/v1/accounts", server.url))
            .header("authorization", header)
            .body(Vec::new())
            .unwrap();
        Ureq::default()
            .send(Request::new(request, "/"))
            .unwrap()
            .status()
            .as_u16()
    };
    for header in [
        "Bearer right",
        "bearer right",
        "BEARER right",
        "Bearer  right",
    ] {
        assert_eq!(status(header), 200, "{header}");
    }
    for header in [
        "right",
        "Basic right",
        "Bearer",
        "Bearerright",
        "bearer Right",
    ] {
        assert_eq!(status(header), 401, "{header}");
    }
}

#[test]
fn new_chat_has_an_activity_and_a_pending_participant_if_invited() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("server.sqlite");
    let options = ["--store", store.to_str().unwrap()];
    let invited = json!({"accountID": "matrix", "user": {"id": "@new:example.org"}});
    let called = json!({"accountID": "whatsapp", "user": {"phoneNumber": "+442079460958"}});
    let server = Server::start(None, &options);
    let made = [start(&server, &invited), start(&server, &called)];
    drop(server);
    // The same after a restart.
    let server = Server::start(None, &options);
    let found = [start(&server, &invited), start(&server, &called)];
    for (made, found) in made.iter().zip(&found) {
        assert_eq!(
            (&made["status"], &found["status"]),
            (&json!("created"), &json!("existing"))
        );
        for member in ["id", "participants", "lastActivity"] {
            assert!(!made[member].is_null(), "{member}: {made}");
            assert_eq!(made[member], found[member]);
        }
    }
    assert_eq!(made[0]["participants"]["items"][0]["isPending"], true);
    assert_eq!(made[1]["participants"]["items"][0].get("isPending"), None);
    // The newest chat is the first of the list.
    let (_, chats) = get(&server, "/v1/chats?limit=1");
    assert_eq!(ids(&chats), [made[1]["id"].as_str().unwrap()]);
}

#[test]
fn start_says_whether_the_message_was_sent() {
    let server = Server::start(None, &[]);
    let message = |account: &str, user: Value| {
        let request = json!({"accountID": account, "user": user, "messageText": "Hello"});
        start(&server, &request)["messageSent"].clone()
    };
    // LinkedIn creates a chat with its first message. WhatsApp does not, and a chat that exists gets none.
    assert_eq!(
        message("linkedin", json!({"username": "lena-wojcik"})),
        true
    );
    assert_eq!(
        message("linkedin", json!({"username": "lena-wojcik"})),
        false
    );
    assert_eq!(
        message("whatsapp", json!({"phoneNumber": "+442079460958"})),
        false
    );
}

#[test]
fn archived_chat_is_followed_by_the_next_decision() {
    let server = Server::start(None, &[]);
    let path = "/v1/chats/!ada:whatsapp";
    let archive = |archived: bool| {
        let body = json!({"archived": archived});
        send(&server, Method::POST, &format!("{path}/archive"), &body).0
    };
    assert_eq!(archive(true), 204);
    assert_eq!(get(&server, path).1["isArchived"], true);
    let (_, archived) = get(&server, "/v1/chats/search?inbox=archive&query=ADA+okafor");
    assert_eq!(ids(&archived), ["!ada:whatsapp"]);
    assert_eq!(archive(false), 204);
    // A member that is null changes nothing.
    let changes = json!({"isArchived": null, "isPinned": true, "draft": null});
    let (status, chat) = send(&server, Method::PATCH, path, &changes);
    assert_eq!(
        (status, &chat["isArchived"], &chat["isPinned"]),
        (200, &json!(false), &json!(true))
    );
    for (method, path) in [
        (Method::PATCH, "/v1/chats/none"),
        (Method::POST, "/v1/chats/none/archive"),
        (Method::POST, "/v1/chats/none/messages"),
    ] {
        assert_eq!(send(&server, method, path, &json!({"text": "a"})).0, 404);
    }
    let messages = format!("{path}/messages");
    assert_eq!(
        send(&server, Method::POST, &messages, &json!({"text": " "})).0,
        400
    );
    let (status, sent) = send(&server, Method::POST, &messages, &json!({"text": "Hello"}));
    assert_eq!((status, &sent["chatID"]), (200, &json!("!ada:whatsapp")));
}
