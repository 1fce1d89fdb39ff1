//! Numbers that bare digits mean here but not in libphonenumber: those of a region with a national prefix, written with
//! the region's own country code and without a plus.
//!
//! `UPDATE_TABLE=1` writes the table. A line has a region, its country code, the kind of number, and the digits after
//! the country code. Two counts follow: all such numbers, and those that libphonenumber reads as another national
//! number.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;

use contact_resolution::PhoneKind;
use contact_resolution::phone::{OtherReading, PhoneText};
use contact_resolution::{Phone, Region};
use regex_automata::hybrid::LazyStateID;

use super::country::{Acceptor, Country};
use super::metadata::{FIXED_LINE_OR_MOBILE, MOBILE, Territory, UNKNOWN, territories};

const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/own_country_code.tsv"
);

/// The most digits of a number with its country code.
const MAX_DIGITS: usize = 15;

/// The state that digits lead to. It has the states of the country's patterns, with and without the country code, and
/// those of the region's general pattern.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    whole: Vec<LazyStateID>,
    national: Vec<LazyStateID>,
    general: [Vec<LazyStateID>; 2],
}

/// The number of texts that lead to each state, and one of the texts.
type Texts = HashMap<State, (u128, String)>;

struct Rules<'a> {
    region: &'a Territory,
    /// The lengths of the main territory of the country code, as a bit set.
    lengths: u32,
    country: Country,
    general: Acceptor,
}

impl Rules<'_> {
    fn start(&self) -> State {
        let (mut whole, mut general) = (self.country.start(), self.general.start());
        for digit in self.region.code.to_string().bytes() {
            whole = self.country.step(&whole, digit);
            general = self.general.step(&general, digit);
        }
        State {
            whole,
            national: self.country.start(),
            general: [general, self.general.start()],
        }
    }

    fn step(&self, state: &State, digit: u8) -> State {
        let [whole, national] = &state.general;
        State {
            whole: self.country.step(&state.whole, digit),
            national: self.country.step(&state.national, digit),
            general: [
                self.general.step(whole, digit),
                self.general.step(national, digit),
            ],
        }
    }

    /// Returns whether libphonenumber reads the digits as a national number.
    ///
    /// It does if they are valid with the country code or invalid without it, and not too long.
    fn is_national(&self, state: &State, len: usize) -> bool {
        let [whole, national] = &state.general;
        let is_stripped = !self.general.accepts(whole, 0) && self.general.accepts(national, 0);
        let is_possible = |lengths: u32| lengths >> len & 1 == 1;
        let is_too_long = self.region.general.lengths < 1 << len;
        !is_stripped && !is_too_long && is_possible(self.lengths)
    }
}

/// The number of all texts and of those that are read differently, by region, kind and length.
type Counts = BTreeMap<(String, u8, usize), [u128; 2]>;

fn count(rules: &Rules<'_>, counts: &mut Counts) {
    let code = rules.region.code.to_string();
    let region = Region::new(&rules.region.id).unwrap();
    let mut texts = Texts::from([(rules.start(), (1, String::new()))]);
    for len in 1..=MAX_DIGITS - code.len() {
        let mut longer = Texts::new();
        for (state, (count, text)) in texts {
            for digit in b'0'..=b'9' {
                let next = longer.entry(rules.step(&state, digit));
                let (known, _) =
                    next.or_insert_with(|| (0, format!("{text}{}", char::from(digit))));
                *known += count;
            }
        }
        texts = longer;
        for (state, (number, text)) in &texts {
            let [_, kind] = rules.country.answer(&state.national, len);
            if kind == UNKNOWN {
                continue;
            }
            // Some numbers lose digits even after a plus, because they begin like a national prefix.
            let digits = format!("{code}{text}");
            let expected = format!("+{digits}");
            let with_plus = Phone::parse(&expected).unwrap();
            if with_plus.phone.as_str() != expected {
                continue;
            }
            let whole = len + code.len();
            let differs = rules.is_national(state, whole);
            // The same digits as a present national number. A mobile number is read as national.
            let [_, national] = rules.country.answer(&state.whole, whole);
            if differs && matches!(national, MOBILE | FIXED_LINE_OR_MOBILE) {
                let read = PhoneText::parse(&digits, Some(region), &[]).unwrap();
                assert_ne!(read.phone.as_str(), expected, "{digits} in {region}");
                continue;
            }
            let key = (rules.region.id.clone(), kind, len);
            let [all, other] = counts.entry(key).or_default();
            *all += number;
            *other += if differs { *number } else { 0 };

            let read = PhoneText::parse(&digits, Some(region), &[]).unwrap();
            assert_eq!(read.phone.as_str(), expected, "{digits} in {region}");
            let theirs = Phone::parse_in(&digits, region).ok();
            let theirs = theirs.filter(|theirs| theirs.phone.as_str() != expected);
            assert_eq!(theirs.is_some(), differs, "{digits} in {region}");
            let national = matches!(read.other, Some((OtherReading::National, _)));
            assert_eq!(national, differs, "{digits} in {region}");
        }
    }
}

#[test]
fn own_country_code_table_is_computed_from_the_metadata() {
    let territories = territories();
    let mut counts = Counts::new();
    for region in &territories {
        let trunk = region.trunk.as_deref().unwrap_or_default();
        if trunk.is_empty() || region.code.to_string().starts_with(trunk) || region.id == "001" {
            continue;
        }
        let country: Vec<&Territory> = territories
            .iter()
            .filter(|other| other.code == region.code)
            .collect();
        let rules = Rules {
            region,
            lengths: country[0].general.lengths,
            country: Country::new(&country),
            general: Acceptor::new(&[&region.general.text]),
        };
        count(&rules, &mut counts);
    }

    let mut table = String::new();
    for ((region, kind, len), [all, other]) in counts {
        let code = Region::new(&region).unwrap().country_code();
        let kind = PhoneKind::ALL[usize::from(kind)].as_str();
        if other > 0 {
            writeln!(table, "{region}\t{code}\t{kind}\t{len}\t{all}\t{other}").unwrap();
        }
    }
    if std::env::var_os("UPDATE_TABLE").is_some() {
        fs::write(TABLE, &table).unwrap();
    }
    assert!(
        fs::read_to_string(TABLE).is_ok_and(|written| written == table),
        "the table is stale: UPDATE_TABLE=1 cargo test --test it own_country_code"
    );
}
