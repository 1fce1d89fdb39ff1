//! How often a hint settles between two people, and how often it chooses the wrong person.

use contact_resolution::name::{Name, score};

use crate::people::{HintKind, people};

/// Returns the index of the name that the hint settles on: a match, while the other name is a mismatch.
fn settled(hint: &str, names: [&str; 2]) -> Option<usize> {
    let hint = Name::new(hint);
    let scores = names.map(|name| score(&hint, &Name::new(name)));
    (0..2).find(|&at| scores[at].is_match() && scores[1 - at].is_mismatch())
}

fn share(part: usize, whole: usize) -> f64 {
    let per_mille = u32::try_from(part * 1000 / whole.max(1)).unwrap_or(u32::MAX);
    f64::from(per_mille) / 10.0
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
            // The person who is meant is not one of the two.
            absent += 1;
            absent_wrong += usize::from(settled(&hint, [rival, other]).is_some());
        }
        let (right, wrong) = (share(right, present), share(wrong, present));
        println!(
            "{}: settled on the right person {right} %, on the wrong one {wrong} %",
            kind.as_str()
        );
        assert!(wrong < 0.1, "{kind:?}: {wrong}");
        let least = match kind {
            HintKind::AsWritten | HintKind::FamilyNameFirst => 80.0,
            HintKind::LettersSwapped | HintKind::Initial => 70.0,
            // The other hints say too little, or another name.
            _ => 0.0,
        };
        assert!(right >= least, "{kind:?}: {right}");
    }
    let wrong = share(absent_wrong, absent);
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
