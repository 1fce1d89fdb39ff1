//! A fingerprint of texts that is equal in every process. It does not protect against deliberate collisions.

/// Returns 32 hexadecimal digits that identify a list of texts.
pub(crate) fn fingerprint(texts: &[&str]) -> String {
    // A separator after each text, since UTF-8 never contains this byte.
    let bytes = || texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    let (low, high) = (FNV_BASIS, FNV_BASIS.rotate_left(32));
    format!("{:016x}{:016x}", fnv(low, bytes()), fnv(high, bytes()))
}

pub(crate) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// Returns the FNV-1a hash of bytes.
pub(crate) fn fnv(basis: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(basis, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
