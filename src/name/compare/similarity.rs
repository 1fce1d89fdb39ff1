//! The similarity of two short tokens: Jaro-Winkler in bit-parallel form, and bounded edit distance.

/// The bits of a machine word. Each letter of a token takes one.
const WORD_BITS: usize = 64;

/// Returns the counts of Jaro's measure: the letters that match near each other, and half of those in another order.
///
/// Returns `None` if a token is longer than a machine word.
pub(super) fn jaro_counts(a: &[u8], b: &[u8]) -> Option<(u32, u32)> {
    if a.len() > WORD_BITS || b.len() > WORD_BITS {
        return None;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (taken_a, taken_b) = if b.len() <= LANES {
        take_lanes(a, b, window)
    } else {
        take(a, b, window)
    };
    let matches = taken_a.count_ones();
    let (mut left_a, mut left_b, mut displaced) = (taken_a, taken_b, 0);
    while left_a != 0 {
        let x = a[left_a.trailing_zeros() as usize];
        let y = b[left_b.trailing_zeros() as usize];
        displaced += u32::from(x != y);
        left_a &= left_a - 1;
        left_b &= left_b - 1;
    }
    Some((matches, displaced / 2))
}

/// Returns a bit for each letter of `a` and of `b` that matches.
fn take(a: &[u8], b: &[u8], window: usize) -> (u64, u64) {
    let (mut taken_a, mut taken_b) = (0_u64, 0_u64);
    for (i, &x) in a.iter().enumerate() {
        // Takes the first free letter of `b` that equals `x` and is near enough.
        let (low, high) = (i.saturating_sub(window), (i + window + 1).min(b.len()));
        let mut places = 0_u64;
        for (j, &y) in b.iter().enumerate().take(high).skip(low) {
            places |= u64::from(x == y) << j;
        }
        places &= !taken_b;
        taken_b |= places & places.wrapping_neg();
        taken_a |= u64::from(places != 0) << i;
    }
    (taken_a, taken_b)
}

/// The letters that [`take_lanes`] compares at once. Nearly every token is this short.
const LANES: usize = 16;

/// Does the same as [`take`], but compares a letter with all of `b` in one step. Each letter of `b` is a lane of eight bits.
fn take_lanes(a: &[u8], b: &[u8], window: usize) -> (u64, u64) {
    const LOW: u128 = u128::from_ne_bytes([0x7F; LANES]);
    const HIGH: u128 = !LOW;
    let mut lanes = [0; LANES];
    lanes[..b.len()].copy_from_slice(b);
    let b_lanes = u128::from_le_bytes(lanes);
    // The highest bit of a lane represents it. The window moves up one lane for each letter.
    let below = |lanes: usize| match LANES.saturating_sub(lanes) {
        LANES => 0,
        beyond => HIGH >> (8 * beyond),
    };
    let all = below(b.len());
    let (mut free, mut near, mut taken_a) = (all, below(window + 1), 0_u64);
    let bit = |letter: u8| 1_u32 << (letter & 31);
    let letters = b.iter().fold(0, |set, letter| set | bit(*letter));
    for (i, &x) in a.iter().enumerate() {
        let window_lane = if i < window { 0x80 } else { 0 };
        // Most letters are not in the other token at all.
        if letters & bit(x) == 0 {
            near = near << 8 | window_lane;
            continue;
        }
        let differs = b_lanes ^ u128::from_ne_bytes([x; LANES]);
        // The highest bit of a lane stays clear only if the whole lane is zero.
        let places = !(((differs & LOW) + LOW) | differs) & near & free;
        free &= !(places & places.wrapping_neg());
        taken_a |= u64::from(places != 0) << i;
        near = near << 8 | window_lane;
    }
    // Gathers the highest bits into one bit for each lane. The multiplication moves each bit to its own position.
    let taken = (all & !free) >> 7;
    let gathered = |half: u64| half.wrapping_mul(0x0102_0408_1020_4080) >> 56;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves of the value"
    )]
    let (first, second) = (taken as u64, (taken >> 64) as u64);
    (taken_a, gathered(first) | gathered(second) << 8)
}

/// The value of [`jaro_winkler`] for equal tokens.
pub(in crate::name) const ONE: u32 = 10_000;

