//! The promises of a ledger.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::{Failure, Implementation, expect};
use crate::key::Key;
use crate::ledger::{AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult};
use crate::network::IdentifierKind;

const CLAIMED_ONCE: &str = "a claim key belongs to the first claim only";
const APART: &str = "another account, kind or text is another claim key";
const RELEASED: &str = "a claim that ended without a chat is forgotten";
const CHAT: &str = "a recorded claim returns its chat to every claim within the timeout";
const EXPIRED: &str = "a claim without an outcome expires once after the timeout";
const PAST: &str = "a claim recorded longer ago than the timeout is forgotten";
const FENCED: &str = "an outcome is refused if another claim has replaced its own";

const TIMEOUT: Duration = Duration::from_secs(2);
/// Longer than the timeout, in a clock of whole seconds too.
const LONGER: Duration = Duration::from_secs(3);

/// The number of claims at once.
const CROWD: usize = 16;

pub(super) async fn check<H: Implementation>(host: &H) -> Result<(), Failure> {
    let ledger = host.ledger(TIMEOUT).await;
    check_first_claim_wins(&ledger).await?;
    check_keys_are_apart(&ledger).await?;
    check_outcomes(&ledger).await?;
    check_timeout(host, &ledger).await
}

fn claim_key(value: &str) -> ClaimKey {
    ClaimKey::new("first", Key::new(IdentifierKind::Id, value))
}

/// The result that a check expects of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected<'a> {
    Acquired,
    Expired,
    Held,
    AlreadyDone(&'a str),
}

/// Claims, checks the result, and returns the claim. The token is 0 if the claim is held or already done.
async fn claim<L: AsyncLedger>(
    ledger: &L,
    key: &ClaimKey,
    promise: &'static str,
    expected: Expected<'_>,
) -> Result<Claim, Failure> {
    let result = ledger.claim_async(key).await;
    let result = result.map_err(|_| Failure::new(promise, "the claim failed"))?;
    let (actual, token) = match &result {
        ClaimResult::Acquired { token } => (Expected::Acquired, *token),
        ClaimResult::Expired { token } => (Expected::Expired, *token),
        ClaimResult::Held => (Expected::Held, 0),
        ClaimResult::AlreadyDone(chat) => (Expected::AlreadyDone(chat), 0),
    };
    expect(promise, actual == expected, || {
        format!("the result is {actual:?} and should be {expected:?}")
    })?;
    Ok(Claim::new(key.clone(), token))
}

/// Records an outcome, and expects that it is recorded or refused.
async fn record<L: AsyncLedger>(
    ledger: &L,
    claim: &Claim,
    outcome: ClaimOutcome,
    promise: &'static str,
    is_recorded: bool,
) -> Result<(), Failure> {
    let result = ledger.record_async(claim, &outcome).await;
    let actual = result.map_err(|_| Failure::new(promise, "the outcome could not be recorded"))?;
    expect(promise, actual == is_recorded, || {
        format!("an outcome was recorded: {actual}, which should be {is_recorded}")
    })
}

async fn check_first_claim_wins<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let alice = claim_key("alice");
    claim(ledger, &alice, CLAIMED_ONCE, Expected::Acquired).await?;
    claim(ledger, &alice, CLAIMED_ONCE, Expected::Held).await?;
    let crowded = claim_key("crowded");
    let claims = all((0..CROWD).map(|_| ledger.claim_async(&crowded))).await;
    let acquired = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(ClaimResult::Acquired { .. })));
    let held = claims
        .iter()
        .filter(|claim| matches!(claim, Ok(ClaimResult::Held)));
    let (acquired, held) = (acquired.count(), held.count());
    expect(CLAIMED_ONCE, (acquired, held) == (1, CROWD - 1), || {
        format!("of {CROWD} claims at once {acquired} were acquired and {held} were held")
    })
}

async fn check_keys_are_apart<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
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
        claim(ledger, &other, APART, Expected::Acquired).await?;
    }
    claim(ledger, &claim_key("alice"), APART, Expected::Held).await?;
    Ok(())
}

async fn check_outcomes<L: AsyncLedger>(ledger: &L) -> Result<(), Failure> {
    let released = claim_key("released");
    let first = claim(ledger, &released, RELEASED, Expected::Acquired).await?;
    record(ledger, &first, ClaimOutcome::NoChat, RELEASED, true).await?;
    let second = claim(ledger, &released, RELEASED, Expected::Acquired).await?;
    record(ledger, &first, ClaimOutcome::NoChat, FENCED, false).await?;
    record(ledger, &first, opened("!late"), FENCED, false).await?;
    claim(ledger, &released, FENCED, Expected::Held).await?;
    record(ledger, &second, ClaimOutcome::NoChat, RELEASED, true).await?;
    // The key has no claim now.
    record(ledger, &second, opened("!late"), FENCED, false).await?;
    claim(ledger, &released, FENCED, Expected::Acquired).await?;

    let chat = "!Ωmega\0'\"%:chats";
    let made = claim_key("made");
    let claimed = claim(ledger, &made, CHAT, Expected::Acquired).await?;
    record(ledger, &claimed, opened(chat), CHAT, true).await?;
    for _ in 0..2 {
        claim(ledger, &made, CHAT, Expected::AlreadyDone(chat)).await?;
    }
    claim(ledger, &released, CHAT, Expected::Held).await?;
    Ok(())
}

fn opened(chat: &str) -> ClaimOutcome {
    ClaimOutcome::Chat(chat.to_owned())
}

async fn check_timeout<H: Implementation>(host: &H, ledger: &H::Ledger) -> Result<(), Failure> {
    let (left, made) = (claim_key("left alone"), claim_key("made long ago"));
    let first = claim(ledger, &left, EXPIRED, Expected::Acquired).await?;
    let claimed = claim(ledger, &made, PAST, Expected::Acquired).await?;
    record(ledger, &claimed, opened("!made"), PAST, true).await?;
    host.pass(ledger, LONGER).await;
    let second = claim(ledger, &left, EXPIRED, Expected::Expired).await?;
    claim(ledger, &left, EXPIRED, Expected::Held).await?;
    // The first start was delayed past the timeout, and reports late.
    record(ledger, &first, ClaimOutcome::NoChat, FENCED, false).await?;
    record(ledger, &first, opened("!late"), FENCED, false).await?;
    claim(ledger, &left, FENCED, Expected::Held).await?;
    claim(ledger, &made, PAST, Expected::Acquired).await?;
    claim(ledger, &made, PAST, Expected::Held).await?;
    // The second claim expires too, and its late outcome is refused once a third has replaced it.
    host.pass(ledger, LONGER).await;
    let third = claim(ledger, &left, EXPIRED, Expected::Expired).await?;
    record(ledger, &second, ClaimOutcome::NoChat, FENCED, false).await?;
    record(ledger, &third, ClaimOutcome::NoChat, RELEASED, true).await?;
    claim(ledger, &left, RELEASED, Expected::Acquired).await?;
    Ok(())
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
