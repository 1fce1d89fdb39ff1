//! Every interleaving of a few starts. Starts for one person run one at a time, and a waiting start always gets its
//! turn.
#![cfg(all(loom, test))]

#[path = "../../src/transport/single_flight.rs"]
#[allow(dead_code, unreachable_pub, reason = "a part of another crate")]
mod single_flight;

mod ledger {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub(crate) struct ClaimKey(pub(crate) u8);
}

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use ledger::ClaimKey;
use single_flight::SingleFlight;

const ALICE: ClaimKey = ClaimKey(0);
const BOB: ClaimKey = ClaimKey(1);

/// The state that two threads share: the single flight, and the number of threads inside.
#[derive(Default)]
struct Shared {
    single_flight: SingleFlight,
    inside: AtomicUsize,
    done: AtomicUsize,
}

impl Shared {
    fn alone(&self) {
        assert_eq!(self.inside.fetch_add(1, Ordering::SeqCst), 0);
        thread::yield_now();
        self.inside.fetch_sub(1, Ordering::SeqCst);
        self.done.fetch_add(1, Ordering::SeqCst);
    }
}

/// Runs every interleaving of two threads, and prints how many there were.
fn walk(first: fn(&Shared), second: fn(&Shared), done: usize) {
    let walked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&walked);
    loom::model(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let shared = Arc::new(Shared::default());
        let threads = [first, second].map(|what| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || what(&shared))
        });
        for thread in threads {
            thread.join().unwrap();
        }
        // No thread is left inside, and the next may enter.
        drop(shared.single_flight.wait(&ALICE));
        assert_eq!(shared.done.load(Ordering::SeqCst), done);
    });
    println!("{walked:?} interleavings");
}

fn blocks(shared: &Shared) {
    let _flight = shared.single_flight.wait(&ALICE);
    shared.alone();
}

fn awaits(shared: &Shared) {
    let _flight = loom::future::block_on(shared.single_flight.enter(&ALICE));
    shared.alone();
}

#[test]
fn two_threads_enter_one_at_a_time() {
    walk(blocks, blocks, 2);
}

#[test]
fn thread_and_task_enter_one_at_a_time() {
    walk(blocks, awaits, 2);
}

#[test]
fn panic_lets_the_next_enter() {
    let panics = |shared: &Shared| {
        let fails = AssertUnwindSafe(|| {
            let _flight = shared.single_flight.wait(&ALICE);
            shared.alone();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(catch_unwind(fails).is_err());
    };
    walk(panics, blocks, 2);
}

#[test]
fn abandoned_wait_blocks_no_other() {
    let gives_up = |shared: &Shared| {
        let mut entering = pin!(shared.single_flight.enter(&ALICE));
        let _ = entering.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    };
    walk(gives_up, blocks, 1);
    let one_after_another = |shared: &Shared| {
        {
            let mut entering = pin!(shared.single_flight.enter(&ALICE));
            let _ = entering.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        blocks(shared);
    };
    walk(one_after_another, awaits, 2);
}

#[test]
fn another_person_does_not_wait() {
    let both = |shared: &Shared| {
        let _alice = shared.single_flight.wait(&ALICE);
        let _bob = shared.single_flight.wait(&BOB);
        shared.alone();
    };
    walk(both, both, 2);
}