/// Returns the Jaro-Winkler similarity in ten-thousandths. Agrees with `strsim`, but computes without floats.
pub(super) fn jaro_winkler(a: &[u8], b: &[u8]) -> u32 {
    let Some((matches, transposed)) = jaro_counts(a, b) else {
        return long_jaro_winkler(a, b);
    };
    if matches == 0 {
        return 0;
    }
    // (m/|a| + m/|b| + (m-t)/m) / 3, over one denominator. No count exceeds 64, so the products fit easily.
    let (m, t) = (u64::from(matches), u64::from(transposed));
    let (la, lb) = (a.len() as u64, b.len() as u64);
    let jaro =
        |scale: u64| scale * (m * m * lb + m * m * la + (m - t) * la * lb) / (3 * la * lb * m);
    let one = u64::from(ONE);
    let value = if jaro(1000 * one) > 700 * one {
        let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as u64;
        let jaro = jaro(1000 * one);
        (jaro + prefix * (1000 * one - jaro) / 10) / 1000
    } else {
        jaro(one)
    };
    u32::try_from(value).unwrap_or(ONE)
}

/// Tokens longer than a machine word are too rare for code of our own.
fn long_jaro_winkler(a: &[u8], b: &[u8]) -> u32 {
    let (Ok(a), Ok(b)) = (std::str::from_utf8(a), std::str::from_utf8(b)) else {
        return 0;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0..=ONE, and equal on every machine by IEEE 754"
    )]
    let whole = (strsim::jaro_winkler(a, b) * f64::from(ONE)) as u32;
    whole
}

/// Returns the number of edits between two tokens if it is at most `limit`.
///
/// An edit adds, drops or replaces a letter, or swaps two neighboring letters. The limit is one or two, so a walk from both
/// ends finds the number without a table.
pub(super) fn edits<T: PartialEq>(a: &[T], b: &[T], limit: u32) -> Option<u32> {
    let start = a.iter().zip(b).take_while(|pair| pair.0 == pair.1).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|pair| pair.0 == pair.1)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        let rest = u32::try_from(a.len().max(b.len())).unwrap_or(u32::MAX);
        return (rest <= limit).then_some(rest);
    }
    if limit == 0 || a.len().abs_diff(b.len()) > limit as usize {
        return None;
    }
    // The last edit must make them equal, and they differ at both ends.
    if limit == 1 {
        let one = match (a, b) {
            ([_], [_]) => true,
            ([first, second], [third, fourth]) => first == fourth && second == third,
            _ => false,
        };
        return one.then_some(1);
    }
    // The rest differs at both ends, so the first edit is here. It is one of four.
    let further = |a, b| edits(a, b, limit - 1);
    let swapped = match (a, b) {
        ([_, _, rest @ ..], [_, _, other @ ..]) if a[0] == b[1] && a[1] == b[0] => {
            further(rest, other)
        }
        _ => None,
    };
    [
        further(&a[1..], &b[1..]),
        further(&a[1..], b),
        further(a, &b[1..]),
        swapped,
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|more| more + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs() -> impl Strategy<Value = (String, String)> {
        // A small alphabet makes matches, transpositions and equal prefixes common.
        prop_oneof![
            ("[a-d]{0,12}", "[a-d]{0,12}"),
            ("[a-z]{0,64}", "[a-z]{0,64}"),
            ("[ab]{60,70}", "[ab]{60,70}")
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn jaro_winkler_agrees_with_strsim((a, b) in pairs()) {
            let theirs = strsim::jaro_winkler(&a, &b);
            let ours = f64::from(jaro_winkler(a.as_bytes(), b.as_bytes())) / f64::from(ONE);
            if a.is_empty() && b.is_empty() {
                // strsim calls two empty texts equal, but no token is empty.
                return Ok(());
            }
            // A float can fall on either side of the point from which prefixes count.
            prop_assume!((strsim::jaro(&a, &b) - 0.7).abs() > 1e-9);
            prop_assert!((theirs - ours).abs() < 1.5 / f64::from(ONE), "{theirs} {ours}");
            if let Some((m, t)) = jaro_counts(a.as_bytes(), b.as_bytes()) && m > 0 {
                #[expect(clippy::cast_precision_loss, reason = "short")]
                let (m, t, la, lb) = (f64::from(m), f64::from(t), a.len() as f64, b.len() as f64);
                prop_assert!((strsim::jaro(&a, &b) - (m / la + m / lb + (m - t) / m) / 3.0).abs() < 1e-12);
            }
        }

        #[test]
        fn edits_agree_with_strsim_up_to_the_limit((a, b) in ("[a-c]{0,8}", "[a-c]{0,8}"), limit in 0_u32..3) {
            let theirs = u32::try_from(strsim::osa_distance(&a, &b)).unwrap();
            let ours = edits(a.as_bytes(), b.as_bytes(), limit);
            prop_assert_eq!(ours, (theirs <= limit).then_some(theirs));
        }
    }
}
