//! JSON lines from standard input to standard output. Every line is answered, in order.
//!
//! Lines that have already arrived are answered together. No line waits for the next one.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use contact_resolution::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::terminal::ended;

/// The number of bytes that are read at once, and the maximum number of lines that are answered together.
const READ: usize = 1 << 20;
const AT_ONCE: usize = 1 << 14;

/// Answers every line of standard input. A line that cannot be answered gets an error line, and the others go on.
pub(crate) fn answer<T: Serialize>(
    mut answer: impl FnMut(&[u8]) -> Result<T, Value>,
) -> io::Result<ExitCode> {
    answer_many(|lines| lines.iter().map(|line| answer(line)).collect())
}

/// Does the same as [`answer`], for several lines at a time, if that is faster.
pub(crate) fn answer_many<T: Serialize>(
    mut answer: impl FnMut(&[Vec<u8>]) -> Vec<Result<T, Value>>,
) -> io::Result<ExitCode> {
    let mut input = BufReader::with_capacity(READ, io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    loop {
        let lines = lines_there(&mut input)?;
        if lines.is_empty() {
            return ended(output.flush(), ExitCode::SUCCESS);
        }
        let mut answers = answer(&lines).into_iter();
        let written = answers.try_for_each(|answer| match answer {
            Ok(answer) => write_line(&mut output, &answer),
            Err(error) => write_line(&mut output, &error),
        });
        // The client may wait for this answer before it sends the next line.
        let told = written.and_then(|()| {
            if input.buffer().is_empty() {
                output.flush()
            } else {
                Ok(())
            }
        });
        if told.is_err() {
            return ended(told, ExitCode::SUCCESS);
        }
    }
}

/// Reads the next line, and the whole lines that are buffered behind it. Returns no lines at the end.
fn lines_there<R: Read>(input: &mut BufReader<R>) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    while lines.is_empty() || lines.len() < AT_ONCE && input.buffer().contains(&b'\n') {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        line.pop_if(|last| *last == b'\n');
        lines.push(line);
    }
    Ok(lines)
}

/// Parses a line that is a JSON object.
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

/// Returns an error line.
pub(crate) fn error(code: &str, message: &impl ToString) -> Value {
    json!({"error": {"code": code, "message": message.to_string()}})
}

/// Returns the error line for a line that is not a valid request.
pub(crate) fn invalid(message: &impl ToString) -> Value {
    error("invalid_request", message)
}
