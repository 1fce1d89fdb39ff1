//! The replaced crates give the results of the originals.

use std::iter::once;

use idna_adapter::{Adapter, BidiClass, JoiningType};
use small_idna_adapter::{
    Adapter as SmallAdapter, BidiClass as SmallBidi, JoiningType as SmallJoining,
};
use small_unicode_normalization as small;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char as original;
use unicode_security::MixedScript;

fn all() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

/// Texts of a few characters, half of them marks and letters that combine. The same texts in each run.
fn texts() -> impl Iterator<Item = String> {
    let all: Vec<char> = all().filter(|c| original::is_public_assigned(*c)).collect();
    let combining: Vec<char> = all
        .iter()
        .copied()
        .filter(|c| original::is_combining_mark(*c) || !c.nfd().eq([*c]) || ('ᄀ'..='ᇿ').contains(c))
        .collect();
    let ascii: Vec<char> = ('a'..='z').collect();
    let mut state = 1_u64;
    let mut next = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % bound
    };
    (0..1_000_000).map(move |_| {
        let mut c = || match next(4) {
            0 => all[next(all.len())],
            1 => ascii[next(ascii.len())],
            _ => combining[next(combining.len())],
        };
        (0..5).map(|_| c()).collect()
    })
}

#[test]
fn letters_marks_and_digits_are_transliterated_as_by_the_original() {
    let is_in_names =
        |c: &char| c.is_ascii() || c.is_alphanumeric() || original::is_combining_mark(*c);
    let mut letters = 0;
    for c in all().filter(is_in_names) {
        let expected = any_ascii::any_ascii_char(c);
        assert_eq!(
            small_any_ascii::any_ascii_char(c),
            expected,
            "{:x}",
            u32::from(c)
        );
        letters += 1;
    }
    assert!(letters > 130_000, "{letters}");
}

#[test]
fn other_characters_have_no_transliteration() {
    assert_eq!(small_any_ascii::any_ascii_char('€'), "");
    assert_eq!(small_any_ascii::any_ascii_char(char::MAX), "");
}

#[test]
fn marks_and_their_classes_are_those_of_the_original() {
    for c in all() {
        let mark = small::char::is_combining_mark(c);
        let class = small::char::canonical_combining_class(c);
        let expected = (
            original::is_combining_mark(c),
            original::canonical_combining_class(c),
        );
        assert_eq!((mark, class), expected, "{:x}", u32::from(c));
    }
}

#[test]
fn single_characters_are_normalized_as_by_the_original() {
    for c in all() {
        assert!(
            small::UnicodeNormalization::nfd(once(c)).eq(once(c).nfd()),
            "{:x}",
            u32::from(c)
        );
        assert!(
            small::UnicodeNormalization::nfc(once(c)).eq(once(c).nfc()),
            "{:x}",
            u32::from(c)
        );
        assert!(
            small::UnicodeNormalization::nfkd(once(c)).eq(once(c).nfkd()),
            "{:x}",
            u32::from(c)
        );
        assert!(
            small::UnicodeNormalization::nfkc(once(c)).eq(once(c).nfkc()),
            "{:x}",
            u32::from(c)
        );
        let (mut parts, mut expected) = (Vec::new(), Vec::new());
        small::char::decompose_compatible(c, |part| parts.push(part));
        original::decompose_compatible(c, |part| expected.push(part));
        assert_eq!(parts, expected);
    }
}

#[test]
fn pairs_are_composed_as_by_the_original() {
    let mut firsts: Vec<char> = Vec::new();
    let mut seconds: Vec<char> = Vec::new();
    for c in all() {
        let parts: Vec<char> = c.nfd().collect();
        if parts != [c] {
            firsts.push(c);
            firsts.extend(parts.first());
            seconds.extend(parts.iter().skip(1));
        }
    }
    // Every vowel and ending of Hangul is in the seconds. One syllable of each kind is enough as a first.
    firsts.retain(|c| !('각'..='힣').contains(c));
    for list in [&mut firsts, &mut seconds] {
        list.sort_unstable();
        list.dedup();
    }
    let mut composed = 0;
    for first in firsts {
        for second in &seconds {
            let pair = [first, *second];
            let expected: Vec<char> = pair.into_iter().nfc().collect();
            assert!(
                small::UnicodeNormalization::nfc(pair.into_iter()).eq(expected.iter().copied()),
                "{pair:?}"
            );
            composed += usize::from(expected.len() == 1);
        }
    }
    assert!(composed > 900, "{composed}");
}

#[test]
fn texts_are_normalized_as_by_the_original() {
    for text in texts() {
        assert!(
            small::UnicodeNormalization::nfd(text.as_str()).eq(text.nfd()),
            "{text:?}"
        );
        assert!(
            small::UnicodeNormalization::nfc(text.as_str()).eq(text.nfc()),
            "{text:?}"
        );
        assert!(
            small::UnicodeNormalization::nfkd(text.as_str()).eq(text.nfkd()),
            "{text:?}"
        );
        assert!(
            small::UnicodeNormalization::nfkc(text.as_str()).eq(text.nfkc()),
            "{text:?}"
        );
        if small::is_nfc_quick(text.chars()) == small::IsNormalized::Yes {
            assert!(unicode_normalization::is_nfc(&text), "{text:?}");
        }
    }
}

