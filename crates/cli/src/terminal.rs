//! What is printed, where the reader may have left, the disk may be full, and a terminal obeys what it is told.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

/// Prints a text, and gives what the command ends with.
pub(crate) fn print(text: impl Display, end: ExitCode) -> io::Result<ExitCode> {
    let mut output = io::stdout().lock();
    let printed = write!(output, "{text}").and_then(|()| output.flush());
    ended(printed, end)
}

/// What a command ends with that has printed. A reader that has seen enough is no error.
pub(crate) fn ended(printed: io::Result<()>, end: ExitCode) -> io::Result<ExitCode> {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(io::Error::new(
            error.kind(),
            format!("standard output: {error}"),
        )),
        _ => Ok(end),
    }
}

/// Tells an error to whoever is there to hear it.
pub(crate) fn complain(error: &io::Error) {
    let _ = writeln!(io::stderr(), "contact-resolution: {}", Escaped(error));
}

/// A text of others on one line: its control characters are spelled, so that a name can't move the cursor or print a line
/// that looks like ours.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(Spelling(f), "{}", self.0)
    }
}

struct Spelling<'a, 'b>(&'a mut Formatter<'b>);

impl fmt::Write for Spelling<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            if character.is_control() {
                write!(self.0, "{}", character.escape_default())
            } else {
                self.0.write_char(character)
            }
        })
    }
}
