//! The command `import`: reads the lists of a server, page by page, into a directory file or a store.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::Args;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::{self, Request};
use contact_resolution::transport::Ureq;
use contact_resolution::wire::{Account, Chat, Page, Snapshot, User};
use contact_resolution::{Client, MemoryDirectory};
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::DeserializeOwned;

use crate::journal::{Entry, Journal, Next, Part};
use crate::json_file::{self, in_file};
use crate::load;
use crate::remote::{self, Failure, RemoteClient, ServerArgs};
use crate::report::Report;
use crate::store;
use crate::terminal::{self, Escaped};

/// Further statuses that mean that the server does not give a list.
const REFUSALS: [u16; 3] = [400, 403, 422];

/// The maximum number of pages in a row without a new item in one pass. A server that filters its pages gives empty
/// ones. A server that never ends repeats the same items.
const IDLE_PAGES: usize = 100;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    address: ServerArgs,
    /// The file to write, `.json` or `.sqlite`. Until the import is complete, its pages are in a file with `.part`
    /// added to the name
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let write = writer(&options.out)?;
    let beeper = options.address.server().map_err(io::Error::other)?;
    let transport = Ureq::default();
    let client: RemoteClient<'_> = Client::new(&beeper, &transport, thread::sleep);
    let mut part = options.out.clone().into_os_string();
    part.push(".part");
    let part = Path::new(&part);
    let (mut journal, entries) = Journal::open(part).map_err(|error| in_file(part, &error))?;
    let mut lists = Lists::default();
    let server = beeper.info().map_err(io::Error::other)?.uri().to_string();
    for entry in entries {
        lists
            .take(entry, &server)
            .map_err(|error| in_file(part, &error))?;
    }
    lists.resume();
    if lists.accounts.is_empty() {
        let accounts = remote::accounts(&client, &beeper).map_err(io::Error::other)?;
        let with_flags = |account| remote::with_flags(&client, &beeper, account);
        let accounts: Result<_, Failure> = accounts.into_iter().map(with_flags).collect();
        let accounts = accounts.map_err(io::Error::other)?;
        lists.add(
            &mut journal,
            Entry::Begun {
                server: server.clone(),
                accounts,
            },
            &server,
        )?;
    }
    let reading = PageReader {
        client,
        beeper: &beeper,
        server,
    };
    reading.all(&mut lists, &mut journal).map_err(|failure| {
        let how = "what was read is kept, and the same command goes on with it";
        io::Error::new(ErrorKind::Interrupted, format!("{failure}; {how}"))
    })?;
    let (snapshot, words) = lists.end();
    write(&snapshot)?;
    journal.end()?;
    terminal::print(words, ExitCode::from(u8::from(!snapshot.complete)))
}

/// A function that writes a directory.
type Write<'a> = Box<dyn Fn(&Snapshot) -> io::Result<()> + 'a>;

/// Returns the writer for a file name. A store is opened at once, so that a wrong file is refused before the import.
fn writer(out: &Path) -> io::Result<Write<'_>> {
    if out.extension().is_some_and(|extension| extension == "json") {
        return Ok(Box::new(|snapshot| {
            json_file::save(out, &serde_json::to_vec(snapshot)?)
        }));
    }
    let name = out.to_str().filter(|_| store::is_file(out));
    let name = name
        .ok_or_else(|| io::Error::other("only a .json file or a .sqlite store can be written"))?;
    let store = store::open(name)?;
    Ok(Box::new(move |snapshot| {
        load::fill(
            &*store,
            &MemoryDirectory::from_snapshot(snapshot),
            |_, _| (),
        )
    }))
}

/// The lists that are read so far.
#[derive(Default)]
struct Lists {
    accounts: Vec<Account>,
    contacts: BTreeMap<String, List<User>>,
    chats: BTreeMap<String, List<Chat>>,
}

impl Lists {
    /// Adds an entry of the journal.
    fn take(&mut self, entry: Entry, server: &str) -> io::Result<()> {
        match entry {
            Entry::Begun { server: other, .. } if other != server => {
                return Err(io::Error::other(
                    "what was read so far is of another server",
                ));
            }
            Entry::Begun { accounts, .. } => self.accounts = accounts,
            Entry::Contacts(part) => {
                let list = self.contacts.entry(part.account).or_default();
                list.has_malformed |= part.has_malformed;
                list.take(part.items, part.next);
            }
            Entry::Chats(part) => {
                let list = self.chats.entry(part.account).or_default();
                list.has_malformed |= part.has_malformed;
                list.take(part.items, part.next);
            }
        }
        Ok(())
    }

