//! Rows of spellings that mean one name, sorted by the compiler so that nothing is built when the program starts.

/// Rows of spellings: a token is looked up, and two tokens are kin if they share a row.
pub(super) struct Table<const N: usize> {
    entries: [(u64, u16); N],
    rows: &'static [&'static str],
}

/// The rows a token stands in: a stretch of a table's entries. Empty for most tokens.
#[derive(Clone, Copy, Default)]
pub(super) struct Rows {
    start: u16,
    len: u16,
}

impl Rows {
    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The longest spelling in letters; a letter takes five bits of a key.
const LETTERS: usize = 12;

/// A spelling as one number, so that looking up is comparing numbers: up to twelve letters of a to z, or up to three
/// characters of another script (a family name in Han or Hangul). Zero for everything else.
pub(super) const fn key(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut letters, mut i) = (0_u64, 0);
    while i < bytes.len() {
        if bytes.len() > LETTERS || !bytes[i].is_ascii_lowercase() {
            return foreign_key(bytes);
        }
        letters = letters << 5 | (bytes[i] - b'a' + 1) as u64;
        i += 1;
    }
    letters
}

/// Three-byte characters only: all of Hangul, and the Han that names are written with.
const fn foreign_key(bytes: &[u8]) -> u64 {
    if bytes.len() > 9 || !bytes.len().is_multiple_of(3) {
        return 0;
    }
    let (mut key, mut i) = (1_u64, 0);
    while i < bytes.len() {
        if bytes[i] & 0xF0 != 0xE0 {
            return 0;
        }
        key = key << 16
            | ((bytes[i] & 0xF) as u64) << 12
            | ((bytes[i + 1] & 0x3F) as u64) << 6
            | (bytes[i + 2] & 0x3F) as u64;
        i += 3;
    }
    key | 1 << 63
}

/// How many spellings a table's text holds: its words.
pub(super) const fn count(rows: &[&str]) -> usize {
    let (mut words, mut row) = (0, 0);
    while row < rows.len() {
        let (bytes, mut i) = (rows[row].as_bytes(), 0);
        words += 1;
        while i < bytes.len() {
            words += (bytes[i] == b' ') as usize;
            i += 1;
        }
        row += 1;
    }
    words
}

impl<const N: usize> Table<N> {
    /// Reads rows of words parted by single spaces.
    pub(super) const fn new(rows: &'static [&'static str]) -> Self {
        let mut entries = [(0, 0); N];
        let (mut filled, mut row) = (0, 0);
        while row < rows.len() {
            let mut rest = rows[row];
            loop {
                let bytes = rest.as_bytes();
                let mut end = 0;
                while end < bytes.len() && bytes[end] != b' ' {
                    end += 1;
                }
                let (word, after) = rest.split_at(end);
                let key = key(word);
                assert!(key != 0, "a spelling that has no key");
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the tables have hundreds of rows"
                )]
                let number = row as u16;
                entries[filled] = (key, number);
                filled += 1;
                if after.is_empty() {
                    break;
                }
                rest = after.split_at(1).1;
            }
            row += 1;
        }
        assert!(filled == N, "rows are words parted by single spaces");
        Self {
            entries: sort(entries),
            rows,
        }
    }

    /// The rows a spelling stands in, by its [`key`].
    pub(super) fn rows(&self, key: u64) -> Rows {
        let start = self.entries.partition_point(|e| e.0 < key);
        let len = self.entries[start..]
            .iter()
            .take_while(|e| e.0 == key && key != 0)
            .count();
        // A table has far fewer entries than 65536: its row numbers are u16 and its rows hold few words.
        Rows {
            start: u16::try_from(start).unwrap_or(0),
            len: u16::try_from(len).unwrap_or(0),
        }
    }

    /// Whether two spellings share a row.
    pub(super) fn meet(&self, a: Rows, b: Rows) -> bool {
        // Most names stand in no row; the short way out is what this costs.
        !a.is_empty()
            && !b.is_empty()
            && self
                .of(a)
                .iter()
                .any(|x| self.of(b).iter().any(|y| x.1 == y.1))
    }

    /// Every spelling of some rows.
    pub(super) fn spellings(&self, rows: Rows) -> impl Iterator<Item = &'static str> {
        let texts = self.of(rows).iter();
        texts
            .filter_map(|&(_, row)| self.rows.get(usize::from(row)))
            .flat_map(|text| text.split(' '))
    }

    fn of(&self, rows: Rows) -> &[(u64, u16)] {
        let start = usize::from(rows.start);
        self.entries
            .get(start..start + usize::from(rows.len))
            .unwrap_or(&[])
    }
}

/// Heap sort, since a constant may not call the library's. Total over (key, row), so the order is one.
const fn sort<const N: usize>(mut entries: [(u64, u16); N]) -> [(u64, u16); N] {
    let (mut heap, mut end) = (N / 2, N);
    while end > 1 {
        if heap > 0 {
            heap -= 1;
        } else {
            end -= 1;
            (entries[0], entries[end]) = (entries[end], entries[0]);
        }
        let mut root = heap;
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                break;
            }
            if child + 1 < end && less(entries[child], entries[child + 1]) {
                child += 1;
            }
            if !less(entries[root], entries[child]) {
                break;
            }
            (entries[root], entries[child]) = (entries[child], entries[root]);
            root = child;
        }
    }
    entries
}

const fn less(a: (u64, u16), b: (u64, u16)) -> bool {
    a.0 < b.0 || a.0 == b.0 && a.1 < b.1
}
