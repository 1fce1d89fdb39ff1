//! Properties of the score of two names, in many scripts.

use contact_resolution::name::{Name, Score, explain, score, score_any};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::table::rows;

/// Returns words of names, in scripts with and without case, marks, vowels and spaces.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,9}",
        3 => "[A-Z][a-z]{2,8}",
        1 => "[a-zäöüßéñøłçığşČŽåæœ]{2,8}",
        1 => "[α-ωάέήίόύώϊᾳ]{2,8}",
        1 => "[а-яёйїўґ]{2,8}",
        1 => "[ა-ჰ]{2,6}",
        1 => "[ա-ֆ]{2,6}",
        1 => "[א-ת]{2,6}",
        1 => "[ء-غف-يَُِّ]{2,6}",
        1 => "[\u{915}-\u{939}\u{93e}-\u{94d}]{2,6}",
        1 => "[ก-ฮะ-ูเ-ไ]{2,6}",
        1 => "[ァ-ヴー]{2,6}",
        1 => "[가-힣]{1,4}",
        1 => "[一-鿿]{1,4}",
        1 => prop::sample::select(vec!["Dr", "al", "van", "Bob", "Robert", "Jr", "김", "王", "林", "Li", "Kim", "96", "ß", "İ", "ſ", "ŉ", "ﬁ", "Ǆ"]).prop_map(String::from),
    ]
}

fn name() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(word(), 1..5),
        prop::sample::select(vec![" ", "  ", "-", ", ", "_", "."]),
    )
        .prop_map(|(words, by)| words.join(by))
}

/// Returns any text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        name(),
        "[\u{300}-\u{36f}\u{200b}-\u{202e}\u{fe0f}@|(){}\\[\\]. ]{0,12}",
        "\\PC{0,40}"
    ]
}

/// Returns a plain Latin word that is in no table. It ends in x.
fn plain() -> impl Strategy<Value = String> {
    "[bcdfgklmnprst][aeiou][bdgklmnprst][aeiou][bdgklmnprst]x"
}

