//! README and the guide agree with the code. `UPDATE_GUIDE=1 cargo test --test it readme` writes the generated tables.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use contact_resolution::network::{FirstMessage, Invite, LookupFact};
use contact_resolution::{FieldErrorCode, IdentifierKind, Network, RefusalCode};

const README_WORDS: usize = 1000;
const PAGE_WORDS: usize = 800;
const HOSTED_DOCS: &str = "https://docs.rs/contact-resolution/latest/contact_resolution/";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn guide_pages() -> Vec<PathBuf> {
    let pages = fs::read_dir(root().join("src/guide")).unwrap();
    pages.map(|entry| entry.unwrap().path()).collect()
}

/// Compares a generated table with the one between two marks of a file, or writes it.
pub(crate) fn assert_table(file: &str, mark: &str, table: &str) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (
        format!("<!-- {mark}: begin -->\n"),
        format!("<!-- {mark}: end -->"),
    );
    let (before, rest) = text.split_once(&begin).expect("the mark of the beginning");
    let (written, after) = rest.split_once(&end).expect("the mark of the end");
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&path, format!("{before}{begin}{table}{end}{after}")).unwrap();
    } else {
        assert!(
            written == table,
            "{file} has an old table of {mark}: UPDATE_GUIDE=1 cargo test --test it readme"
        );
    }
}

/// Returns the text without generated tables, which grow with the code.
fn written_by_hand(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(": begin -->") {
        kept.push_str(before);
        rest = after
            .split_once(": end -->")
            .expect("the mark of the end")
            .1;
    }
    kept + rest
}

fn networks_table() -> String {
    let mut table = String::from(
        "| network | takes | lookup by | new chat | first message | own user | unverified |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for network in Network::ALL.iter().chain([&Network::GENERAL]) {
        let named = |is: &dyn Fn(IdentifierKind) -> bool| {
            let kinds: Vec<&str> = IdentifierKind::ALL
                .into_iter()
                .filter(|kind| is(*kind))
                .map(IdentifierKind::as_str)
                .collect();
            if kinds.is_empty() {
                "–".to_owned()
            } else {
                kinds.join(", ")
            }
        };
        let can = network.capabilities();
        let lookup = named(&|kind| match kind {
            IdentifierKind::Id => network.lookup(kind) != LookupFact::Never,
            IdentifierKind::Phone => can.lookup_phone,
            IdentifierKind::Email => can.lookup_email,
            IdentifierKind::Handle => can.lookup_username,
        });
        let any_phone = if can.any_phone {
            " (a create takes any phone)"
        } else {
            ""
        };
        let chat = match network.invite() {
            Invite::None => "a chat",
            Invite::Required => "an invite",
            Invite::MessageRequest => "a message request",
            Invite::ContactRequest => "a contact request first",
            _ => "another kind",
        };
        let message = match (network.first_message(), network.message_limit()) {
            (FirstMessage::Required, Some(limit)) => format!("required, up to {limit} characters"),
            (FirstMessage::Required, None) => "required".to_owned(),
            _ => "not needed".to_owned(),
        };
        let own_user = if network.message_self() { "yes" } else { "no" };
        let takes = named(&|kind| network.accepts(kind));
        let unverified = network
            .unverified()
            .join(", ")
            .replace("message_self", "own user")
            .replace("first_message", "first message")
            .replace("<handle>", "HANDLE");
        let _ = writeln!(
            table,
            "| {} | {takes} | {lookup}{any_phone} | {chat} | {message} | {own_user} | {unverified} |",
            network.title()
        );
    }
    table
}

