//! The command `import`: reads the lists of a server, page by page, into a directory file or a store.

mod from_bridge;
mod journal;
mod lists;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::Args;
use contact_resolution::Ureq;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::{self, Request};
use contact_resolution::wire::{Chat, Page, Snapshot, User};
use contact_resolution::{Client, MemoryDirectory};
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::DeserializeOwned;

use self::journal::{Entry, Journal, ListPage, Position};
use self::lists::{Item, List, Lists};
use crate::bridge::BridgeArgs;
use crate::json_file::{self, in_file};
use crate::load;
use crate::remote::{self, Failure, RemoteClient, ServerArgs};
use crate::store;
use crate::terminal::{self, Escaped};

/// Further statuses that mean that the server does not give a list.
const REFUSALS: [u16; 3] = [400, 403, 422];

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    bridge: BridgeArgs,
    /// The account of the bridge's login, in this JSON file. The contacts of the bridge are added to those of the file
    #[arg(long, value_name = "FILE", requires = "url")]
    directory: Option<PathBuf>,
    /// The account of the bridge's login. The default is the only account of the file
    #[arg(long, value_name = "ID", requires = "url")]
    account: Option<String>,
    /// The file to write, `.json` or `.sqlite`. During the import, its pages are in a file with `.part` added to the
    /// name
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The rules of your own networks, a JSON array
    #[arg(long, value_name = "FILE")]
    networks: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

/// The limits of an import. A server that never ends must not fill the disk or the memory.
#[derive(Args)]
struct Limits {
    /// The largest number of pages
    #[arg(long = "max-pages", value_name = "COUNT", default_value_t = 100_000)]
    pages: u64,
    /// The largest number of contacts and chats
    #[arg(long = "max-items", value_name = "COUNT", default_value_t = 2_000_000)]
    items: u64,
    /// The largest number of bytes that are read
    #[arg(long = "max-bytes", value_name = "COUNT", default_value_t = 4 << 30)]
    bytes: u64,
}

impl Limits {
    /// Returns an error if a limit is reached.
    fn check(&self, pages: u64, items: u64, bytes: u64) -> Result<(), Failure> {
        let limits = [
            ("--max-pages", pages, self.pages),
            ("--max-items", items, self.items),
            ("--max-bytes", bytes, self.bytes),
        ];
        match limits.into_iter().find(|(_, count, limit)| count >= limit) {
            Some((option, _, limit)) => {
                Err(format!("the limit {option} {limit} is reached").into())
            }
            None => Ok(()),
        }
    }
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    json_file::check_target(&options.out)?;
    let networks = match &options.networks {
        Some(path) => {
            json_file::check_distinct(path, &options.out, "--networks")?;
            json_file::networks(path)?
        }
        None => Vec::new(),
    };
    let bridge = options.bridge.bridge().map_err(io::Error::other)?;
    if let (Some(bridge), Some(directory)) = (bridge, &options.directory) {
        return from_bridge::run(options, &bridge, directory, networks);
    }
    let write = writer(&options.out)?;
    let beeper = options.server.server().map_err(io::Error::other)?;
    let transport = Ureq::default();
    let mut part = options.out.clone().into_os_string();
    part.push(".part");
    let part = Path::new(&part);
    let (journal, entries) = Journal::open(part).map_err(|error| in_file(part, &error))?;
    let mut import = Import {
        client: Client::new(&beeper, &transport, thread::sleep),
        beeper: &beeper,
        server: beeper.info().map_err(io::Error::other)?.uri().to_string(),
        journal,
        lists: Lists::default(),
        limits: &options.limits,
    };
    for entry in entries {
        import
            .lists
            .add(entry, &import.server)
            .map_err(|error| in_file(part, &error))?;
    }
    import.lists.resume();
    if import.lists.accounts.is_empty() {
        import.read_accounts().map_err(io::Error::other)?;
    }
    import.read_lists().map_err(|failure| {
        let hint = "The pages read so far are kept, and the same command continues the import";
        io::Error::new(ErrorKind::Interrupted, format!("{failure}. {hint}"))
    })?;
    let has_every_account = !import.lists.has_malformed_account;
    let (mut snapshot, report) = import.lists.finish();
    snapshot.networks = networks;
    write(&snapshot)?;
    import.journal.remove()?;
    terminal::print(
        report,
        ExitCode::from(u8::from(!(snapshot.complete && has_every_account))),
    )
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

/// An import in progress.
struct Import<'a> {
    client: RemoteClient<'a>,
    beeper: &'a Beeper,
    /// The address of the server. A continued import must have the same one.
    server: String,
    journal: Journal,
    lists: Lists,
    limits: &'a Limits,
}

