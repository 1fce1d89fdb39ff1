//! A server with the contacts and chats of one account, and the command line that imports them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use contact_resolution::wire::{self, Snapshot};
use serde_json::{Value, json};

use crate::{command_line, loopback};

/// The data of the server, and its behavior.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) contacts: Vec<Value>,
    pub(crate) chats: Vec<Value>,
    /// The requests for lists so far.
    pub(crate) asked: Vec<String>,
    /// The number of further answers before the server fails.
    pub(crate) answers: Option<usize>,
    /// The status with which the server refuses contacts.
    pub(crate) refuses: Option<u16>,
    /// The response to the request for the abilities of a bridge.
    pub(crate) flags: Option<(u16, &'static str)>,
    pub(crate) cursors: Cursors,
    /// Whether the last chat moves to the front after the first page.
    pub(crate) moves: bool,
    /// Whether the first page of chats is empty.
    pub(crate) blank: bool,
    /// A folder that appears at the first page, so that no file of this name can be written.
    pub(crate) blocks: Option<PathBuf>,
    /// Further items in the list of accounts.
    pub(crate) other_accounts: Vec<Value>,
    /// Whether requests for contacts are delayed, for up to 30 seconds.
    pub(crate) waits: bool,
}

/// The cursors of the server.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Cursors {
    #[default]
    Right,
    /// Every page has the same cursor.
    Same,
    /// Every page has a new cursor and the same chats, of this number.
    Endless(usize),
    /// The pages do not report whether more follow. The last one has no cursor.
    Silent,
}

type Shared = State<Arc<Mutex<World>>>;
type Members = Query<BTreeMap<String, String>>;

async fn accounts(State(world): Shared) -> Response {
    let account = json!({
        "accountID": "whatsapp",
        "bridge": {"id": "local-whatsapp", "provider": "local", "type": "whatsapp"},
        "user": {"id": "me", "isSelf": true},
    });
    let mut accounts = vec![account];
    accounts.extend(world.lock().unwrap().other_accounts.clone());
    Json(accounts).into_response()
}

async fn capabilities(State(world): Shared) -> Response {
    let (status, body) = world.lock().unwrap().flags.unwrap_or((
        200,
        r#"{"resolve_identifier": {"create_dm": true, "lookup_phone": true}}"#,
    ));
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

/// Returns a page of 200 items, behind the cursor.
fn page(world: &mut World, list: &str, query: &BTreeMap<String, String>) -> Response {
    let cursor = query.get("cursor").cloned().unwrap_or_default();
    world.asked.push(format!("{list} {cursor}"));
    if let Some(folder) = world.blocks.take() {
        fs::create_dir(folder).unwrap();
    }
    match &mut world.answers {
        Some(0) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(left) => *left -= 1,
        None => {}
    }
    let all = if list == "chats" {
        &world.chats
    } else {
        &world.contacts
    };
    if world.blank && list == "chats" && cursor.is_empty() {
        return Json(json!({"items": [], "hasMore": true, "oldestCursor": "0"})).into_response();
    }
    if let (Cursors::Endless(count), "chats") = (world.cursors, list) {
        let items: Vec<&Value> = all.iter().take(count).collect();
        let next = world.asked.len().to_string();
        return Json(json!({"items": items, "hasMore": true, "oldestCursor": next}))
            .into_response();
    }
    let from: usize = cursor.parse().unwrap_or(0);
    let items: Vec<Value> = all.iter().skip(from).take(200).cloned().collect();
    let has_more = from + items.len() < all.len();
    let next = if world.cursors == Cursors::Same {
        "200".to_owned()
    } else {
        (from + items.len()).to_string()
    };
    let mut page = json!({"items": items, "hasMore": has_more, "oldestCursor": next});
    if world.cursors == Cursors::Silent {
        page["hasMore"] = Value::Null;
        if !has_more {
            page["oldestCursor"] = Value::Null;
        }
    }
    if list == "chats" && from == 0 && std::mem::take(&mut world.moves) {
        let moved = world.chats.pop().unwrap();
        world.chats.insert(0, moved);
    }
    Json(page).into_response()
}

async fn contacts(State(world): Shared, Path(_): Path<String>, Query(query): Members) -> Response {
    for _ in 0..3000 {
        if !world.lock().unwrap().waits {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut world = world.lock().unwrap();
    match world.refuses {
        Some(status) => StatusCode::from_u16(status).unwrap().into_response(),
        None => page(&mut world, "contacts", &query),
    }
}

async fn chats(State(world): Shared, Query(query): Members) -> Response {
    page(&mut world.lock().unwrap(), "chats", &query)
}

/// A server, a folder, and the command line.
pub(crate) struct Case {
    world: Arc<Mutex<World>>,
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
}

impl Case {
    pub(crate) fn new(name: &str, contacts: usize, chats: usize) -> Case {
        let contact =
            |n: usize| json!({"id": format!("user-{n}"), "fullName": format!("User {n}")});
        let chat = |n: usize| {
            let people = json!([contact(n), {"id": "me", "isSelf": true}]);
            json!({
                "id": format!("!{n}"), "accountID": "whatsapp", "network": "WhatsApp", "title": "A",
                "type": "single", "unreadCount": 0,
                "participants": {"hasMore": false, "total": 2, "items": people},
            })
        };
        let world = Arc::new(Mutex::new(World {
            contacts: (0..contacts).map(contact).collect(),
            chats: (0..chats).map(chat).collect(),
            ..World::default()
        }));
        let routes = Router::new()
            .route("/v1/accounts", get(accounts))
            .route("/v1/accounts/{id}/contacts/list", get(self::contacts))
            .route("/v1/bridges/{id}/capabilities", get(capabilities))
            .route("/v1/chats", get(self::chats))
            .with_state(Arc::clone(&world));
        let url = loopback::serve(routes);
        let folder = std::env::temp_dir().join(format!("import-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Case { world, url, folder }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs an import. Returns the exit code and the output.
    pub(crate) fn import(&self) -> (Option<i32>, String) {
        self.import_to("all.json")
    }

    pub(crate) fn import_to(&self, name: &str) -> (Option<i32>, String) {
        self.run(&["import", "--out", self.file(name).to_str().unwrap()])
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command_line();
        command.args(arguments).args(["--base-url", &self.url]);
        command
    }

    /// Runs a command with the URL of the server.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(printed).unwrap())
    }

    pub(crate) fn imported(&self) -> Snapshot {
        wire::read(&fs::read(self.file("all.json")).unwrap()).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.world.lock().unwrap().asked)
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.world.lock().unwrap());
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
