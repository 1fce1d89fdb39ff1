//! Tables of spellings that mean the same name. The compiler sorts them, so a native program builds nothing when it starts.

/// A table of rows of spellings. Two spellings mean the same name if they share a row.
pub(in crate::name) struct SynonymTable<const N: usize> {
    /// The key of each spelling with the number of its row, sorted.
    entries: [(u64, u16); N],
    rows: &'static [&'static str],
}

/// The rows that contain one spelling, as a range of a table's entries. Empty for most tokens.
#[derive(Clone, Copy, Default)]
pub(in crate::name) struct SynonymRows {
    start: u16,
    len: u16,
}

impl SynonymRows {
    pub(in crate::name) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The most letters of a spelling. A letter takes five bits of a key.
const MAX_LETTERS: usize = 12;

/// Returns a spelling as one number, so that a lookup compares numbers only.
///
/// A key holds up to twelve letters from a to z, or up to three characters of another script (a family name in Han or
/// Hangul). Every other text has the key zero.
pub(in crate::name) const fn spelling_key(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut letters, mut i) = (0_u64, 0);
    while i < bytes.len() {
        if bytes.len() > MAX_LETTERS || !bytes[i].is_ascii_lowercase() {
            return three_byte_key(bytes);
        }
        letters = letters << 5 | (bytes[i] - b'a' + 1) as u64;
        i += 1;
    }
    letters
}

/// Returns the key of a text of three-byte characters. All of Hangul and the Han of names are three-byte characters.
const fn three_byte_key(bytes: &[u8]) -> u64 {
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

/// Returns the number of spellings in rows of words separated by single spaces.
pub(in crate::name) const fn count_spellings(rows: &[&str]) -> usize {
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

impl<const N: usize> SynonymTable<N> {
    /// Reads rows of words separated by single spaces.
    pub(in crate::name) const fn new(rows: &'static [&'static str]) -> Self {
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
                let key = spelling_key(word);
                assert!(key != 0, "a spelling has no key");
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
        assert!(filled == N, "rows are words separated by single spaces");
        Self {
            entries: sorted(entries),
            rows,
        }
    }

    /// Returns the rows that contain the spelling with this [`spelling_key`].
    pub(in crate::name) fn rows_of(&self, key: u64) -> SynonymRows {
        let start = self.entries.partition_point(|e| e.0 < key);
        let len = self.entries[start..]
            .iter()
            .take_while(|e| e.0 == key && key != 0)
            .count();
        // Both numbers fit, because a table has far fewer than 65,536 entries.
        SynonymRows {
            start: u16::try_from(start).unwrap_or(0),
            len: u16::try_from(len).unwrap_or(0),
        }
    }

    /// Whether two spellings share a row.
    pub(in crate::name) fn shares_row(&self, a: SynonymRows, b: SynonymRows) -> bool {
        // Most names are in no row, so the empty case decides how fast this is.
        !a.is_empty()
            && !b.is_empty()
            && self
                .entries_of(a)
                .iter()
                .any(|x| self.entries_of(b).iter().any(|y| x.1 == y.1))
    }

    /// Returns every spelling in some rows.
    pub(in crate::name) fn spellings(
        &self,
        rows: SynonymRows,
    ) -> impl Iterator<Item = &'static str> {
        let texts = self.entries_of(rows).iter();
        texts
            .filter_map(|&(_, row)| self.rows.get(usize::from(row)))
            .flat_map(|text| text.split(' '))
    }

    fn entries_of(&self, rows: SynonymRows) -> &[(u64, u16)] {
        let start = usize::from(rows.start);
        self.entries
            .get(start..start + usize::from(rows.len))
            .unwrap_or(&[])
    }
}

/// Sorts by key, then by row, with a heap sort. A constant cannot call the standard library's sort.
const fn sorted<const N: usize>(mut entries: [(u64, u16); N]) -> [(u64, u16); N] {
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
            if child + 1 < end && is_less(entries[child], entries[child + 1]) {
                child += 1;
            }
            if !is_less(entries[root], entries[child]) {
                break;
            }
            (entries[root], entries[child]) = (entries[child], entries[root]);
            root = child;
        }
    }
    entries
}

const fn is_less(a: (u64, u16), b: (u64, u16)) -> bool {
    a.0 < b.0 || a.0 == b.0 && a.1 < b.1
}
