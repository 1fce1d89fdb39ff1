//! The number of instructions for inputs that grow, at three sizes each: one, two and four times as large.
//!
//! `cargo bench --bench growth` prints a table, and fails if a count grows faster than its input. A text after `--` selects
//! cases by name. Each count is one run under Callgrind, and only the measured function counts.

use std::process::{Command, ExitCode, Stdio};
use std::thread;

#[path = "../../tests/support/growing/mod.rs"]
mod growing;

use growing::{cases, measured};

/// How many times as large the inputs are.
const SIZES: [usize; 3] = [1, 2, 4];

/// The most that a count may grow for an input of twice the size. Sorting and memory that is moved add a little to a
/// factor of two, and a quadratic step makes it four.
const LIMIT: f64 = 2.6;

fn main() -> ExitCode {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(run), Some(name), Some(size)) if run == "run" => run_case(&name, &size),
        (filter, ..) => compare(filter.as_deref().unwrap_or_default()),
    }
}

/// Does the work of one case, in a process that Callgrind watches.
fn run_case(name: &str, size: &str) -> ExitCode {
    let case = cases().find(|case| case.name == name);
    let (Some(case), Ok(size)) = (case, size.parse()) else {
        return ExitCode::FAILURE;
    };
    let work = (case.prepare)(size);
    ExitCode::from(u8::from(measured(work) == 0))
}

fn compare(filter: &str) -> ExitCode {
    println!("| input | size | instructions | ×2 | ×4 |\n|---|---|---|---|---|");
    let mut failed = Vec::new();
    for case in cases().filter(|case| case.name.contains(filter)) {
        let counts = thread::scope(|scope| {
            let counts =
                SIZES.map(|times| scope.spawn(move || count(case.name, case.size * times)));
            counts.map(|count| count.join().unwrap_or_default())
        });
        let [one, two, four] = counts.map(|count| count.unwrap_or_default());
        #[expect(clippy::cast_precision_loss, reason = "a ratio with two digits")]
        let ratio = |more: u64, less: u64| more as f64 / less.max(1) as f64;
        let (doubled, again) = (ratio(two, one), ratio(four, two));
        println!(
            "| {} | {} | {one} | {doubled:.2} | {again:.2} |",
            case.name, case.size
        );
        if one == 0 || doubled > LIMIT || again > LIMIT {
            failed.push(case.name);
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("these counts grow faster than the input, or were not taken: {failed:#?}");
    ExitCode::FAILURE
}

/// Returns the number of instructions in the measured function.
fn count(name: &str, size: usize) -> Option<u64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*measured*",
        ])
        .arg(std::env::current_exe().ok()?)
        .args(["run", name, &size.to_string()])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let (_, counted) = report.split_once("Collected :")?;
    let is_complete = output.status.success();
    counted
        .split_whitespace()
        .next()?
        .parse()
        .ok()
        .filter(|_| is_complete)
}
