//! The lists of contacts and chats that an import has read so far.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use contact_resolution::wire::{Account, Chat, Page, Snapshot, User};

use super::journal::{Entry, Position};
use crate::report::Report;

/// The maximum number of pages in a row without a new item in one pass. A server that filters its pages gives empty
/// ones. A server that never ends repeats the same items.
const IDLE_PAGES: usize = 100;

#[derive(Default)]
pub(super) struct Lists {
    pub(super) accounts: Vec<Account>,
    pub(super) has_malformed_account: bool,
    pub(super) contacts: BTreeMap<String, List<User>>,
    pub(super) chats: BTreeMap<String, List<Chat>>,
    /// The number of pages so far.
    pub(super) pages: u64,
    /// The number of different contacts and chats so far.
    pub(super) items: u64,
}

impl Lists {
    /// Adds an entry of the journal.
    pub(super) fn add(&mut self, entry: Entry, server: &str) -> io::Result<()> {
        match entry {
            Entry::Started { server: other, .. } if other != server => {
                return Err(io::Error::other(
                    "the pages read so far are of another server",
                ));
            }
            Entry::Started {
                accounts,
                has_malformed,
                ..
            } => {
                self.accounts = accounts;
                self.has_malformed_account = has_malformed;
                return Ok(());
            }
            Entry::Contacts(page) => {
                let list = self.contacts.entry(page.account).or_default();
                list.has_malformed |= page.has_malformed;
                self.items += list.add(page.items, page.next);
            }
            Entry::Chats(page) => {
                let list = self.chats.entry(page.account).or_default();
                list.has_malformed |= page.has_malformed;
                self.items += list.add(page.items, page.next);
            }
        }
        self.pages += 1;
        Ok(())
    }

    /// Prepares the lists after an interruption: items may have changed since.
    pub(super) fn resume(&mut self) {
        self.contacts.values_mut().for_each(List::resume);
        self.chats.values_mut().for_each(List::resume);
    }

    /// Returns whether a malformed account, contact or chat was left out.
    fn has_malformed(&self) -> bool {
        self.has_malformed_account
            || self.contacts.values().any(|list| list.has_malformed)
            || self.chats.values().any(|list| list.has_malformed)
    }

    /// Returns the directory, and a report of its size and coverage.
    pub(super) fn finish(self) -> (Snapshot, Report) {
        let has_malformed = self.has_malformed();
        let mut report = Report::default();
        if self.has_malformed_account {
            report.add("accounts", "without malformed ones");
        }
        let mut snapshot = Snapshot {
            complete: true,
            ..Snapshot::default()
        };
        let mut add =
            |account: &str, label: &str, end: &Position, count: usize, malformed: bool| {
                let gap = match end {
                    Position::Done if malformed => ", without malformed ones".to_owned(),
                    Position::Done => String::new(),
                    Position::Refused(status) => {
                        format!(", incomplete: the server answered {status}")
                    }
                    _ => ", incomplete: the server gave no usable cursor".to_owned(),
                };
                snapshot.complete &= *end == Position::Done;
                report.add(label, format_args!("{count} of {account}{gap}"));
            };
        let mut chats = Vec::new();
        let mut has_malformed_chat = false;
        let mut contacts = BTreeMap::new();
        for (account, list) in self.contacts {
            let count = list.items.len();
            add(&account, "contacts", &list.next, count, list.has_malformed);
            contacts.insert(account, list.items);
        }
        for (account, list) in self.chats {
            let count = list.items.len();
            add(&account, "chats", &list.next, count, list.has_malformed);
            // A chat that cannot be read may be the direct chat with anyone.
            has_malformed_chat |= list.has_malformed;
            chats.extend(list.items);
        }
        snapshot.complete &= !has_malformed_chat;
        let coverage = match (snapshot.complete, has_malformed) {
            (true, false) => "every contact and every chat of the accounts",
            (true, true) => {
                "every chat of these accounts, and every contact without malformed ones"
            }
            (false, _) => "not every contact and chat, so the directory is marked as incomplete",
        };
        report.add("coverage", coverage);
        snapshot.accounts = self.accounts;
        snapshot.contacts = contacts;
        snapshot.chats = chats;
        (snapshot, report)
    }
}

