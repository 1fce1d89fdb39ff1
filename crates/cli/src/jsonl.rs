//! JSON lines from standard input to standard output. Every line is answered, in order.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use contact_resolution::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::terminal::{finish, write_json};

/// The number of bytes that are read at once.
const BUFFER: usize = 1 << 20;

/// The maximum number of lines that are answered together.
const BATCH: usize = 1 << 14;

/// Answers every line of standard input. A line that cannot be answered gets an error line, and the others go on.
pub(crate) fn answer<T: Serialize>(
    mut answer: impl FnMut(&[u8]) -> Result<T, Value>,
) -> io::Result<ExitCode> {
    answer_batches(|lines| lines.iter().map(|line| answer(line)).collect())
}

/// Answers every line of standard input, several at a time. A batch has the lines that have already arrived, so that no
/// line waits for the next one.
pub(crate) fn answer_batches<T: Serialize>(
    mut answer: impl FnMut(&[Vec<u8>]) -> Vec<Result<T, Value>>,
) -> io::Result<ExitCode> {
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    loop {
        let lines = read_batch(&mut input)?;
        if lines.is_empty() {
            return finish(output.flush(), ExitCode::SUCCESS);
        }
        let mut answers = answer(&lines).into_iter();
        let written = answers.try_for_each(|answer| match answer {
            Ok(answer) => write_json(&mut output, &answer),
            Err(error) => write_json(&mut output, &error),
        });
        // The client may wait for this answer before it sends the next line.
        let written = written.and_then(|()| {
            if input.buffer().is_empty() {
                output.flush()
            } else {
                Ok(())
            }
        });
        if written.is_err() {
            return finish(written, ExitCode::SUCCESS);
        }
    }
}

/// Reads the next line, and the complete lines that are buffered behind it. Returns no lines at the end.
fn read_batch<R: Read>(input: &mut BufReader<R>) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    while lines.is_empty() || lines.len() < BATCH && input.buffer().contains(&b'\n') {
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
pub(crate) fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, Value> {
    let first = line.trim_ascii_start().first();
    if first.is_some_and(|first| *first != b'{') {
        return Err(invalid(&"no JSON object"));
    }
    wire::read(line).map_err(|error| invalid(&error))
}

/// Returns an error line.
pub(crate) fn error(code: &str, message: &impl ToString) -> Value {
    json!({"error": {"code": code, "message": message.to_string()}})
}

/// Returns the error line for a line that is not a valid request.
pub(crate) fn invalid(message: &impl ToString) -> Value {
    error("invalid_request", message)
}
