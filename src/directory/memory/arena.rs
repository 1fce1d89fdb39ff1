//! The memory of the records, one after another: four bytes of length, then the record.
//!
//! A removed record keeps its place until half of the bytes are of removed records. Then the rest is moved together.

/// The number of bytes before a record. They are its length, and in the highest bit whether it was removed.
const HEAD: usize = 4;
const DEAD: u32 = 1 << 31;

/// The number of dead bytes below which nothing is moved.
const FEW: usize = 1 << 10;

#[derive(Clone)]
pub(super) struct Arena {
    bytes: Vec<u8>,
    /// How many of the bytes are of removed records.
    dead: usize,
    /// The most bytes, so that 32 bits can name each place.
    limit: usize,
}

impl Arena {
    pub(super) fn new() -> Self {
        Arena {
            bytes: Vec::new(),
            dead: 0,
            limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
        }
    }

    #[cfg(test)]
    pub(super) fn with_limit(limit: usize) -> Self {
        Arena {
            limit,
            ..Arena::new()
        }
    }

    /// Adds a record and returns its place. Returns `None` if there is no room.
    pub(super) fn push(&mut self, record: &[u8]) -> Option<u32> {
        let at = u32::try_from(self.bytes.len()).ok()?;
        let length = u32::try_from(record.len())
            .ok()
            .filter(|len| len & DEAD == 0)?;
        let end = self.bytes.len().checked_add(HEAD + record.len())?;
        if end > self.limit {
            return None;
        }
        // Doubling would leave up to half of the memory unused.
        if end > self.bytes.capacity() {
            let more = (self.bytes.len() / 4).max(HEAD + record.len());
            self.bytes.reserve_exact(more);
        }
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(record);
        Some(at)
    }

    /// Returns the number of bytes of all records.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the number of bytes that the record at a place takes.
    pub(super) fn len_of(&self, at: u32) -> usize {
        HEAD + (self.head(at) & !DEAD) as usize
    }

    /// Makes room for records of so many bytes in all.
    pub(super) fn reserve(&mut self, all: usize) {
        let more = all.min(self.limit).saturating_sub(self.bytes.len());
        self.bytes.reserve_exact(more);
    }

    /// Returns the record at a place.
    pub(super) fn get(&self, at: u32) -> &[u8] {
        let start = at as usize + HEAD;
        let length = (self.head(at) & !DEAD) as usize;
        self.bytes.get(start..start + length).unwrap_or_default()
    }

    /// Removes a record.
    pub(super) fn remove(&mut self, at: u32) {
        let head = self.head(at);
        self.dead += HEAD + (head & !DEAD) as usize;
        write_head(&mut self.bytes, at as usize, head | DEAD);
    }

    /// Returns every record with its place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut at = 0;
        let all = std::iter::from_fn(move || {
            let place = u32::try_from(at).ok()?;
            let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
            at += HEAD + (read_head(rest) & !DEAD) as usize;
            Some(place)
        });
        let live = all.filter(|at| self.head(*at) & DEAD == 0);
        live.map(|at| (at, self.get(at)))
    }

    pub(super) fn is_mostly_dead(&self) -> bool {
        self.dead > FEW && self.dead > self.bytes.len() / 2
    }

    /// Moves the records together. Returns the new place of each.
    pub(super) fn compact(&mut self) -> Moved {
        let live = self.bytes.len() - self.dead;
        let mut old = std::mem::replace(&mut self.bytes, Vec::with_capacity(live + live / 4));
        self.dead = 0;
        let mut at = 0;
        while let Some(rest) = old.get(at..).filter(|rest| !rest.is_empty()) {
            let head = read_head(rest);
            let end = at + HEAD + (head & !DEAD) as usize;
            if head & DEAD == 0 {
                let now = self.bytes.len();
                self.bytes.extend(old.get(at..end).unwrap_or_default());
                // The old record is not read again, so its new place is written over its length.
                write_head(&mut old, at, u32::try_from(now).unwrap_or(u32::MAX));
            }
            at = end;
        }
        Moved(old)
    }

    /// Frees unused memory, if it is worth a copy of the rest.
    pub(super) fn shrink(&mut self) {
        let unused = self.bytes.capacity() - self.bytes.len();
        if unused > self.bytes.len() / 8 {
            self.bytes.shrink_to_fit();
        }
    }

    fn head(&self, at: u32) -> u32 {
        read_head(self.bytes.get(at as usize..).unwrap_or_default())
    }
}

/// The new places of moved records.
pub(super) struct Moved(Vec<u8>);

impl Moved {
    pub(super) fn place(&self, before: u32) -> u32 {
        read_head(self.0.get(before as usize..).unwrap_or_default())
    }
}

fn read_head(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |head| u32::from_le_bytes(*head))
}

fn write_head(bytes: &mut [u8], at: usize, head: u32) {
    if let Some(place) = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = head.to_le_bytes();
    }
}
