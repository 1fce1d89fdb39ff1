//! Compresses tables of characters more than the compression of a server does.
//!
//! Most of a table is names of Chinese characters, which no dictionary of repeated texts makes smaller. Each bit is predicted
//! from several contexts, and the predictions are mixed by how well they did before. An arithmetic coder writes the bits. All
//! numbers are integers or come from one product of floats, so every machine decodes the same bytes.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the values are in the ranges that the comments give"
)]

pub mod mappings;
mod model;
pub mod names;
mod number;
pub mod runs;

use model::Model;

/// The kind of the bytes. It selects the contexts that predict them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Numbers with little order, such as the names of one Chinese character after another.
    Symbols,
    /// Lines, or numbers in which a byte depends on several before it.
    Text,
}

/// The length of the data and its shape, before the coded bits.
const HEADER: usize = 4;

/// Compresses bytes, of which there are less than 16 million.
#[must_use]
pub fn encode(data: &[u8], shape: Shape) -> Vec<u8> {
    let [a, b, c, _] = (data.len() as u32).to_le_bytes();
    let mut packed = vec![a, b, c, u8::from(shape == Shape::Text)];
    let mut model = Model::new(shape, data.len());
    let (mut low, mut high) = (0, u32::MAX);
    for byte in data {
        for shift in (0..8).rev() {
            let bit = byte >> shift & 1 == 1;
            let middle = split(low, high, model.predict());
            if bit {
                high = middle;
            } else {
                low = middle + 1;
            }
            model.update(bit);
            while (low ^ high) >> 24 == 0 {
                packed.push((high >> 24) as u8);
                low <<= 8;
                high = high << 8 | 255;
            }
        }
    }
    // One byte above the lower end is enough, because a reader takes missing bytes as zeros.
    packed.extend(((low >> 24) + 1).min(255).to_le_bytes().first());
    packed
}

/// Returns the bytes that were compressed. Other bytes give a meaningless result.
#[must_use]
pub fn decode(packed: &[u8]) -> Vec<u8> {
    let Some(([a, b, c, shape], mut rest)) = packed.split_first_chunk::<HEADER>() else {
        return Vec::new();
    };
    let len = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
    let shape = if *shape == 0 {
        Shape::Symbols
    } else {
        Shape::Text
    };
    let mut model = Model::new(shape, len);
    let mut next = || match rest.split_first() {
        Some((byte, tail)) => {
            rest = tail;
            u32::from(*byte)
        }
        None => 0,
    };
    let mut value = (0..4).fold(0, |value, _| value << 8 | next());
    let (mut low, mut high) = (0, u32::MAX);
    let mut data = Vec::with_capacity(len);
    for _ in 0..len {
        let mut byte = 0;
        for _ in 0..8 {
            let middle = split(low, high, model.predict());
            let bit = value <= middle;
            if bit {
                high = middle;
            } else {
                low = middle + 1;
            }
            model.update(bit);
            byte = byte << 1 | u8::from(bit);
            while (low ^ high) >> 24 == 0 {
                low <<= 8;
                high = high << 8 | 255;
                value = value << 8 | next();
            }
        }
        data.push(byte);
    }
    data
}

/// Returns the last number of the lower part of a range. The coder chooses the lower part for a set bit.
fn split(low: u32, high: u32, probability: u32) -> u32 {
    low + ((u64::from(high - low) * u64::from(probability)) >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::{Shape, decode, encode};

    #[test]
    fn packed_bytes_are_decoded_as_they_were() {
        let text = "Zhang\nWang\nLi\n".repeat(40) + "\u{fffd}";
        let numbers: Vec<u8> = (0..5000_u32).map(|n| ((n * n) >> 3) as u8).collect();
        for data in [&[], text.as_bytes(), &numbers, &[0; 3000], &[255; 3000]] {
            for shape in [Shape::Symbols, Shape::Text] {
                assert_eq!(decode(&encode(data, shape)), data);
            }
        }
    }

    #[test]
    fn repeated_text_takes_little() {
        let text = "Zhang\nWang\nLi\n".repeat(40);
        assert!(encode(text.as_bytes(), Shape::Text).len() < 80);
    }
}
