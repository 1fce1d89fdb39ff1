//! Who is starting what: the record that makes two starts for one person one chat.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::identifier::Key;

/// A create about to be asked for: on which account, and for whom.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Intent {
    /// The account's id.
    pub account: String,
    /// Whom the chat is for: the key of a known person's first id, or of the identifier that is tried; where that id
    /// carries an address, the address's.
    pub person: Key,
}

impl Intent {
    /// An intent for a person on an account.
    ///
    /// ```
    /// use contact_resolution::{Intent, Key, Kind};
    ///
    /// let intent = Intent::new("whatsapp", Key::new(Kind::Phone, "+14155552671"));
    /// assert_eq!(intent.id(), Intent::new("whatsapp", Key::new(Kind::Phone, "+14155552671")).id());
    /// ```
    #[must_use]
    pub fn new(account: impl Into<String>, person: Key) -> Self {
        Intent {
            account: account.into(),
            person,
        }
    }

    /// The intent's name: 32 hexadecimal digits, the same for the same account and person in every process, so that a
    /// repeated create can be told as one. It does not show the person, but whoever guesses them can check the guess.
    ///
    /// ```
    /// use contact_resolution::{Intent, Key, Kind};
    ///
    /// assert_eq!(Intent::new("whatsapp", Key::new(Kind::Id, "alice")).id().len(), 32);
    /// ```
    #[must_use]
    pub fn id(&self) -> String {
        digest(&[
            &self.account,
            self.person.kind().as_str(),
            self.person.value(),
        ])
    }
}

/// 32 hexadecimal digits of some texts, the same in every process. Whoever wants two that agree can find them.
pub(crate) fn digest(texts: &[&str]) -> String {
    // Each ended by a byte that no text has.
    let bytes = || texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    let (low, high) = (FNV_BASIS, FNV_BASIS.rotate_left(32));
    format!("{:016x}{:016x}", fnv(low, bytes()), fnv(high, bytes()))
}

pub(super) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over bytes.
pub(super) fn fnv(basis: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(basis, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even its name: there are few enough phone numbers to try them all.
        f.write_str("Intent(..)")
    }
}

/// What claiming an intent came to.
#[derive(Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the caller's alone, and how it ended for whoever had it before is known.
    Mine,
    /// Another start has it.
    Busy,
    /// It is the caller's now. Another start had it, and its end was never told: it may have made a chat.
    Stale,
    /// Another start has made or found this chat.
    Settled(String),
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Claim::Mine => "Mine",
            Claim::Busy => "Busy",
            Claim::Stale => "Stale",
            Claim::Settled(_) => "Settled",
        })
    }
}

/// How an intent ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Settled {
    /// There is this chat.
    Chat(String),
    /// No chat was made.
    Nothing,
}

impl fmt::Debug for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Settled::Chat(_) => "Chat",
            Settled::Nothing => "Nothing",
        })
    }
}

/// The record of intents, shared by everyone who starts chats on an account: a unique key in SQL, or a mutex.
///
/// A claim that is never settled is *stale* once it is older than the settle window, which must be longer than it takes
/// from a claim until it is settled or the create asked for under it can land no more: the looks, the request and its
/// timeout.
pub trait Ledger {
    /// Why it could not be asked.
    type Error;

    /// Claims an intent, in one step that no other claim can come between.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; then nothing may be created.
    fn claim(&self, intent: &Intent) -> Result<Claim, Self::Error>;

    /// Ends an intent that the caller has.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; the intent grows stale then.
    fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), Self::Error>;
}

impl<L: Ledger + ?Sized> Ledger for &L {
    type Error = L::Error;

    fn claim(&self, intent: &Intent) -> Result<Claim, Self::Error> {
        (**self).claim(intent)
    }

    fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), Self::Error> {
        (**self).settle(intent, end)
    }
}

/// A ledger in memory, for one process.
///
/// It does not read the clock: `now` tells the time since some fixed moment.
pub struct MemoryLedger<C> {
    settle_window: Duration,
    now: C,
    entries: Mutex<HashMap<Intent, (Duration, Option<String>)>>,
}

impl<C: Fn() -> Duration> MemoryLedger<C> {
    /// An empty ledger.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use contact_resolution::{Claim, Intent, Key, Kind, Ledger, MemoryLedger};
    ///
    /// let begun = Instant::now();
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), move || begun.elapsed());
    /// let intent = Intent::new("whatsapp", Key::new(Kind::Id, "alice"));
    /// assert_eq!(ledger.claim(&intent), Ok(Claim::Mine));
    /// assert_eq!(ledger.claim(&intent), Ok(Claim::Busy));
    /// ```
    #[must_use]
    pub fn new(settle_window: Duration, now: C) -> Self {
        MemoryLedger {
            settle_window,
            now,
            entries: Mutex::default(),
        }
    }
}

impl<C: Fn() -> Duration> Ledger for MemoryLedger<C> {
    type Error = Infallible;

    fn claim(&self, intent: &Intent) -> Result<Claim, Infallible> {
        // A panic elsewhere leaves the map whole: each step is one insert or one removal.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        let claim = match entries.get(intent) {
            None => Claim::Mine,
            // A settled intent is remembered until the directory has surely learned of the chat.
            Some((since, chat)) => match (now.saturating_sub(*since) > self.settle_window, chat) {
                (false, None) => return Ok(Claim::Busy),
                (false, Some(chat)) => return Ok(Claim::Settled(chat.clone())),
                (true, None) => Claim::Stale,
                (true, Some(_)) => Claim::Mine,
            },
        };
        // Before it grows, the map forgets what is settled for good.
        if entries.len() == entries.capacity() {
            let is_past = |since: Duration| now.saturating_sub(since) > self.settle_window;
            entries.retain(|_, (since, chat)| chat.is_none() || !is_past(*since));
        }
        entries.insert(intent.clone(), (now, None));
        Ok(claim)
    }

    fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), Infallible> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        match end {
            Settled::Chat(chat) => {
                entries.insert(intent.clone(), ((self.now)(), Some(chat.clone())));
            }
            Settled::Nothing => {
                entries.remove(intent);
            }
        }
        Ok(())
    }
}

impl<C> fmt::Debug for MemoryLedger<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLedger")
            .field("settle_window", &self.settle_window)
            .finish_non_exhaustive()
    }
}