impl Import<'_> {
    fn read_accounts(&mut self) -> Result<(), Failure> {
        let accounts = remote::accounts(&self.client, self.beeper)?;
        // Each account has two lists, and needs at least as many pages.
        self.limits.check(2 * accounts.items.len() as u64, 0, 0)?;
        let has_malformed = accounts.skipped > 0;
        let accounts = accounts.items.into_iter();
        let accounts = accounts
            .map(|account| remote::with_capabilities(&self.client, self.beeper, account))
            .collect::<Result<_, Failure>>()?;
        let server = self.server.clone();
        Ok(self.add(Entry::Started {
            server,
            accounts,
            has_malformed,
        })?)
    }

    /// Reads every list to its end, with a progress bar on a terminal.
    fn read_lists(&mut self) -> Result<(), Failure> {
        let accounts = self.lists.accounts.iter();
        let accounts: Vec<String> = accounts.map(|account| account.account_id.clone()).collect();
        let bar = ProgressBar::new(2 * accounts.len() as u64);
        let style = "{spinner} {bar:30} {pos} of {len} lists  {msg}";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()));
        for account in accounts {
            self.read_list::<User>(&account, &bar)?;
            bar.inc(1);
            self.read_list::<Chat>(&account, &bar)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn read_list<T: Listed>(&mut self, account: &str, bar: &ProgressBar) -> Result<(), Failure> {
        loop {
            let (pages, items) = (self.lists.pages, self.lists.items);
            let list = T::list(&mut self.lists, account);
            bar.set_message(format!("{}: {}", Escaped(account), list.items.len()));
            let cursor = match &list.next {
                Position::FirstPass | Position::SecondPass => None,
                Position::FirstPassAfter(cursor) | Position::SecondPassAfter(cursor) => {
                    Some(cursor.as_str())
                }
                Position::Done | Position::Refused(_) | Position::Stuck => return Ok(()),
            };
            self.limits.check(pages, items, self.journal.length)?;
            let request = T::request(self.beeper, account, cursor)?;
            let response = self.client.send(&request)?;
            let (page, next) = match http::read::<Page<T>>(&response) {
                Ok(page) => {
                    let next = list.position_after(&page);
                    (page, next)
                }
                Err(error) => {
                    let status = remote::unsupported_status(error, &REFUSALS)?;
                    (Page::default(), Position::Refused(status))
                }
            };
            let account = account.to_owned();
            self.add(T::entry(ListPage {
                account,
                items: page.items,
                has_malformed: page.skipped > 0,
                next,
            }))?;
        }
    }

    fn add(&mut self, entry: Entry) -> io::Result<()> {
        self.journal.add(&entry)?;
        self.lists.add(entry, &self.server)
    }
}

/// An item that the server lists by account.
trait Listed: Item + DeserializeOwned {
    fn entry(page: ListPage<Self>) -> Entry;
    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self>;
    fn request(
        beeper: &Beeper,
        account: &str,
        cursor: Option<&str>,
    ) -> Result<Request, http::Error>;
}

impl Listed for User {
    fn entry(page: ListPage<Self>) -> Entry {
        Entry::Contacts(page)
    }

    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self> {
        lists.contacts.entry(account.to_owned()).or_default()
    }

    fn request(
        beeper: &Beeper,
        account: &str,
        cursor: Option<&str>,
    ) -> Result<Request, http::Error> {
        beeper.list_contacts(account, cursor)
    }
}

impl Listed for Chat {
    fn entry(page: ListPage<Self>) -> Entry {
        Entry::Chats(page)
    }

    fn list<'a>(lists: &'a mut Lists, account: &str) -> &'a mut List<Self> {
        lists.chats.entry(account.to_owned()).or_default()
    }

    fn request(
        beeper: &Beeper,
        account: &str,
        cursor: Option<&str>,
    ) -> Result<Request, http::Error> {
        beeper.chats(account, cursor)
    }
}
