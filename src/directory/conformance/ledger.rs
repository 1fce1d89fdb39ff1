//! The promises of a ledger.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::{Failure, Implementation, expect};
use crate::key::Key;
use crate::ledger::{AsyncLedger, ClaimKey, ClaimOutcome, ClaimResult};
use crate::network::IdentifierKind;

const CLAIMED_ONCE: &str = "a claim key belongs to the first claim only";
const APART: &str = "another account, kind or text is another intent";
const NOTHING: &str = "a claim that ended without a chat is forgotten";
const CHAT: &str = "a recorded claim returns its chat to every claim within the timeout";
const STALE: &str = "a claim without an outcome expires once after the timeout";
const PAST: &str = "a claim recorded longer ago than the timeout is forgotten";

const WINDOW: Duration = Duration::from_secs(2);
/// Longer than the window, whatever the clock's steps.
const LONGER: Duration = Duration::from_secs(3);

/// How many claim at once.
const CROWD: usize = 16;

pub(super) async fn check<H: Implementation>(host: &H) -> Result<(), Failure> {
    let ledger = host.ledger(WINDOW).await;
    claimed_once(&ledger).await?;
    apart(&ledger).await?;
    settled(&ledger).await?;
    with_time(host, &ledger).await
}

fn claim_key(value: &str) -> ClaimKey {
    ClaimKey::new("first", Key::new(IdentifierKind::Id, value))
}

async fn claim<L: AsyncLedger>(
    ledger: &L,
    claim_key: &ClaimKey,
    promise: &'static str,
    expected: ClaimResult,
) -> Result<(), Failure> {
    let claim = ledger.claim(claim_key).await;
    let claim = claim.map_err(|_| Failure::new(promise, "it could not be claimed"))?;
    expect(promise, claim == expected, || {
        format!("{claim:?} for {expected:?}")
    })
}

async fn record<L: AsyncLedger>(
    ledger: &L,
    claim_key: &ClaimKey,
    end: ClaimOutcome,
    promise: &'static str,
) -> Result<(), Failure> {
    let settled = ledger.record(claim_key, &end).await;
    settled.map_err(|_| Failure::new(promise, "it could not be settled"))
}

async fn claimed_once<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let alice = claim_key("alice");
    claim(ledger, &alice, CLAIMED_ONCE, ClaimResult::Acquired).await?;
    claim(ledger, &alice, CLAIMED_ONCE, ClaimResult::Held).await?;
    // Whoever asks for somebody at the same time.
    let crowded = claim_key("crowded");
    let claims = all((0..CROWD).map(|_| ledger.claim(&crowded))).await;
    let mine = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(ClaimResult::Acquired)));
    let busy = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(ClaimResult::Held)));
    let (mine, busy) = (mine.count(), busy.count());
    expect(CLAIMED_ONCE, (mine, busy) == (1, CROWD - 1), || {
        format!("of {CROWD} claims at once {mine} had it and {busy} were told so")
    })
}

async fn apart<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let long = "long-".repeat(2000);
    let others = [
        ("second", IdentifierKind::Id, "alice"),
        ("First", IdentifierKind::Id, "alice"),
        ("first", IdentifierKind::Handle, "alice"),
        ("first", IdentifierKind::Id, "Alice"),
        ("first", IdentifierKind::Id, "alice "),
        ("first", IdentifierKind::Id, "alic"),
        ("first", IdentifierKind::Id, "alice\0"),
        ("first", IdentifierKind::Id, &long),
        ("first", IdentifierKind::Id, &long[1..]),
    ];
    for (account, kind, value) in others {
        let other = ClaimKey::new(account, Key::new(kind, value));
        claim(ledger, &other, APART, ClaimResult::Acquired).await?;
    }
    claim(ledger, &claim_key("alice"), APART, ClaimResult::Held).await
}

async fn settled<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let nobody = claim_key("came to nothing");
    claim(ledger, &nobody, NOTHING, ClaimResult::Acquired).await?;
    record(ledger, &nobody, ClaimOutcome::NoChat, NOTHING).await?;
    claim(ledger, &nobody, NOTHING, ClaimResult::Acquired).await?;

    let chat = "!Ωmega\0'\"%:chats";
    let made = claim_key("came to a chat");
    claim(ledger, &made, CHAT, ClaimResult::Acquired).await?;
    record(ledger, &made, ClaimOutcome::Chat(chat.into()), CHAT).await?;
    for _ in 0..2 {
        claim(ledger, &made, CHAT, ClaimResult::AlreadyDone(chat.into())).await?;
    }
    claim(ledger, &nobody, CHAT, ClaimResult::Held).await
}

async fn with_time<H: Implementation>(host: &H, ledger: &H::Ledger) -> Result<(), Failure> {
    let (left, made) = (claim_key("left alone"), claim_key("made long ago"));
    claim(ledger, &left, STALE, ClaimResult::Acquired).await?;
    claim(ledger, &made, PAST, ClaimResult::Acquired).await?;
    record(ledger, &made, ClaimOutcome::Chat("!made".into()), PAST).await?;
    host.pass(ledger, LONGER).await;
    claim(ledger, &left, STALE, ClaimResult::Expired).await?;
    claim(ledger, &left, STALE, ClaimResult::Held).await?;
    claim(ledger, &made, PAST, ClaimResult::Acquired).await?;
    claim(ledger, &made, PAST, ClaimResult::Held).await?;
    // It is stale again, and settled by whoever has it now.
    host.pass(ledger, LONGER).await;
    claim(ledger, &left, STALE, ClaimResult::Expired).await?;
    record(ledger, &left, ClaimOutcome::NoChat, NOTHING).await?;
    claim(ledger, &left, NOTHING, ClaimResult::Acquired).await
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