/// Returns the condition of a refusal, and what the caller can do about it.
fn refusal(code: RefusalCode) -> (&'static str, &'static str) {
    match code {
        RefusalCode::InvalidRequest => ("The request is malformed.", "Correct the JSON."),
        RefusalCode::CannotMessage => (
            "The person cannot be messaged, or the network hides whether they exist.",
            "Use another identifier or account.",
        ),
        RefusalCode::CannotMessageSelf => (
            "The person is the own user, and the network has no chat with yourself.",
            "–",
        ),
        RefusalCode::CannotCreateChat => (
            "The account or the server's API cannot create this chat.",
            "Start it in the network's own app.",
        ),
        RefusalCode::InviteRequired => (
            "A new chat needs an invite, and the request forbids one.",
            "Ask the user, then set `allowInvite`.",
        ),
        RefusalCode::AccountNotFound => (
            "There is no such account.",
            "List the accounts, and choose one.",
        ),
        RefusalCode::UserNotFound => (
            "The network has no person with these identifiers, or no known person has the unmarked word as a handle.",
            "Show the suggestions.",
        ),
        RefusalCode::NoIdentifier => (
            "The payload is empty or has only a name.",
            "Show the suggestions.",
        ),
        RefusalCode::InvalidIdentifier => (
            "No field can be read as an identifier.",
            "Show the codes of the fields.",
        ),
        RefusalCode::UnsupportedIdentifier => (
            "The account cannot find people by identifiers of this kind.",
            "Use another kind of identifier.",
        ),
        RefusalCode::AmbiguousUser => (
            "Several people may be meant.",
            "Show the candidates, and send the chosen id.",
        ),
        RefusalCode::MessageRequired => (
            "The network creates a chat by the first message, but the request has no message.",
            "Set `messageText`.",
        ),
        RefusalCode::MessageTooLong => (
            "The first message is longer than the network accepts.",
            "Shorten it.",
        ),
        RefusalCode::StalePlan => (
            "An approved plan would now do something else.",
            "Decide again, and show the new plan.",
        ),
        RefusalCode::RateLimited => ("There were too many lookups.", "Wait for `retry_after`."),
        RefusalCode::UpstreamFailed => (
            "A lookup failed or showed nothing. The network refused the create and gave no more specific reason. The create was not sent. The server opened a chat with another person.",
            "Repeat it if `retry` says so.",
        ),
        RefusalCode::AccountUnavailable => (
            "The account is not connected. An existing chat still opens.",
            "Connect the account.",
        ),
        RefusalCode::DirectoryUnavailable => (
            "Not every direct chat is known, and neither a lookup nor a create shows an existing chat.",
            "Load all chats.",
        ),
        RefusalCode::OutcomeUnknown => (
            "The answer to a create was lost, or another start for the person is under way.",
            "Look for the chat before you start again.",
        ),
        _ => panic!("{code} has no description"),
    }
}

fn refusals_table() -> String {
    let mut table = String::from("| code | status | condition | what to do |\n|---|---|---|---|\n");
    for code in RefusalCode::ALL {
        let (condition, advice) = refusal(*code);
        let _ = writeln!(
            table,
            "| `{code}` | {} | {condition} | {advice} |",
            code.status()
        );
    }
    table
}

fn field_error(code: FieldErrorCode) -> &'static str {
    match code {
        FieldErrorCode::MissingRegion => "A national phone number, and no region is known for it.",
        FieldErrorCode::NotANumber => "Not a phone number.",
        FieldErrorCode::MaskedNumber => {
            "A phone number with missing digits, such as `+1 212 555 XXXX`."
        }
        FieldErrorCode::TooShort => "A phone number with too few digits for its country.",
        FieldErrorCode::TooLong => "A phone number with too many digits.",
        FieldErrorCode::WrongLength => "A phone number of a length that its country does not use.",
        FieldErrorCode::UnknownCountryCode => "A country calling code that is not assigned.",
        FieldErrorCode::LocalOnly => "A phone number that works only inside its own area.",
        FieldErrorCode::ShortCode => "A short code, or a code with `*` or `#`.",
        FieldErrorCode::InvalidEmail => "Not an email address.",
        FieldErrorCode::DisplayName => "A display name or a comment around an email address.",
        FieldErrorCode::SeveralAddresses => "More than one email address.",
        FieldErrorCode::InvalidHandle => "Not a handle by the network's rules.",
        FieldErrorCode::InvalidId => "Not a user id by the network's rules.",
        FieldErrorCode::InvisibleCharacter => "An invisible character or a direction control.",
        FieldErrorCode::NotAPerson => {
            "A link or an id of a group, a channel, a message or an invite."
        }
        FieldErrorCode::OtherNetwork => "A link of another network.",
        FieldErrorCode::UnsupportedKind => {
            "The account cannot find people by identifiers of this kind."
        }
        FieldErrorCode::InvalidNumber => {
            "A number outside the assigned ranges, if the policy requires valid numbers."
        }
        FieldErrorCode::PlainText => {
            "An [unmarked word](crate::guide::addresses#unmarked-words). It can find a known person, and never creates a chat."
        }
        _ => panic!("{code} has no description"),
    }
}

