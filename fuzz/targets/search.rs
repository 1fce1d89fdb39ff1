//! `HINT<tab>NAME<tab>NAME…`: a search among many copies of the names takes time in proportion to them.
#![no_main]

#[path = "../cost.rs"]
#[expect(dead_code, reason = "names are copied here, not grown as JSON")]
mod cost;

use contact_resolution::name::{Name, NameIndex};
use libfuzzer_sys::fuzz_target;

/// Returns a copy of a name that differs from the others in one place.
fn copy(name: &str, at: usize) -> String {
    let letter =
        |place: u32| char::from(b'a' + u8::try_from(at / 26_usize.pow(place) % 26).unwrap_or(0));
    match at % 3 {
        0 => name.to_owned(),
        1 => format!("{name}{}{}", letter(0), letter(1)),
        _ => format!("{}{name}", letter(0)),
    }
}

fuzz_target!(|input: &str| {
    let Some((hint, names)) = input.split_once('\t') else {
        return;
    };
    let names: Vec<&str> = names.split('\t').take(50).collect();
    let text: usize = names.iter().map(|name| name.len()).sum();
    cost::guide(|length| {
        let copies = (length / text.max(8)).max(1);
        let mut index = NameIndex::new();
        for at in 0..copies {
            for (place, name) in names.iter().enumerate() {
                index.upsert(at * names.len() + place, &Name::new(&copy(name, at)));
            }
        }
        let found = index.search(&Name::new(hint), 5);
        assert!(found.len() <= 5);
        hint.len() + text.max(8) * copies
    });
});
