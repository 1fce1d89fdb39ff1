//! Numbers of up to 32 bits as one to five bytes.

/// Appends a number, seven bits a byte from the lowest on.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u32) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number from the front. Missing bytes are zeros.
pub(super) fn take(bytes: &mut &[u8]) -> u32 {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let Some((byte, rest)) = bytes.split_first() else {
            break;
        };
        *bytes = rest;
        number |= u32::from(byte & 127) << shift;
        if *byte < 128 {
            break;
        }
    }
    number
}

/// Appends a difference, of which small ones of both signs take one byte.
pub(super) fn push_difference(bytes: &mut Vec<u8>, from: u32, to: u32) {
    let difference = to.wrapping_sub(from) as i32;
    push(bytes, (difference << 1 ^ difference >> 31) as u32);
}

/// Takes the number that differs from another one by the difference at the front.
pub(super) fn take_difference(bytes: &mut &[u8], from: u32) -> u32 {
    let difference = take(bytes);
    let difference = (difference >> 1) as i32 ^ -((difference & 1) as i32);
    from.wrapping_add(difference as u32)
}