/// An item of a list.
pub(super) trait Item: PartialEq {
    fn id(&self) -> &str;
}

impl Item for User {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Chat {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A list that is read so far. It has each item once, in its newest version.
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Position,
    /// Whether an item was malformed, and left out.
    has_malformed: bool,
    places: HashMap<String, usize>,
    pass: Pass,
}

/// The progress of one pass through a list.
#[derive(Default)]
struct Pass {
    /// The cursors so far. A repeated cursor leads nowhere.
    cursors: HashSet<String>,
    /// The positions of the items in this pass.
    seen: HashSet<usize>,
    /// The number of pages in a row without an item that was new to this pass.
    idle_pages: usize,
    /// Whether the import was interrupted during this pass, so that its front may have changed.
    is_interrupted: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List {
            items: Vec::new(),
            next: Position::FirstPass,
            has_malformed: false,
            places: HashMap::new(),
            pass: Pass::default(),
        }
    }
}

impl<T: Item> List<T> {
    /// Adds a page. Returns the number of new items.
    fn add(&mut self, items: Vec<T>, next: Position) -> u64 {
        let before = self.items.len();
        self.pass.idle_pages += 1;
        // An item of a server's list is known by its id.
        for item in items.into_iter().filter(|item| !item.id().is_empty()) {
            let last = self.items.len();
            let place = *self.places.entry(item.id().to_owned()).or_insert(last);
            match self.items.get_mut(place) {
                Some(known) => *known = item,
                None => self.items.push(item),
            }
            if self.pass.seen.insert(place) {
                self.pass.idle_pages = 0;
            }
        }
        match &next {
            Position::FirstPassAfter(cursor) | Position::SecondPassAfter(cursor) => {
                self.pass.cursors.insert(cursor.clone());
            }
            Position::SecondPass | Position::Done => self.pass = Pass::default(),
            _ => {}
        }
        self.next = next;
        (self.items.len() - before) as u64
    }

    fn resume(&mut self) {
        match self.next {
            Position::Done => self.next = Position::SecondPass,
            Position::SecondPassAfter(_) => self.pass.is_interrupted = true,
            // The second pass is still to come.
            _ => {}
        }
    }

    /// Returns the position behind a page.
    pub(super) fn position_after(&self, page: &Page<T>) -> Position {
        let is_second = matches!(
            self.next,
            Position::SecondPass | Position::SecondPassAfter(_)
        );
        let place = |item: &T| self.places.get(item.id());
        let is_unchanged = |item: &T| {
            let known = place(item).and_then(|place| self.items.get(*place));
            known == Some(item)
        };
        let is_seen = |item: &T| place(item).is_some_and(|place| self.pass.seen.contains(place));
        let end = if self.pass.is_interrupted {
            Position::SecondPass
        } else {
            Position::Done
        };
        // An empty page in the middle does not show anything about the items behind it.
        let is_empty = page.items.is_empty() && page.has_more;
        // An item that moved or changed is at the front. So behind an unchanged page, everything is unchanged.
        if is_second && !is_empty && page.items.iter().all(is_unchanged) {
            return end;
        }
        if !page.has_more {
            // A list of one page was read at one moment, and needs no second pass.
            let is_one_page = self.next == Position::FirstPass;
            return if is_second || is_one_page {
                end
            } else {
                Position::SecondPass
            };
        }
        let Some(cursor) = &page.oldest_cursor else {
            return Position::Stuck;
        };
        let is_idle = self.pass.idle_pages >= IDLE_PAGES && page.items.iter().all(is_seen);
        if self.pass.cursors.contains(cursor) || is_idle {
            Position::Stuck
        } else if is_second {
            Position::SecondPassAfter(cursor.clone())
        } else {
            Position::FirstPassAfter(cursor.clone())
        }
    }
}