    /// Prepares the lists after an interruption: items may have changed since.
    fn resume(&mut self) {
        self.contacts.values_mut().for_each(List::resume);
        self.chats.values_mut().for_each(List::resume);
    }

    fn add(&mut self, journal: &mut Journal, entry: Entry, server: &str) -> io::Result<()> {
        journal.add(&entry)?;
        self.take(entry, server)
    }

    /// Returns the directory, and a report of its size and coverage.
    fn end(self) -> (Snapshot, Report) {
        let mut words = Report::default();
        let mut snapshot = Snapshot {
            complete: true,
            ..Snapshot::default()
        };
        let mut cover = |account: &str, what: &str, next: &Next, count: usize, malformed: bool| {
            let how = match next {
                Next::Done if malformed => ", without malformed ones".to_owned(),
                Next::Done => String::new(),
                Next::Refused(status) => format!(", not all: the server answered {status}"),
                _ => ", not all: the server does not say where they go on".to_owned(),
            };
            snapshot.complete &= *next == Next::Done;
            words.say(what, format_args!("{count} of {account}{how}"));
        };
        let mut chats = Vec::new();
        let mut has_malformed_chat = false;
        let mut contacts = BTreeMap::new();
        for (account, list) in self.contacts {
            let (count, malformed) = (list.items.len(), list.has_malformed);
            cover(&account, "contacts", &list.next, count, malformed);
            contacts.insert(account, list.items);
        }
        for (account, list) in self.chats {
            let (count, malformed) = (list.items.len(), list.has_malformed);
            cover(&account, "chats", &list.next, count, malformed);
            // A chat that cannot be read may be the direct chat with anyone.
            has_malformed_chat |= malformed;
            chats.extend(list.items);
        }
        snapshot.complete &= !has_malformed_chat;
        let covered = if snapshot.complete {
            "every contact and every chat of the accounts"
        } else {
            "not every contact and chat, and is not taken for it"
        };
        words.say("covers", covered);
        snapshot.accounts = self.accounts;
        snapshot.contacts = contacts;
        snapshot.chats = chats;
        (snapshot, words)
    }
}

/// A list that is read so far. It has each item once, in its newest version.
struct List<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
    pass: Pass,
    next: Next,
    /// Whether an item was malformed, and left out.
    has_malformed: bool,
}

/// The state of one pass through a list.
#[derive(Default)]
struct Pass {
    /// The cursors so far. A repeated cursor leads nowhere.
    cursors: HashSet<String>,
    /// The positions of the items in this pass, and the number of pages in a row without another item.
    places: HashSet<usize>,
    idle: usize,
    /// Whether the import was interrupted during this pass, so that the front may have changed.
    interrupted: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List {
            items: Vec::new(),
            places: HashMap::new(),
            pass: Pass::default(),
            next: Next::Begin,
            has_malformed: false,
        }
    }
}

impl<T: Listed> List<T> {
    fn take(&mut self, items: Vec<T>, next: Next) {
        self.pass.idle += 1;
        for item in items {
            let last = self.items.len();
            let place = *self.places.entry(item.id().to_owned()).or_insert(last);
            if place == last {
                self.items.push(item);
            } else {
                self.items[place] = item;
            }
            if self.pass.places.insert(place) {
                self.pass.idle = 0;
            }
        }
        if let Next::Behind(cursor) | Next::AgainBehind(cursor) = &next {
            self.pass.cursors.insert(cursor.clone());
        }
        if matches!(next, Next::Again | Next::Done) {
            self.pass = Pass::default();
        }
        self.next = next;
    }

    /// Starts another pass if the list was complete, or marks a second pass as interrupted.
    ///
    /// An incomplete first pass is followed by a second one anyway.
    fn resume(&mut self) {
        match self.next {
            Next::Done => self.next = Next::Again,
            Next::AgainBehind(_) => self.pass.interrupted = true,
            _ => {}
        }
    }

