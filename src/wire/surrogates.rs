//! Escapes of half a character in JSON texts, such as `\ud83d`.
//!
//! The grammar of JSON has them (RFC 8259 §8.2). A server may write one for a name that was cut inside an emoji.
//! `serde_json` refuses the whole text. Here such an escape is read as U+FFFD, the replacement character.

use std::io::{self, ErrorKind, Read};

const REPLACEMENT: &[u8; ESCAPE] = br"\ufffd";

/// The bytes of an escape.
const ESCAPE: usize = 6;

/// The bytes of two escapes, which may be one character.
const PAIR: usize = 2 * ESCAPE;

/// The bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// Returns the text with replaced escapes. No byte moves, so positions in it are those of the original.
pub(super) fn replaced(json: &[u8]) -> Vec<u8> {
    let mut json = json.to_vec();
    replace(&mut json, true);
    json
}

/// Replaces each escape of a lone surrogate. Returns how many bytes are final. Unless the text ends here, an escape at
/// its end may be the first half of a character.
fn replace(json: &mut [u8], is_end: bool) -> usize {
    let mut at = 0;
    // Only a backslash begins an escape, and only strings have backslashes.
    while let Some(found) = json[at..].iter().position(|byte| *byte == b'\\') {
        at += found;
        let rest = &mut json[at..];
        if rest.len() < PAIR && !is_end {
            return at;
        }
        let second = rest.get(ESCAPE..).and_then(Surrogate::escaped);
        at += match (Surrogate::escaped(rest), second) {
            (Some(Surrogate::First), Some(Surrogate::Second)) => PAIR,
            (Some(_), _) => {
                rest[..ESCAPE].copy_from_slice(REPLACEMENT);
                ESCAPE
            }
            (None, _) => rest.len().min(2),
        };
    }
    json.len()
}

/// A half of a character in UTF-16.
enum Surrogate {
    First,
    Second,
}

impl Surrogate {
    /// Reads the escape at the beginning of a text.
    fn escaped(json: &[u8]) -> Option<Self> {
        let (d, digits) = json.strip_prefix(br"\u")?.get(..4)?.split_first()?;
        if !d.eq_ignore_ascii_case(&b'd') || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        match digits.first()?.to_ascii_lowercase() {
            b'8' | b'9' | b'a' | b'b' => Some(Surrogate::First),
            b'c'..=b'f' => Some(Surrogate::Second),
            _ => None,
        }
    }
}

/// A reader that replaces the escapes in a JSON text.
pub(super) struct Replacing<R> {
    json: R,
    buffer: Vec<u8>,
    /// The bytes of the buffer that were given away.
    taken: usize,
    /// The bytes of the buffer that are final.
    ready: usize,
    is_end: bool,
}

impl<R> Replacing<R> {
    pub(super) fn new(json: R) -> Self {
        Replacing {
            json,
            buffer: Vec::new(),
            taken: 0,
            ready: 0,
            is_end: false,
        }
    }
}

impl<R: Read> Replacing<R> {
    /// Reads more of the text.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.ready);
        (self.taken, self.ready) = (0, 0);
        let kept = self.buffer.len();
        self.buffer.resize(kept + CHUNK, 0);
        let read = loop {
            match self.json.read(&mut self.buffer[kept..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = read.as_ref().copied().unwrap_or_default();
        self.buffer.truncate(kept + count);
        read?;
        self.is_end = count == 0;
        self.ready = replace(&mut self.buffer, self.is_end);
        Ok(())
    }
}

impl<R: Read> Read for Replacing<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready && !self.is_end {
            self.fill()?;
        }
        let mut ready = &self.buffer[self.taken..self.ready];
        let count = ready.read(to)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(to.len());
            self.0.read(&mut to[..count])
        }
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        for (json, expected) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""a \uD83D b""#, r#""a \ufffd b""#),
            (r#""\ude00""#, r#""\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\n\ude00""#, r#""\ufffd\n\ufffd""#),
            (r#""\ud83dx\ude00""#, r#""\ufffdx\ufffd""#),
            // No escapes of lone surrogates.
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\\ud83d\"""#, r#""\\\\ud83d\"""#),
            (r#""\u00e9\ud7ff\ue000""#, r#""\u00e9\ud7ff\ue000""#),
            (r#""\ud83""#, r#""\ud83""#),
            (r#""\ud8+1""#, r#""\ud8+1""#),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(replaced(json.as_bytes()), expected.as_bytes(), "{json}");
            for size in 1..=json.len() {
                let mut read = String::new();
                let slow = Slow(json.as_bytes(), size);
                Replacing::new(slow).read_to_string(&mut read).unwrap();
                assert_eq!(read, expected, "{json} by {size}");
            }
        }
    }
}
