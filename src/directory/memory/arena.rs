//! Where the records stand, one after another: four bytes of length, then the record. What was removed stays until it is
//! half of all, and then the rest moves together.

/// The bytes before a record: its length, and in the highest bit whether it was removed.
const HEAD: usize = 4;
const DEAD: u32 = 1 << 31;

/// So few dead bytes are not worth moving anything.
const FEW: usize = 1 << 10;

#[derive(Clone)]
pub(super) struct Arena {
    bytes: Vec<u8>,
    /// How many of them are of removed records.
    dead: usize,
    /// How many there may be, so that each has a place that can be told in 32 bits.
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

    /// Adds a record and tells its place, where there is room for it.
    pub(super) fn push(&mut self, record: &[u8]) -> Option<u32> {
        let at = u32::try_from(self.bytes.len()).ok()?;
        let length = u32::try_from(record.len())
            .ok()
            .filter(|len| len & DEAD == 0)?;
        let end = self.bytes.len().checked_add(HEAD + record.len())?;
        if end > self.limit {
            return None;
        }
        // Doubling would leave up to half of it unused.
        if end > self.bytes.capacity() {
            let more = (self.bytes.len() / 4).max(HEAD + record.len());
            self.bytes.reserve_exact(more);
        }
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(record);
        Some(at)
    }

    /// The record of a place.
    pub(super) fn get(&self, at: u32) -> &[u8] {
        let start = at as usize + HEAD;
        let length = (self.head(at) & !DEAD) as usize;
        self.bytes.get(start..start + length).unwrap_or_default()
    }

    /// Gives a record up.
    pub(super) fn remove(&mut self, at: u32) {
        let head = self.head(at);
        self.dead += HEAD + (head & !DEAD) as usize;
        write_head(&mut self.bytes, at as usize, head | DEAD);
    }

    /// Every record, with its place.
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

    /// Moves the records together, and tells where each went.
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
                // Nobody reads the old record any more, so its new place is written over its length.
                write_head(&mut old, at, u32::try_from(now).unwrap_or(u32::MAX));
            }
            at = end;
        }
        Moved(old)
    }

    /// Gives back the room beyond what is there.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    fn head(&self, at: u32) -> u32 {
        read_head(self.bytes.get(at as usize..).unwrap_or_default())
    }
}

/// Where records are now that were moved.
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
