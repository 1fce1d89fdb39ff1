//! Times of the wire.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// An instant in time, read from ISO 8601 text. Times with different offsets are compared as instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    /// Nanoseconds after that second.
    #[serde(default)]
    nanos: u32,
}

impl Timestamp {
    /// Parses a text such as `2026-05-05T20:12:30.969Z`: a date, a time, an optional fraction and an offset. A time without
    /// an offset is in UTC.
    ///
    /// ```
    /// use contact_resolution::Timestamp;
    ///
    /// let noon = Timestamp::parse("2026-01-01T12:00:00Z");
    /// assert_eq!(Timestamp::parse("2026-01-01T13:00:00.000+01:00"), noon);
    /// assert!(Timestamp::parse("2026-01-01T12:00:00.5Z") > noon);
    /// assert_eq!(Timestamp::parse("yesterday"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().as_bytes();
        let year = i64::from(digits(&mut rest, 4)?);
        separator(&mut rest, b"-")?;
        let month = digits(&mut rest, 2).filter(|m| (1..=12).contains(m))?;
        separator(&mut rest, b"-")?;
        let day = digits(&mut rest, 2).filter(|d| (1..=31).contains(d))?;
        separator(&mut rest, b"Tt ")?;
        let hour = digits(&mut rest, 2).filter(|h| *h < 24)?;
        separator(&mut rest, b":")?;
        let minute = digits(&mut rest, 2).filter(|m| *m < 60)?;
        // A leap second is written as 60.
        let second = match separator(&mut rest, b":") {
            Some(_) => digits(&mut rest, 2).filter(|s| *s <= 60)?,
            None => 0,
        };
        let nanos = match separator(&mut rest, b".,") {
            Some(_) => fraction(&mut rest)?,
            None => 0,
        };
        let offset = match separator(&mut rest, b"Zz+-") {
            Some(sign @ (b'+' | b'-')) => {
                let hours = digits(&mut rest, 2).filter(|h| *h < 24)?;
                let minutes = match (separator(&mut rest, b":"), rest.is_empty()) {
                    (None, true) => 0,
                    _ => digits(&mut rest, 2).filter(|m| *m < 60)?,
                };
                let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
                if sign == b'+' { seconds } else { -seconds }
            }
            _ => 0,
        };
        let time = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let days = days_since_1970(year, month, day);
        let exists = date(days) == (year, i64::from(month), i64::from(day));
        let seconds = days * 86_400 + time - offset;
        (exists && rest.is_empty()).then_some(Timestamp { seconds, nanos })
    }

    pub(crate) fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let (seconds, nanos) = bytes.split_at_mut(8);
        seconds.copy_from_slice(&self.seconds.to_le_bytes());
        nanos.copy_from_slice(&self.nanos.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: [u8; 12]) -> Self {
        let [seconds @ .., a, b, c, d] = bytes;
        Timestamp {
            seconds: i64::from_le_bytes(seconds),
            nanos: u32::from_le_bytes([a, b, c, d]),
        }
    }
}

/// The exact time as text, which is shorter and faster to read than ISO 8601.
impl Timestamp {
    /// Returns the seconds, a dot and the nanoseconds.
    pub(crate) fn to_compact(self) -> String {
        format!("{}.{}", self.seconds, self.nanos)
    }

    /// Reads a text of [`to_compact`](Self::to_compact).
    pub(crate) fn from_compact(text: &str) -> Option<Self> {
        let (seconds, nanos) = text.split_once('.')?;
        Some(Timestamp {
            seconds: seconds.parse().ok()?,
            nanos: nanos.parse().ok()?,
        })
    }
}

impl From<SystemTime> for Timestamp {
    /// Converts a system time. A time before 1970 loses its fraction of a second.
    fn from(time: SystemTime) -> Self {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => Timestamp {
                seconds: seconds(since),
                nanos: since.subsec_nanos(),
            },
            Err(before) => Timestamp {
                seconds: -seconds(before.duration()),
                nanos: 0,
            },
        }
    }
}

/// Writes `2026-05-05T20:12:30.969Z`, with milliseconds and in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.seconds.div_euclid(86_400));
        let time = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let millis = self.nanos / 1_000_000;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

fn digits(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    number.iter().try_fold(0, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0'))
    })
}

fn separator(rest: &mut &[u8], any_of: &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    any_of.contains(first).then(|| {
        *rest = after;
        *first
    })
}

fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    let nine = number.iter().chain(std::iter::repeat(&b'0')).take(9);
    (count > 0).then(|| nine.fold(0, |sum, b| sum * 10 + u32::from(b - b'0')))
}

/// Returns the days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day
/// is the last day of a year.
fn days_since_1970(year: i64, month: u32, day: u32) -> i64 {
    let month = i64::from(month);
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + day_of_year - 719_468
}

/// Returns the year, month and day, which are the inverse of [`days_since_1970`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Counted from March.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year_of_era + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Timestamp;

    #[test]
    fn printed_time_is_read_back() {
        for text in [
            "1969-12-31T23:59:59.000Z",
            "1970-01-01T00:00:00.000Z",
            "2000-02-29T12:30:59.999Z",
            "2000-03-01T00:00:00.000Z",
            "2026-11-22T09:46:00.120Z",
            "2100-12-31T23:59:59.001Z",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
        }
        for days in -200_000..200_000_i64 {
            let (year, month, day) = super::date(days);
            let (month, day) = (month.try_into().unwrap(), day.try_into().unwrap());
            assert_eq!(super::days_since_1970(year, month, day), days);
        }
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(951_782_400_500);
        assert_eq!(
            Timestamp::from(time).to_string(),
            "2000-02-29T00:00:00.500Z"
        );
    }

    #[test]
    fn days_count_as_the_calendar_does() {
        let seconds = |text| Timestamp::parse(text).map(|t| t.seconds);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), Some(-1));
        assert_eq!(seconds("2000-02-29T00:00:00Z"), Some(951_782_400));
        assert_eq!(seconds("2026-11-22T09:46:00+00:00"), Some(1_795_340_760));
        assert_eq!(seconds("2026-11-22 09:46"), Some(1_795_340_760));
        assert_eq!(
            seconds("2026-11-22T09:46:00-0530"),
            Some(1_795_340_760 + 19_800)
        );
    }

    #[test]
    fn text_without_a_time_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00Zz",
            "2026-01-01T00:00:00.Z",
            "２０２６-01-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T00:00:00+05:xx",
            "2026-01-01T00:00:00+05:",
            "2026-01-01T00:00:00+05:60",
            "2026-01-01T00:00:00+24:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