fn score_texts(hint: &str, name: &str) -> Score {
    score(&Name::new(hint), &Name::new(name))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn blank_name_scores_zero(blank in "[ \t.,;:!?()\u{200b}\u{300}🔥🎉-]{0,12}", candidate in text()) {
        prop_assert!(Name::new(&blank).is_blank());
        prop_assert_eq!(score_texts(&blank, &candidate).get(), 0);
        prop_assert_eq!(score_texts(&candidate, &blank).get(), 0);
    }

    #[test]
    fn name_scores_highest_with_itself(x in text()) {
        let x = Name::new(&x);
        prop_assert_eq!(score(&x, &x), if x.is_blank() { Score::default() } else { Score::MAX });
    }

    #[test]
    fn highest_score_is_symmetric(a in name(), b in name()) {
        let (a, b) = (Name::new(&a), Name::new(&b));
        prop_assert_eq!(score(&a, &b) == Score::MAX, score(&b, &a) == Score::MAX);
    }

    #[test]
    fn spelling_never_changes_a_score(a in name(), b in name()) {
        let plain = score_texts(&a, &b);
        for other in [
            a.to_lowercase(), a.to_uppercase(), a.nfc().collect(), a.nfd().collect(), a.nfkc().collect(), a.nfkd().collect(),
            format!("  {a}\t"), a.replace(' ', " \u{a0} "), a.chars().flat_map(|c| [c, '\u{200b}', '\u{fe0f}']).collect(),
            a.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c }).collect(),
        ] {
            prop_assert_eq!(score_texts(&other, &b), plain, "{} as a hint", other);
            prop_assert_eq!(score_texts(&b, &other), score_texts(&b, &a), "{} as a candidate", other);
            prop_assert_eq!(score_texts(&a, &other).is_match(), !Name::new(&a).is_blank());
        }
    }

    #[test]
    fn word_order_changes_a_score_by_less_than_one_percent(words in prop::collection::vec(plain(), 2..5), candidate in prop::collection::vec(plain(), 2..5)) {
        let mut turned = candidate.clone();
        turned.reverse();
        let hint = words.join(" ");
        let (a, b) = (score_texts(&hint, &candidate.join(" ")).get(), score_texts(&hint, &turned.join(" ")).get());
        prop_assert!(a.abs_diff(b) <= a.max(b) * 8 / 1000 + 2, "{a} {b}");
    }

    #[test]
    fn swapped_name_with_comma_beats_a_missing_word(words in prop::collection::hash_set(plain(), 2..5)) {
        let words: Vec<String> = words.into_iter().collect();
        let (last, first) = words.split_last().unwrap();
        let swapped = format!("{last}, {}", first.join(" "));
        prop_assert!(score_texts(&swapped, &words.join(" ")) > score_texts(&swapped, &first.join(" ")));
        prop_assert!(score_texts(&swapped, &words.join(" ")).is_match());
    }

    #[test]
    fn missing_word_in_the_hint_costs_less_than_an_extra_one(first in plain(), last in plain()) {
        prop_assume!(first != last);
        let whole = format!("{first} {last}");
        prop_assert!(score_texts(&first, &whole) > score_texts(&whole, &first));
        prop_assert!(!score_texts(&first, &whole).is_match());
    }

    #[test]
    fn unrelated_word_never_raises_a_score(hint in prop::collection::vec(plain(), 1..5), candidate in prop::collection::vec(plain(), 1..5)) {
        // The added word has no letter and no sound in common with a plain word.
        let (hint, candidate) = (hint.join(" "), candidate.join(" "));
        let more = format!("{candidate} ħħhhh");
        prop_assert!(score_texts(&hint, &more) <= score_texts(&hint, &candidate));
    }

    #[test]
    fn found_word_never_lowers_a_score(mut hint in prop::collection::vec(plain(), 1..4), candidate in prop::collection::vec(plain(), 1..4), new in "[qvwjyz]{5}") {
        let candidate = format!("{} {new}", candidate.join(" "));
        let with_stranger = score_texts(&format!("{} hhhhh", hint.join(" ")), &candidate);
        hint.push(new);
        prop_assert!(score_texts(&hint.join(" "), &candidate) >= with_stranger);
    }

    #[test]
    fn one_edit_leaves_a_positive_score(word in plain(), at in 0_usize..6, to in "[a-z]") {
        let mut other = word.clone();
        other.replace_range(at..=at, &to);
        prop_assert!(score_texts(&word, &other).get() > 0);
    }

    #[test]
    fn decoration_costs_less_than_an_edit(first in plain(), last in plain(), tag in prop::sample::select(vec!["PhD", "(work)", "Jr.", "🔥", "| Acme", "2"])) {
        let (whole, edited) = (format!("{first} {last}"), format!("{first} {last}h"));
        let tagged = score_texts(&whole, &format!("{whole} {tag}"));
        prop_assert!(tagged > score_texts(&whole, &edited) && tagged.is_match());
    }

    #[test]
    fn any_two_texts_have_a_score_in_range(a in text(), b in text()) {
        let (a, b) = (Name::new(&a), Name::new(&b));
        prop_assert!(score(&a, &b) <= Score::MAX);
        prop_assert!(!(score(&a, &b).is_match() && score(&a, &b).is_mismatch()));
        let _ = explain(&a, &b);
    }
}

#[test]
fn scores_follow_the_match_kinds() {
    let hint = "Alexander Example";
    let steps = [
        "Alexander Example",
        "Alexaender Example",
        "Alexandor Example",
        "Sasha Example",
        "Alexandrina Exampl",
        "Peter Example",
        "Peter Sample",
    ];
    for pair in steps.windows(2) {
        assert!(
            score_texts(hint, pair[0]) > score_texts(hint, pair[1]),
            "{pair:?}"
        );
    }
}

#[test]
fn megabyte_of_text_is_scored() {
    for piece in [
        "a",
        "a ",
        "é",
        "\u{301}",
        "(",
        "王",
        "한",
        "🔥",
        "\u{202e}",
        "e\u{301}\u{323}",
    ] {
        let long = piece.repeat(1_000_000 / piece.len());
        let name = Name::new(&long);
        let itself = score(&name, &name);
        assert!(itself == Score::MAX || name.is_blank());
        assert!(score(&name, &Name::new("Bob Sample")) <= Score::MAX);
    }
}