fn fields_table() -> String {
    let mut table = String::from("| code | condition |\n|---|---|\n");
    for code in FieldErrorCode::ALL {
        let _ = writeln!(table, "| `{code}` | {} |", field_error(*code));
    }
    table
}

#[test]
fn networks_table_agrees_with_the_rules() {
    assert_table("src/guide/networks.md", "networks", &networks_table());
}

#[test]
fn error_tables_have_every_code() {
    assert_table("src/guide/errors.md", "refusals", &refusals_table());
    assert_table("src/guide/errors.md", "fields", &fields_table());
}

#[test]
fn readme_and_guide_stay_short() {
    let words = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        written_by_hand(&text).split_whitespace().count()
    };
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.split_whitespace().count() <= README_WORDS);
    for page in guide_pages() {
        let words = words(&page);
        assert!(words <= PAGE_WORDS, "{}: {words} words", page.display());
    }
}

#[test]
fn guide_shows_every_page() {
    let modules = fs::read_to_string(root().join("src/guide.rs")).unwrap();
    for page in guide_pages() {
        let name = page.file_stem().unwrap().to_str().unwrap();
        assert!(
            modules.contains(&format!("pub mod {name} {{}}")),
            "{name} is not shown"
        );
        assert!(
            modules.contains(&format!("[`{name}`]")),
            "{name} is not listed"
        );
    }
}

#[test]
fn readme_links_lead_to_files_and_guide_pages() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let inline = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0));
    let references = readme
        .lines()
        .filter(|line| line.starts_with('['))
        .filter_map(|line| Some(line.split_once("]: ")?.1));
    for link in inline.chain(references) {
        let Some(hosted) = link.strip_prefix("https://") else {
            assert!(root().join(link).exists(), "{link}");
            continue;
        };
        assert!(
            hosted.starts_with("docs.rs/contact-resolution"),
            "{link} is not checked"
        );
        let page = link.strip_prefix(HOSTED_DOCS).and_then(|rest| {
            let page = rest.strip_prefix("guide/")?.strip_suffix('/')?;
            (!page.is_empty()).then_some(page)
        });
        if let Some(page) = page {
            let file = root().join("src/guide").join(page).with_extension("md");
            assert!(file.exists(), "{link}");
        }
    }
}

#[test]
fn documents_name_files_that_exist() {
    let documents = [
        "CONTRIBUTING.md",
        "README.md",
        "RELEASING.md",
        "SECURITY.md",
    ];
    let documents = documents.map(|name| root().join(name));
    for document in guide_pages().into_iter().chain(documents) {
        let text = fs::read_to_string(&document).unwrap();
        // Every second part is between backticks.
        for name in text.split('`').skip(1).step_by(2) {
            let is_source = Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "rs")
                && !name.contains(char::is_whitespace);
            let is_path = [
                "src/",
                "crates/",
                "tests/",
                "benches/",
                "examples/",
                "fuzz/",
                ".ci/",
            ]
            .iter()
            .any(|folder| name.starts_with(folder) && !name.contains([' ', '…']));
            if is_source || is_path {
                let exists = root().join(name).exists() || root().join("src").join(name).exists();
                assert!(exists, "{}: {name}", document.display());
            }
        }
    }
}

#[test]
fn readme_blocks_have_marks() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let block = |mark: &str, begin: &str| {
        let fence = format!("<!-- {mark} -->\n```{begin}");
        assert!(readme.contains(&fence), "{mark}");
    };
    block("run: example", "rust\nuse ");
    block("prints: example", "text\n");
    block("run: command", "sh\ncargo run ");
    block("prints: command", "text\n");
    block("run: tests", "sh\ncargo test --workspace --all-features\n");
}
