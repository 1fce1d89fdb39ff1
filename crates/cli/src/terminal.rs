//! Output to a terminal, a pipe or a file.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

/// Prints a text, and returns the exit code of the command.
pub(crate) fn print(text: impl Display, end: ExitCode) -> io::Result<ExitCode> {
    let mut output = io::stdout().lock();
    let printed = write!(output, "{text}").and_then(|()| output.flush());
    ended(printed, end)
}

/// Returns the exit code of a command that has printed. A reader that has closed the pipe is not an error.
pub(crate) fn ended(printed: io::Result<()>, end: ExitCode) -> io::Result<ExitCode> {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(io::Error::new(
            error.kind(),
            format!("standard output: {error}"),
        )),
        _ => Ok(end),
    }
}

/// Prints an error to standard error, if possible.
pub(crate) fn complain(error: &io::Error) {
    let _ = writeln!(io::stderr(), "contact-resolution: {}", Escaped(error));
}

/// A text from outside, with its control characters escaped. A name must not move the cursor, or print a line that
/// looks like output of this program.
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