    /// Returns the position behind a page.
    fn behind(&self, page: &Page<T>) -> Next {
        let is_again = matches!(self.next, Next::Again | Next::AgainBehind(_));
        let place = |item: &T| self.places.get(item.id());
        let is_known = |item: &T| place(item).is_some_and(|place| self.items[*place] == *item);
        let is_told = |item: &T| place(item).is_some_and(|place| self.pass.places.contains(place));
        let cursor = page.oldest_cursor.as_ref().filter(|_| page.has_more);
        let end = if self.pass.interrupted {
            Next::Again
        } else {
            Next::Done
        };
        // An empty page in the middle does not show anything about the items behind it.
        let is_blank = page.items.is_empty() && page.has_more;
        match (cursor, is_again) {
            // Changed items move to the front. So behind a page without changes, nothing has changed.
            (_, true) if !is_blank && page.items.iter().all(is_known) => end,
            (Some(cursor), _) if self.pass.cursors.contains(cursor) => Next::Stuck,
            (Some(_), _) if self.pass.idle >= IDLE_PAGES && page.items.iter().all(is_told) => {
                Next::Stuck
            }
            (Some(cursor), true) => Next::AgainBehind(cursor.clone()),
            (Some(cursor), false) => Next::Behind(cursor.clone()),
            (None, _) if page.has_more => Next::Stuck,
            // A list of one page was read at one moment, and needs no second pass.
            (None, false) if self.next != Next::Begin => Next::Again,
            (None, _) => end,
        }
    }
}

/// An item that the server lists by account.
trait Listed: DeserializeOwned + PartialEq + Sized {
    fn id(&self) -> &str;
    fn entry(part: Part<Self>) -> Entry;
    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self>;
    fn ask(beeper: &Beeper, account: &str, cursor: Option<&str>) -> Result<Request, http::Error>;
}

impl Listed for User {
    fn id(&self) -> &str {
        &self.id
    }
    fn entry(part: Part<Self>) -> Entry {
        Entry::Contacts(part)
    }
    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self> {
        lists.contacts.entry(account.to_owned()).or_default()
    }
    fn ask(beeper: &Beeper, account: &str, cursor: Option<&str>) -> Result<Request, http::Error> {
        beeper.list_contacts(account, cursor)
    }
}

impl Listed for Chat {
    fn id(&self) -> &str {
        &self.id
    }
    fn entry(part: Part<Self>) -> Entry {
        Entry::Chats(part)
    }
    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self> {
        lists.chats.entry(account.to_owned()).or_default()
    }
    fn ask(beeper: &Beeper, account: &str, cursor: Option<&str>) -> Result<Request, http::Error> {
        beeper.chats(account, cursor)
    }
}

/// A reader of the server's pages.
struct PageReader<'a> {
    client: RemoteClient<'a>,
    beeper: &'a Beeper,
    server: String,
}

impl PageReader<'_> {
    /// Reads every list to its end, with a progress bar on a terminal.
    fn all(&self, lists: &mut Lists, journal: &mut Journal) -> Result<(), Failure> {
        let accounts: Vec<String> = lists
            .accounts
            .iter()
            .map(|a| a.account_id.clone())
            .collect();
        let bar = ProgressBar::new(2 * accounts.len() as u64);
        let style = "{spinner} {bar:30} {pos} of {len} lists  {msg}";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()));
        for account in accounts {
            self.list::<User>(&account, lists, journal, &bar)?;
            bar.inc(1);
            self.list::<Chat>(&account, lists, journal, &bar)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn list<T: Listed>(
        &self,
        account: &str,
        lists: &mut Lists,
        journal: &mut Journal,
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        loop {
            let list = T::list(lists, account);
            bar.set_message(format!("{}: {}", Escaped(account), list.items.len()));
            let cursor = match &list.next {
                Next::Begin | Next::Again => None,
                Next::Behind(cursor) | Next::AgainBehind(cursor) => Some(cursor.as_str()),
                Next::Done | Next::Refused(_) | Next::Stuck => return Ok(()),
            };
            let response = self.client.send(&T::ask(self.beeper, account, cursor)?)?;
            let (page, next) = match http::read::<Page<T>>(&response) {
                Ok(page) => {
                    let next = list.behind(&page);
                    (page, next)
                }
                Err(error) => (
                    Page::default(),
                    Next::Refused(remote::not_given(error, &REFUSALS)?),
                ),
            };
            let account = account.to_owned();
            let entry = T::entry(Part {
                account,
                items: page.items,
                has_malformed: page.skipped > 0,
                next,
            });
            lists.add(journal, entry, &self.server)?;
        }
    }
}
