//! Guides a fuzzer to inputs that cost much, and fails if the cost grows faster than the input.
//!
//! The fuzzer keeps an input that reaches a new cost for each byte, as it keeps one that reaches new code.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

/// The costs that were reached. libFuzzer reads this section after each run.
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static REACHED: [AtomicU8; 64] = [const { AtomicU8::new(0) }; 64];

static HIGHEST: AtomicUsize = AtomicUsize::new(0);
static INPUTS: AtomicUsize = AtomicUsize::new(0);

/// The lengths of the two grown inputs. At the first, the cost of growing parts is more than all others.
const LENGTHS: [usize; 2] = [8 << 10, 64 << 10];

/// How many times more than in proportion the larger input may take. A quadratic step takes eight times more.
const TOLERANCE: u32 = 4;

/// Returns the time that this thread ran on a processor, so that other processes count little.
fn thread_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|time| time.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

fn time(run: &mut dyn FnMut()) -> Duration {
    let (clock, thread) = (Instant::now(), thread_time());
    run();
    let thread = thread_time().saturating_sub(thread);
    if thread.is_zero() {
        clock.elapsed()
    } else {
        thread
    }
}

/// Does the work of an input, which is given a length to grow to.
///
/// `work` returns the length that it reached. Inputs that cost most for each byte, and one in sixteen of the others, are grown
/// to two lengths, and must take time in proportion.
pub fn guide(mut work: impl FnMut(usize) -> usize) {
    let mut length = 0;
    let cost = time(&mut || length = work(0));
    // Half a bit is one step, so that noise seldom looks like a new cost.
    let for_each_byte = cost.as_nanos() as f64 / length.max(16) as f64;
    let bucket = ((for_each_byte.max(1.0).log2() * 2.0) as usize).min(REACHED.len() - 1);
    REACHED[bucket].store(1, Ordering::Relaxed);
    let highest = HIGHEST.fetch_max(bucket, Ordering::Relaxed);
    let turn = INPUTS.fetch_add(1, Ordering::Relaxed);
    if bucket < highest && turn % 16 != 0 {
        return;
    }
    let mut measure = |wanted: usize, runs: usize| {
        let mut length = 0;
        let times = (0..runs).map(|_| time(&mut || length = work(wanted)));
        (times.min().unwrap_or_default(), length)
    };
    let is_linear = |(small, short): (Duration, usize), (large, long): (Duration, usize)| {
        let factor = long.div_ceil(short.max(1));
        long < 2 * short
            || large < Duration::from_millis(2)
            || large < small * TOLERANCE * u32::try_from(factor).unwrap_or(u32::MAX)
    };
    if is_linear(measure(LENGTHS[0], 1), measure(LENGTHS[1], 1)) {
        return;
    }
    // Another process may have disturbed the first try.
    let (small, large) = (measure(LENGTHS[0], 5), measure(LENGTHS[1], 3));
    assert!(is_linear(small, large), "superlinear: {small:?} {large:?}");
}

/// Repeats the items of all outermost lists until the text has about this length.
///
/// In the copies, the texts of some members get a number. Which members depends on the input, so that copies share identifiers in
/// all ways.
pub fn grow(value: &Value, wanted: usize) -> Value {
    let text = value.to_string();
    let copies = (wanted / text.len().max(1)).max(1);
    let chosen = text.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    repeat(value, copies, chosen)
}

fn repeat(value: &Value, copies: usize, chosen: u32) -> Value {
    match value {
        Value::Array(items) => {
            let copy = |at: usize| items.iter().map(move |item| number(item, at, chosen, 0));
            Value::Array((0..copies).flat_map(copy).collect())
        }
        Value::Object(members) => {
            let members = members.iter();
            let repeated =
                members.map(|(name, value)| (name.clone(), repeat(value, copies, chosen)));
            Value::Object(repeated.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Adds a number to the texts of the chosen members.
fn number(value: &Value, at: usize, chosen: u32, member: u32) -> Value {
    match value {
        Value::String(text) if at > 0 && chosen >> (member % 32) & 1 == 1 => {
            format!("{text}{at}").into()
        }
        Value::Array(items) => items
            .iter()
            .map(|item| number(item, at, chosen, member))
            .collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let member = name.bytes().fold(7_u32, |sum, byte| {
                    sum.wrapping_mul(33).wrapping_add(byte.into())
                });
                (name.clone(), number(value, at, chosen, member))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
