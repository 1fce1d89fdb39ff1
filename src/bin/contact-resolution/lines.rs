//! Lines in, lines out: every line is answered, in order, as soon as it is read.

use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use contact_resolution::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Answers every line of standard input on standard output. A line that can't be answered is an error line, and the
/// rest go on.
pub(crate) fn answer<T: Serialize>(
    mut answer: impl FnMut(&[u8]) -> Result<T, Value>,
) -> io::Result<ExitCode> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let written = match answer(text) {
            Ok(answer) => write_line(&mut output, &answer),
            Err(error) => write_line(&mut output, &error),
        };
        // Whoever waits for an answer before asking on gets it now.
        let told = written.and_then(|()| {
            if input.buffer().is_empty() {
                output.flush()
            } else {
                Ok(())
            }
        });
        if let Err(error) = told {
            return closed(error);
        }
        line.clear();
    }
    output
        .flush()
        .map_or_else(closed, |()| Ok(ExitCode::SUCCESS))
}

/// Reads a line that is an object.
pub(crate) fn read<'de, T: Deserialize<'de>>(line: &'de [u8]) -> Result<T, Value> {
    if line
        .trim_ascii_start()
        .first()
        .is_some_and(|first| *first != b'{')
    {
        return Err(invalid(&"no JSON object"));
    }
    wire::read(line).map_err(|error| invalid(&error))
}

fn write_line(output: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, answer)?;
    output.write_all(b"\n")
}

/// A reader that has seen enough is no error.
fn closed(error: io::Error) -> io::Result<ExitCode> {
    if error.kind() == ErrorKind::BrokenPipe {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(error)
    }
}

/// An error line.
pub(crate) fn error(code: &str, message: &impl ToString) -> Value {
    json!({"error": {"code": code, "message": message.to_string()}})
}

/// The error line of a line that is no valid request.
pub(crate) fn invalid(message: &impl ToString) -> Value {
    error("invalid_request", message)
}
