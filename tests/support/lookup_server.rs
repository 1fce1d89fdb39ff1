//! A server that counts the lookups that it gets.

use std::sync::atomic::{AtomicU32, Ordering};

use contact_resolution::http::{Request, Response};

/// A server that knows the owner of each number that ends with an even digit.
#[derive(Default)]
pub(crate) struct LookupServer {
    lookups: AtomicU32,
}

impl LookupServer {
    pub(crate) fn respond(&self, request: &Request) -> Response {
        if request.method() == "POST" {
            let body = r#"{"id": "!new", "chatID": "!new", "status": "created"}"#;
            return Response::new(body.into());
        }
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let query = request.uri().query().unwrap();
        let number = query.split("%2B").nth(1).unwrap();
        let body = if number.ends_with(['0', '2', '4', '6', '8']) {
            format!(r#"{{"items": [{{"id": "id-{number}", "phoneNumber": "+{number}"}}]}}"#)
        } else {
            r#"{"items": []}"#.to_owned()
        };
        Response::new(body.into())
    }

    pub(crate) fn lookups(&self) -> u32 {
        self.lookups.load(Ordering::SeqCst)
    }
}
