//! How often a hint settles between two people, and how often on the wrong person, which is the worse error.

use contact_resolution::name::{Name, score};

use crate::people::{HintKind, people};
use crate::table::rows;

const ONE_EDIT: &str = include_str!("../../data/names_one_edit.tsv");
const SAME: &str = include_str!("../../data/names_same.tsv");

/// Returns the person that a hint settles on, as a decision does: the name of one fits and that of the other does not.
fn settled(hint: &str, names: [&str; 2]) -> Option<usize> {
    let hint = Name::new(hint);
    let scores = names.map(|name| score(&hint, &Name::new(name)));
    (0..2).find(|&at| scores[at].is_match() && scores[1 - at].is_mismatch())
}

fn percent(part: usize, whole: usize) -> f64 {
    let per_mille = u32::try_from(part * 1000 / whole.max(1)).unwrap_or(u32::MAX);
    f64::from(per_mille) / 10.0
}

/// A name that shares no word, and hardly a letter, with any name of the tables.
const STRANGER: &str = "Quentin Xylophone";

/// Returns the ways to write a given name, alone and with a family name.
fn written(given: &str, family: &str) -> Vec<String> {
    let is_unspaced = family.chars().all(|c| u32::from(c) > 0x3000);
    let full = if is_unspaced {
        vec![format!("{family}{given}")]
    } else {
        vec![format!("{given} {family}"), format!("{family}, {given}")]
    };
    let upper = full.iter().map(|name| name.to_uppercase());
    [given.to_owned()]
        .into_iter()
        .chain(upper)
        .chain(full.clone())
        .collect()
}

#[test]
fn names_one_edit_apart_settle_nothing() {
    let mut pairs = 0;
    for [one, other, family] in rows(ONE_EDIT) {
        pairs += 1;
        let edits = strsim::osa_distance(&one.to_lowercase(), &other.to_lowercase());
        assert_eq!(edits, 1, "{one}, {other}");
        for (meant, similar) in [(one, other), (other, one)] {
            for (hint, rival) in written(meant, family).iter().zip(written(similar, family)) {
                let nobody_meant = [rival.as_str(), STRANGER];
                assert_eq!(settled(hint, nobody_meant), None, "{hint}: {rival}");
                let both = [hint.as_str(), rival.as_str()];
                assert_eq!(settled(hint, both), None, "{hint} and {rival}");
            }
        }
    }
    assert!(pairs >= 50);
}

#[test]
fn initials_numbers_and_generations_that_differ_settle_nothing() {
    for (hint, name) in [
        ("Bob Q. Sample", "Bob R. Sample"),
        ("Henry VII", "Henry VIII"),
        ("Room 1", "Room 2"),
        ("Bob Sample Jr.", "Bob Sample Sr."),
        ("Bob Sample II", "Bob Sample III"),
    ] {
        assert_eq!(settled(hint, [name, STRANGER]), None, "{hint}: {name}");
    }
}

#[test]
fn spellings_of_one_name_settle() {
    let (mut all, mut right) = (0, 0);
    for [hint, name, difference] in rows(SAME) {
        all += 1;
        match settled(hint, [name, STRANGER]) {
            Some(0) => right += 1,
            Some(_) => panic!("{difference}: {hint} is not {STRANGER}"),
            None => println!("{difference}: {hint} does not settle on {name}"),
        }
    }
    println!("{right} of {all} spellings settle");
    assert_eq!(right, all);
}

#[test]
fn hint_settles_often_and_almost_never_on_the_wrong_person() {
    let people = people(12_000);
    let full: Vec<&String> = people
        .iter()
        .filter(|name| name.split(' ').count() == 2)
        .collect();
    let (mut absent, mut absent_wrong) = (0, 0);
    for kind in HintKind::ALL {
        let (mut present, mut right, mut wrong) = (0, 0, 0);
        for trio in full.chunks_exact(3) {
            let [meant, rival, other] = [trio[0], trio[1], trio[2]];
            let hint = kind.hint(meant);
            present += 1;
            match settled(&hint, [meant, rival]) {
                Some(0) => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
            // Neither of the two is the person of the hint.
            absent += 1;
            absent_wrong += usize::from(settled(&hint, [rival, other]).is_some());
        }
        let (right, wrong) = (percent(right, present), percent(wrong, present));
        println!(
            "{}: settled on the right person {right} %, on the wrong one {wrong} %",
            kind.as_str()
        );
        assert!(wrong < 0.1, "{kind:?}: {wrong}");
        let least = match kind {
            HintKind::AsWritten | HintKind::FamilyNameFirst => 80.0,
            HintKind::Initial => 70.0,
            // The other hints are too short, or are another name.
            _ => 0.0,
        };
        assert!(right >= least, "{kind:?}: {right}");
    }
    let wrong = percent(absent_wrong, absent);
    println!("neither person meant: settled {wrong} %");
    assert!(wrong < 0.1, "{wrong}");
}

/// The rival is a relative or a namesake.
#[test]
fn hint_never_settles_on_a_rival_who_shares_a_name() {
    let people = people(4_000);
    for pair in people.chunks_exact(2) {
        let (Some((given, family)), Some((other, another))) =
            (pair[0].split_once(' '), pair[1].split_once(' '))
        else {
            continue;
        };
        for rival in [format!("{other} {family}"), format!("{given} {another}")] {
            for kind in HintKind::ALL {
                let hint = kind.hint(&pair[0]);
                assert_ne!(
                    settled(&hint, [&pair[0], &rival]),
                    Some(1),
                    "{hint}: {rival}"
                );
            }
        }
    }
}
