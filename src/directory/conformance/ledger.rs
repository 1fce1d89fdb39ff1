//! The promises of a ledger.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::{Failure, Host, expect};
use crate::directory::{AsyncLedger, Claim, Intent, Settled};
use crate::identifier::Key;
use crate::network::Kind;

const CLAIMED_ONCE: &str = "an intent is the first claim's, and nobody else's";
const APART: &str = "another account, kind or text is another intent";
const NOTHING: &str = "an intent that came to nothing is forgotten";
const CHAT: &str = "a settled intent tells its chat to whoever claims it within the window";
const STALE: &str = "an intent that is not settled within the window is stale to one more claim";
const PAST: &str = "an intent settled longer ago than the window is as good as none";

const WINDOW: Duration = Duration::from_secs(2);
/// Longer than the window, whatever the clock's steps.
const LONGER: Duration = Duration::from_secs(3);

/// How many claim at once.
const CROWD: usize = 16;

pub(super) async fn check<H: Host>(host: &H) -> Result<(), Failure> {
    let ledger = host.ledger(WINDOW).await;
    claimed_once(&ledger).await?;
    apart(&ledger).await?;
    settled(&ledger).await?;
    with_time(host, &ledger).await
}

fn intent(value: &str) -> Intent {
    Intent::new("first", Key::new(Kind::Id, value))
}

async fn claim<L: AsyncLedger>(
    ledger: &L,
    intent: &Intent,
    promise: &'static str,
    expected: Claim,
) -> Result<(), Failure> {
    let claim = ledger.claim(intent).await;
    let claim = claim.map_err(|_| Failure::new(promise, "it could not be claimed"))?;
    expect(promise, claim == expected, || {
        format!("{claim:?} for {expected:?}")
    })
}

async fn settle<L: AsyncLedger>(
    ledger: &L,
    intent: &Intent,
    end: Settled,
    promise: &'static str,
) -> Result<(), Failure> {
    let settled = ledger.settle(intent, &end).await;
    settled.map_err(|_| Failure::new(promise, "it could not be settled"))
}

async fn claimed_once<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let alice = intent("alice");
    claim(ledger, &alice, CLAIMED_ONCE, Claim::Mine).await?;
    claim(ledger, &alice, CLAIMED_ONCE, Claim::Busy).await?;
    // Whoever asks for somebody at the same time.
    let crowded = intent("crowded");
    let claims = all((0..CROWD).map(|_| ledger.claim(&crowded))).await;
    let mine = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(Claim::Mine)));
    let busy = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(Claim::Busy)));
    let (mine, busy) = (mine.count(), busy.count());
    expect(CLAIMED_ONCE, (mine, busy) == (1, CROWD - 1), || {
        format!("of {CROWD} claims at once {mine} had it and {busy} were told so")
    })
}

async fn apart<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let long = "long-".repeat(2000);
    let others = [
        ("second", Kind::Id, "alice"),
        ("First", Kind::Id, "alice"),
        ("first", Kind::Handle, "alice"),
        ("first", Kind::Id, "Alice"),
        ("first", Kind::Id, "alice "),
        ("first", Kind::Id, "alic"),
        ("first", Kind::Id, "alice\0"),
        ("first", Kind::Id, &long),
        ("first", Kind::Id, &long[1..]),
    ];
    for (account, kind, value) in others {
        let other = Intent::new(account, Key::new(kind, value));
        claim(ledger, &other, APART, Claim::Mine).await?;
    }
    claim(ledger, &intent("alice"), APART, Claim::Busy).await
}

async fn settled<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let nobody = intent("came to nothing");
    claim(ledger, &nobody, NOTHING, Claim::Mine).await?;
    settle(ledger, &nobody, Settled::Nothing, NOTHING).await?;
    claim(ledger, &nobody, NOTHING, Claim::Mine).await?;

    let chat = "!Ωmega\0'\"%:chats";
    let made = intent("came to a chat");
    claim(ledger, &made, CHAT, Claim::Mine).await?;
    settle(ledger, &made, Settled::Chat(chat.into()), CHAT).await?;
    for _ in 0..2 {
        claim(ledger, &made, CHAT, Claim::Settled(chat.into())).await?;
    }
    claim(ledger, &nobody, CHAT, Claim::Busy).await
}

async fn with_time<H: Host>(host: &H, ledger: &H::Ledger) -> Result<(), Failure> {
    let (left, made) = (intent("left alone"), intent("made long ago"));
    claim(ledger, &left, STALE, Claim::Mine).await?;
    claim(ledger, &made, PAST, Claim::Mine).await?;
    settle(ledger, &made, Settled::Chat("!made".into()), PAST).await?;
    host.pass(ledger, LONGER).await;
    claim(ledger, &left, STALE, Claim::Stale).await?;
    claim(ledger, &left, STALE, Claim::Busy).await?;
    claim(ledger, &made, PAST, Claim::Mine).await?;
    claim(ledger, &made, PAST, Claim::Busy).await?;
    // It is stale again, and settled by whoever has it now.
    host.pass(ledger, LONGER).await;
    claim(ledger, &left, STALE, Claim::Stale).await?;
    settle(ledger, &left, Settled::Nothing, NOTHING).await?;
    claim(ledger, &left, NOTHING, Claim::Mine).await
}

/// Waits for all of them at the same time.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    poll_fn(|context| {
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                done.push(output);
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done
}