#[test]
fn look_alikes_and_scripts_are_those_of_the_original() {
    let check = |text: &str| {
        let skeleton = small_unicode_security::confusable_detection::skeleton(text);
        let expected = unicode_security::confusable_detection::skeleton(text);
        assert!(skeleton.eq(expected), "{text:?}");
        let is_single = small_unicode_security::MixedScript::is_single_script(text);
        assert_eq!(is_single, text.is_single_script(), "{text:?}");
    };
    for c in all() {
        check(&c.to_string());
    }
    for text in texts() {
        check(&text);
        let mut two = text.chars();
        check(two.by_ref().take(2).collect::<String>().as_str());
    }
    // One letter of each script with one of each other.
    let mut scripts: Vec<char> = Vec::new();
    for c in all() {
        let differs = |known: &char| unicode_script::ScriptExtension::from(*known) != c.into();
        if scripts.iter().all(differs) {
            scripts.push(c);
        }
    }
    assert!(scripts.len() > 200, "{}", scripts.len());
    for first in &scripts {
        for second in &scripts {
            check(&format!("{first}{second}"));
        }
    }
}

#[test]
fn domains_are_mapped_as_by_the_original() {
    let (adapter, small) = (Adapter::new(), SmallAdapter::new());
    for c in all() {
        assert!(
            small
                .map_normalize(once(c))
                .eq(adapter.map_normalize(once(c))),
            "{:x}",
            u32::from(c)
        );
        let valid = small.normalize_validate(once(c));
        assert!(
            valid.eq(adapter.normalize_validate(once(c))),
            "{:x}",
            u32::from(c)
        );
    }
    for text in texts() {
        let mapped = small.map_normalize(text.chars());
        assert!(mapped.eq(adapter.map_normalize(text.chars())), "{text:?}");
        let valid = small.normalize_validate(text.chars());
        assert!(
            valid.eq(adapter.normalize_validate(text.chars())),
            "{text:?}"
        );
    }
}

#[test]
fn properties_of_characters_in_domains_are_those_of_the_original() {
    let (adapter, small) = (Adapter::new(), SmallAdapter::new());
    let bidi = |class: BidiClass| {
        let mask = class.to_mask();
        [
            idna_adapter::RTL_MASK.intersects(mask),
            idna_adapter::FIRST_BC_MASK.intersects(mask),
            idna_adapter::LAST_LTR_MASK.intersects(mask),
            idna_adapter::LAST_RTL_MASK.intersects(mask),
            idna_adapter::MIDDLE_LTR_MASK.intersects(mask),
            idna_adapter::MIDDLE_RTL_MASK.intersects(mask),
            class.is_ltr(),
            class.is_nonspacing_mark(),
            class.is_european_number(),
            class.is_arabic_number(),
        ]
    };
    let small_bidi = |class: SmallBidi| {
        let mask = class.to_mask();
        [
            small_idna_adapter::RTL_MASK.intersects(mask),
            small_idna_adapter::FIRST_BC_MASK.intersects(mask),
            small_idna_adapter::LAST_LTR_MASK.intersects(mask),
            small_idna_adapter::LAST_RTL_MASK.intersects(mask),
            small_idna_adapter::MIDDLE_LTR_MASK.intersects(mask),
            small_idna_adapter::MIDDLE_RTL_MASK.intersects(mask),
            class.is_ltr(),
            class.is_nonspacing_mark(),
            class.is_european_number(),
            class.is_arabic_number(),
        ]
    };
    let joining = |joining: JoiningType| {
        let mask = joining.to_mask();
        [
            mask.intersects(idna_adapter::LEFT_OR_DUAL_JOINING_MASK),
            mask.intersects(idna_adapter::RIGHT_OR_DUAL_JOINING_MASK),
            joining.is_transparent(),
        ]
    };
    let small_joining = |joining: SmallJoining| {
        let mask = joining.to_mask();
        [
            mask.intersects(small_idna_adapter::LEFT_OR_DUAL_JOINING_MASK),
            mask.intersects(small_idna_adapter::RIGHT_OR_DUAL_JOINING_MASK),
            joining.is_transparent(),
        ]
    };
    for c in all() {
        assert_eq!(
            small_bidi(small.bidi_class(c)),
            bidi(adapter.bidi_class(c)),
            "{:x}",
            u32::from(c)
        );
        assert_eq!(
            small_joining(small.joining_type(c)),
            joining(adapter.joining_type(c)),
            "{:x}",
            u32::from(c)
        );
        let flags = (small.is_mark(c), small.is_virama(c));
        assert_eq!(
            flags,
            (adapter.is_mark(c), adapter.is_virama(c)),
            "{:x}",
            u32::from(c)
        );
    }
}
