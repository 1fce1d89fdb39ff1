//! A writer in its own process, killed at random moments.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use contact_resolution::{Account, ClaimKey, IdentifierKind, Key, Network, Person};

/// The number of people in a load, including the own user.
pub(crate) const LOADED: i64 = 301;

/// The next work of the writer.
pub(crate) enum Work<'a> {
    Store(&'a str),
    Claim(&'a ClaimKey),
    Record(&'a ClaimKey, &'a str),
    Load(&'a Account, Vec<Person>),
}

/// Starts the test that is the writer on a store and kills it, `KILLS` times in a row. After each kill, `check`
/// receives everything that writers have reported as done.
pub(crate) fn at_random_moments(writer: &str, store: &str, check: impl Fn(&[String])) {
    let kills: u64 = std::env::var("KILLS").map_or(10, |count| count.parse().expect("a count"));
    let mut done: Vec<String> = Vec::new();
    for kill in 0..kills {
        let mut process = Command::new(std::env::current_exe().expect("a test"))
            .args(["--exact", writer, "--ignored", "--nocapture"])
            .env("STORE", store)
            .env("WRITER", kill.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let output = process.stdout.take().expect("standard output");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        // The delay starts only after the first report, since otherwise the writer would mostly be killed before it
        // writes.
        let begun = lines.by_ref().find(|line| line.starts_with("done "));
        std::thread::sleep(Duration::from_micros(spread(kill) % 60_000));
        process.kill().expect("a kill");
        process.wait().expect("an end");
        let told = begun.into_iter().chain(lines);
        // The last line may be incomplete.
        let told =
            told.filter_map(|line| Some(line.strip_prefix("done ")?.strip_suffix('.')?.to_owned()));
        let before = done.len();
        done.extend(told);
        assert!(done.len() > before, "the writer wrote nothing");
        check(&done);
    }
}

/// Spreads a count over all numbers (`SplitMix64`), so that a failure can be repeated.
fn spread(count: u64) -> u64 {
    let mut z = count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Writes until it is killed, and reports what is done.
pub(crate) fn write(mut act: impl FnMut(Work<'_>)) {
    let writer = std::env::var("WRITER").expect("a number");
    let loaded = Account::new("loaded", Network::from_bridge_type("irc"), "me");
    let mut output = std::io::stdout();
    let mut tell = |what: &str, who: &str| {
        writeln!(output, "done {what} {who}.").expect("a line");
        output.flush().expect("a line");
    };
    for number in 0_u64.. {
        let id = format!("{writer}-{number}");
        act(Work::Store(&id));
        tell("stored", &id);
        let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, &id));
        act(Work::Claim(&claim_key));
        tell("claimed", &id);
        if number % 2 == 0 {
            act(Work::Record(&claim_key, &format!("!{id}")));
            tell("settled", &id);
        }
        if number % 5 == 0 {
            let people = (1..LOADED).map(|n| Person::new(format!("{n}")).with_name(id.as_str()));
            let own = Person::new("me").with_name(id.as_str());
            act(Work::Load(&loaded, people.chain([own]).collect()));
            tell("loaded", &id);
        }
    }
}
