//! Output to a terminal, a pipe or a file.
//!
//! Names and other texts from outside are printed so that a terminal only shows them. They cannot move the cursor, print a
//! line that looks like output of this program, or reverse the order of the text around them.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::ser::{Formatter as JsonFormatter, Serializer};

/// Prints a text, and returns the exit code of the command.
pub(crate) fn print(text: impl Display, exit_code: ExitCode) -> io::Result<ExitCode> {
    let mut output = io::stdout().lock();
    let printed = write!(output, "{text}").and_then(|()| output.flush());
    finish(printed, exit_code)
}

/// Prints a line of JSON, and returns the exit code of the command.
pub(crate) fn print_json(value: &impl Serialize, exit_code: ExitCode) -> io::Result<ExitCode> {
    let mut output = io::stdout().lock();
    let printed = write_json(&mut output, value).and_then(|()| output.flush());
    finish(printed, exit_code)
}

/// Returns the exit code of a command that has printed. A reader that has closed the pipe is not an error.
pub(crate) fn finish(printed: io::Result<()>, exit_code: ExitCode) -> io::Result<ExitCode> {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(io::Error::new(
            error.kind(),
            format!("standard output: {error}"),
        )),
        _ => Ok(exit_code),
    }
}

/// Prints an error to standard error. If that fails, nothing more can be done.
pub(crate) fn print_error(error: impl Display) {
    let _ = writeln!(io::stderr(), "contact-resolution: {}", Escaped(error));
}

/// Prints a note to standard error.
pub(crate) fn print_note(text: &str) {
    print_error(format_args!("note: {text}"));
}

/// Returns whether a terminal acts on a character, or shows the text around it in another order.
///
/// These are control characters, line separators, and the marks, overrides and isolates of the bidirectional algorithm
/// (UAX #9).
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text with its unsafe characters escaped.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(EscapingWriter(f), "{}", self.0)
    }
}

struct EscapingWriter<'a, 'b>(&'a mut Formatter<'b>);

impl fmt::Write for EscapingWriter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            if is_unsafe(character) {
                write!(self.0, "{}", character.escape_default())
            } else {
                self.0.write_char(character)
            }
        })
    }
}

/// Writes a line of JSON with the unsafe characters of its texts escaped.
pub(crate) fn write_json(output: &mut impl io::Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *output, SafeJson))?;
    output.write_all(b"\n")
}

/// Returns JSON on several lines with the unsafe characters of its texts escaped, for a file that people read.
pub(crate) fn readable_json(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string_pretty(value)?;
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        // The line feeds are between the texts.
        if is_unsafe(character) && character != '\n' {
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    Ok(text)
}

/// Escapes the unsafe characters that JSON permits in texts.
struct SafeJson;

impl JsonFormatter for SafeJson {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
        while let Some(at) = fragment.find(is_unsafe) {
            let (safe, rest) = fragment.split_at(at);
            writer.write_all(safe.as_bytes())?;
            let mut characters = rest.chars();
            if let Some(character) = characters.next() {
                // All unsafe characters have one code unit.
                write!(writer, "\\u{:04x}", u32::from(character))?;
            }
            fragment = characters.as_str();
        }
        writer.write_all(fragment.as_bytes())
    }
}
