//! The time for an input that grows, at two sizes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::growing::{Case, cases, measured};

/// How many times larger the second input is.
const FACTOR: usize = 8;

/// How many times more than in proportion the second input may take. A quadratic step takes eight times more.
const TOLERANCE: u32 = 4;

/// Returns the time that this thread ran on a processor, so that other processes count little. Linux has a file of it.
fn thread_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = stat.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Returns the shortest time of some runs on an input of this size.
fn time(case: &Case, size: usize) -> Duration {
    let run = |_| {
        let work = (case.prepare)(size);
        let (clock, thread) = (Instant::now(), thread_time());
        assert!(black_box(measured(work)) > 0, "{} failed", case.name);
        let elapsed = clock.elapsed();
        let ran = thread.and_then(|begun| thread_time()?.checked_sub(begun));
        ran.filter(|ran| !ran.is_zero()).unwrap_or(elapsed)
    };
    (0..2).map(run).min().unwrap_or_default()
}

/// Returns whether the time of a case grows in proportion to the input. A longer try follows, because other processes may
/// have disturbed the first one.
fn is_linear(case: &Case, size: usize) -> bool {
    let factor = TOLERANCE * u32::try_from(FACTOR).unwrap_or(1);
    [1, 2, 4].into_iter().any(|times| {
        let size = size * times;
        time(case, size * FACTOR) < time(case, size) * factor
    })
}

#[test]
fn larger_input_takes_time_in_proportion() {
    let failed: Vec<&str> = cases()
        .filter(|case| !is_linear(case, case.size / 4))
        .map(|case| case.name)
        .collect();
    assert!(failed.is_empty(), "these take too long: {failed:#?}");
}

/// The same with much larger inputs, for which no constant cost hides a step that is not linear.
#[test]
#[ignore = "takes minutes, and is for a build with optimizations"]
fn much_larger_input_takes_time_in_proportion() {
    for case in cases() {
        assert!(is_linear(case, case.size * FACTOR), "{}", case.name);
    }
}
