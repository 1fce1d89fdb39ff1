//! A bridge on loopback with many kinds of network failures. It makes a chat for every create that it accepts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A person in the test, by number.
pub(crate) struct TestPerson(pub(crate) usize);

impl TestPerson {
    pub(crate) fn number(&self) -> String {
        format!("+1415555{:04}", self.0)
    }

    pub(crate) fn id(&self) -> String {
        format!("{}@s.whatsapp.net", &self.number()[1..])
    }

    pub(crate) fn name(&self) -> String {
        format!("Xanthippe{:04} Quux", self.0)
    }

    /// Returns the person of an identifier: the last four digits are the number.
    fn of(identifier: &str) -> TestPerson {
        let digits: String = identifier.chars().filter(char::is_ascii_digit).collect();
        TestPerson(digits[digits.len() - 4..].parse().unwrap())
    }
}

/// The failure of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ServerFault {
    None,
    LostRequest,
    LostAnswer,
    /// The response is a timeout, and the request is handled later.
    Late,
    Failed,
    Limited,
}

#[derive(Default)]
pub(crate) struct Bridge {
    /// The chats of each person.
    pub(crate) chats: Mutex<HashMap<usize, Vec<String>>>,
    made: AtomicUsize,
    pub(crate) requests: AtomicU64,
    /// The number of requests that may still be handled.
    under_way: AtomicUsize,
}

impl Bridge {
    /// Serves until the runtime ends, and returns the URL.
    pub(crate) async fn serve(self: Arc<Self>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let bridge = Arc::clone(&self);
                bridge.under_way.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let _ = bridge.exchange(stream).await;
                    bridge.under_way.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        url
    }

    /// Waits until no request can be handled any more.
    pub(crate) async fn quiet(&self) {
        let mut quiet = 0;
        while quiet < 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let is_quiet = self.under_way.load(Ordering::SeqCst) == 0;
            quiet = if is_quiet { quiet + 1 } else { 0 };
        }
    }

    async fn exchange(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        let mut part = [0; 2048];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut part).await? {
                0 => return Ok(()),
                count => head.extend_from_slice(&part[..count]),
            }
        }
        let head = String::from_utf8_lossy(&head);
        let mut words = head.split([' ', '?']);
        let is_create = words.next() == Some("POST");
        let path = words.next().unwrap_or_default();
        let person = TestPerson::of(path.rsplit('/').next().unwrap_or_default());
        let random = mixed(self.requests.fetch_add(1, Ordering::SeqCst));
        tokio::time::sleep(Duration::from_millis(random >> 8 & 7)).await;
        match fault(random, is_create) {
            ServerFault::LostRequest => return Ok(()),
            ServerFault::Failed => return answer(&mut stream, "500 Oops", "", "").await,
            ServerFault::Limited => {
                return answer(&mut stream, "429 Slow", "retry-after-ms: 2\r\n", "").await;
            }
            ServerFault::Late => {
                answer(&mut stream, "504 Late", "", "").await?;
                drop(stream);
                tokio::time::sleep(Duration::from_millis(random >> 16 & 63)).await;
                self.handle(&person, is_create);
                return Ok(());
            }
            ServerFault::None | ServerFault::LostAnswer => {}
        }
        let (status, body) = self.handle(&person, is_create);
        if fault(random, is_create) == ServerFault::LostAnswer {
            return Ok(());
        }
        answer(&mut stream, status, "", &body).await
    }

    /// Returns the response about a person. A create always makes a chat, even if there is one.
    fn handle(&self, person: &TestPerson, is_create: bool) -> (&'static str, String) {
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = chats.entry(person.0).or_default();
        if is_create {
            let number = self.made.fetch_add(1, Ordering::SeqCst);
            theirs.push(format!("!{number}:bridge"));
        }
        let user = json!({
            "id": person.id(),
            "name": person.name(),
            "identifiers": [format!("tel:{}", person.number())],
            "dm_room_mxid": theirs.last(),
        });
        (
            if is_create { "201 Created" } else { "200 OK" },
            user.to_string(),
        )
    }
}

async fn answer(
    stream: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &str,
) -> std::io::Result<()> {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await
}

/// Returns the failure of a request. About a fifth of the requests fail.
fn fault(random: u64, is_create: bool) -> ServerFault {
    match random % 100 {
        0..5 => ServerFault::LostRequest,
        5..10 => ServerFault::LostAnswer,
        10..15 if is_create => ServerFault::Late,
        15..18 => ServerFault::Failed,
        18..21 => ServerFault::Limited,
        _ => ServerFault::None,
    }
}

/// Returns a pseudorandom number that is equal in each run: `SplitMix64`.
pub(crate) fn mixed(count: u64) -> u64 {
    let mut z = count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