#[test]
fn debug_output_is_redacted() {
    assert_eq!(
        format!("{:?}", Name::new("Bob Sample")),
        "Name { tokens: 2, .. }"
    );
}

#[test]
fn better_name_of_each_case_scores_higher() {
    for [hint, better, worse, why] in rows(include_str!("../../data/names.tsv")) {
        let (right, wrong) = (score_texts(hint, better), score_texts(hint, worse));
        assert!(
            right > wrong,
            "{why}: {hint}: {better} {} > {worse} {}",
            right.get(),
            wrong.get()
        );
    }
}

#[test]
fn listed_names_match_mismatch_or_neither() {
    for (hint, name) in [
        ("Bob Sample", "bob sample"),
        ("B. Sample", "Bob Sample"),
        ("Sample, Bob", "Bob Sample"),
        ("Mueller", "Müller"),
        ("Иван Петров", "Ivan Petrov"),
        ("김민준", "Kim Min-jun"),
        ("Bob Q. Sample", "Bob Sample"),
        ("Dr. Bob Sample", "Bob Sample"),
    ] {
        assert!(
            score_texts(hint, name).is_match(),
            "{hint}, {name}: {}",
            score_texts(hint, name).get()
        );
        assert!(score_texts(hint, "Quentin Xylophone").is_mismatch());
    }
    for (hint, name) in [
        ("Bob", "Bob Sample"),
        ("Bob Sample", "Bob"),
        ("Bob Sampel", "Bob Sample"),
        ("Bob Sample", "Rob Sample"),
        ("Bob Sample", "Robert Sample"),
        ("B. S.", "Bob Sample"),
        ("高石早苗", "高市早苗"),
    ] {
        assert!(!score_texts(hint, name).is_match(), "{hint}, {name}");
        assert!(!score_texts(hint, name).is_mismatch(), "{hint}, {name}");
    }
}

/// Scripts that omit vowels share few letters with a romanization, so such a name does not exclude a person.
#[test]
fn name_with_the_same_consonants_in_another_script_is_not_a_mismatch() {
    let is_mismatch = |hint, name| {
        let name = Name::new(name);
        score_any(&Name::new(hint), [name]).is_mismatch()
    };
    for (latin, other) in [
        ("Salma", "سلمى"),
        ("Nasreen Daoud", "نسرين داود"),
        ("Hisham", "هشام"),
        ("Samira Toledano", "טולדנו סמירה"),
        ("Ronit", "רונית"),
        ("Shira", "שירה"),
        ("Min Min", "မင်းမင်း"),
    ] {
        assert!(!is_mismatch(latin, other), "{latin}, {other}");
        assert!(!is_mismatch(other, latin), "{other}, {latin}");
    }
    for (hint, name) in [
        ("Salma", "هشام"),
        ("Nasreen Daoud", "سلمى منصور"),
        ("Ronit", "שירה"),
        ("Gwen Ash", "Олег Сидоров"),
        ("Gwen Ash", "王小明"),
    ] {
        assert!(is_mismatch(hint, name), "{hint}, {name}");
    }
}

/// `NAMES=5000000 cargo test --release --test it random_texts -- --ignored` takes minutes.
#[test]
#[ignore = "takes minutes, because it scores 100,000 random texts or the number in NAMES"]
fn random_texts_score_in_range() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};

    let texts: usize = std::env::var("NAMES").map_or(100_000, |count| count.parse().unwrap());
    let mut runner = TestRunner::new(Config::default());
    let mut last = Name::new("Bob Sample");
    for _ in 0..texts {
        let name = Name::new(&text().new_tree(&mut runner).unwrap().current());
        assert!(score(&last, &name) <= Score::MAX && score(&name, &last) <= Score::MAX);
        assert!(name.is_blank() || score(&name, &name) == Score::MAX);
        last = name;
    }
}
