//! The prediction of the next bit.

use crate::Shape;

/// The most contexts of a shape.
const CONTEXTS: usize = 8;

/// A counter stops to slow down here, so that it follows later data too.
const STEADY: u8 = 250;

/// The steps of the logistic scale are a 256th, from -8 to 8.
const STEPS: i32 = 2048;

/// How often a bit was set in one context: a probability of 16 bits, and the number of bits seen.
#[derive(Clone, Copy)]
struct Counter {
    probability: u16,
    seen: u8,
}

/// Predicts the bits of bytes from left to right.
pub(super) struct Model {
    contexts: usize,
    /// The number of bits of an index into the counters of one context.
    bits: u32,
    counters: Vec<Counter>,
    /// The weights of the contexts, for each beginning of a byte.
    weights: Vec<[i32; CONTEXTS]>,
    /// From the logistic scale to a probability of 16 bits.
    squashed: Vec<u32>,
    /// From a probability of 12 bits to the logistic scale.
    stretched: Vec<i32>,
    /// The bits of the byte so far, behind a one.
    partial: u32,
    hashes: [u32; CONTEXTS],
    found: [usize; CONTEXTS],
    inputs: [i32; CONTEXTS],
    mixed: u32,
    history: History,
}

/// The bytes before.
#[derive(Default)]
struct History {
    last: u32,
    /// A hash of the line so far.
    line: u32,
    above: Vec<u8>,
    current: Vec<u8>,
}

impl Model {
    pub(super) fn new(shape: Shape, len: usize) -> Model {
        let contexts = match shape {
            Shape::Symbols => 3,
            Shape::Text => CONTEXTS,
        };
        let bits = (len.max(1).ilog2() + 4).clamp(12, 18);
        let untouched = Counter {
            probability: 1 << 15,
            seen: 0,
        };
        let squashed = squashed();
        let mut model = Model {
            contexts,
            bits,
            counters: vec![untouched; contexts << bits],
            weights: vec![[if contexts == 3 { 26_000 } else { 20_000 }; CONTEXTS]; 256],
            stretched: stretched(&squashed),
            squashed,
            partial: 1,
            hashes: [0; CONTEXTS],
            found: [0; CONTEXTS],
            inputs: [0; CONTEXTS],
            mixed: 1 << 15,
            history: History::default(),
        };
        model.hashes = model.history.hashes();
        model
    }

    /// Returns the probability that the next bit is set, in 16 bits and never certain.
    pub(super) fn predict(&mut self) -> u32 {
        let weights = &self.weights[self.partial as usize];
        let mut sum = 0_i64;
        let contexts = self.hashes.iter().zip(weights).enumerate();
        for (context, (hash, weight)) in contexts.take(self.contexts) {
            let hash = hash ^ self.partial.wrapping_mul(0x85EB_CA6B);
            let slot = hash.wrapping_mul(0xC2B2_AE35) >> (32 - self.bits);
            let found = context << self.bits | slot as usize;
            let Counter { probability, seen } = self.counters[found];
            let input = match seen {
                0 => 0,
                _ => self.stretched[usize::from(probability >> 4)],
            };
            self.found[context] = found;
            self.inputs[context] = input;
            sum += i64::from(input) * i64::from(*weight);
        }
        let sum = (sum >> 16).clamp(1 - i64::from(STEPS), i64::from(STEPS) - 1);
        self.mixed = self.squashed[(sum + i64::from(STEPS)) as usize];
        self.mixed
    }

    /// Learns the bit that was predicted.
    pub(super) fn update(&mut self, bit: bool) {
        let actual = if bit { 65_535 } else { 0 };
        let error = actual - self.mixed as i32;
        let weights = &mut self.weights[self.partial as usize];
        let contexts = weights.iter_mut().zip(self.inputs).zip(self.found);
        for ((weight, input), found) in contexts.take(self.contexts) {
            *weight += (input * error + (1 << 15)) >> 16;
            let Counter { probability, seen } = &mut self.counters[found];
            let old = i32::from(*probability);
            *probability = (old + (actual - old) * 2 / (2 * i32::from(*seen) + 3)) as u16;
            *seen = (*seen + 1).min(STEADY);
        }
        self.partial = self.partial << 1 | u32::from(bit);
        if self.partial > 255 {
            self.history.push(self.partial as u8);
            self.hashes = self.history.hashes();
            self.partial = 1;
        }
    }
}

impl History {
    fn push(&mut self, byte: u8) {
        self.last = self.last << 8 | u32::from(byte);
        if byte == b'\n' {
            self.line = 0;
            self.above = std::mem::take(&mut self.current);
        } else {
            self.line = (self.line + u32::from(byte) + 1).wrapping_mul(0x3D4D_51CB);
            self.current.push(byte);
        }
    }

    /// Returns the recent bytes that each context contains, as a number that differs between contexts.
    fn hashes(&self) -> [u32; CONTEXTS] {
        let column = self.current.len();
        let above = self.above.get(column).map_or(0, |byte| u32::from(*byte));
        let column = column as u32;
        let [before, last] = [self.last >> 8 & 255, self.last & 255];
        [
            0,
            last | 1 << 24,
            self.last & 0xFFFF | 2 << 24,
            self.last & 0xFF_FFFF | 3 << 24,
            before | 4 << 24,
            self.line ^ 5 << 24,
            above | column << 8 | 6 << 24,
            above | last << 8 | 7 << 24,
        ]
        .map(|seen| seen.wrapping_mul(0x9E37_79B1))
    }
}

/// Returns the logistic function of each step, as a probability of 16 bits that is never certain.
fn squashed() -> Vec<u32> {
    // A 256th root of e. Only products and quotients are used, which every machine computes alike.
    const ROOT: f64 = 1.003_913_889_338_347_6;
    let mut power = 1.0;
    let upper: Vec<u32> = (0..=STEPS)
        .map(|_| {
            let probability = 65_536.0 * power / (power + 1.0);
            power *= ROOT;
            (probability as u32).min(65_535)
        })
        .collect();
    let lower = upper.iter().skip(1).rev().map(|p| (65_536 - p).max(1));
    lower.chain(upper.iter().copied()).collect()
}

/// Returns the inverse of the logistic function for each probability of 12 bits.
fn stretched(squashed: &[u32]) -> Vec<i32> {
    let step = |probability: u32| squashed.partition_point(|p| *p < probability << 4 | 8);
    (0..4096)
        .map(|probability| (step(probability) as i32 - STEPS).clamp(1 - STEPS, STEPS - 1))
        .collect()
}
