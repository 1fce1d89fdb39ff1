//! The checksums of rows. They are SipHash-1-3 with fixed keys, so a file can be moved to any machine.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// A checksum over the columns of one row.
pub(crate) struct Checksum(SipHasher13);

impl Checksum {
    /// Begins with the name of the table, so that no row is read as a row of another table.
    pub(crate) fn of(table: &str) -> Self {
        Checksum(SipHasher13::new()).text(table)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        // The length separates this text from the next one.
        let length = text.len() as u64;
        self.0.write(&length.to_le_bytes());
        self.0.write(text.as_bytes());
        self
    }

    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.write(&number.to_le_bytes());
        self
    }

    pub(crate) fn finish(self) -> i64 {
        self.0.finish().cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn checksum_depends_on_every_column_and_is_the_same_on_every_machine() {
        let checksum = Checksum::of("person").text("irc").number(7).finish();
        assert_eq!(checksum, 6_625_254_028_911_279_707);
        let others = [
            Checksum::of("person").text("irc").number(8).finish(),
            Checksum::of("person").text("ircx").number(7).finish(),
            Checksum::of("personi").text("rc").number(7).finish(),
        ];
        assert!(!others.contains(&checksum));
    }
}
