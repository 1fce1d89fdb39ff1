//! What is printed, where the reader may have left or the disk may be full.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
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
    let _ = writeln!(io::stderr(), "contact-resolution: {error}");
}
