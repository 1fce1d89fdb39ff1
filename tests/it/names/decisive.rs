//! How often a hint settles between two people, and how often on the wrong one. The second is the worse error.

use contact_resolution::name::{Name, score};

use crate::people::{KINDS, hint, people};

/// Whom a hint settles on, as a decision does: it clearly means one of them and clearly not the other.
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
fn a_hint_settles_often_and_hardly_ever_on_the_wrong_one() {
    let people = people(12_000);
    let full: Vec<&String> = people
        .iter()
        .filter(|name| name.split(' ').count() == 2)
        .collect();
    let (mut absent, mut absent_wrong) = (0, 0);
    for kind in KINDS {
        let (mut present, mut right, mut wrong) = (0, 0, 0);
        for trio in full.chunks_exact(3) {
            let [meant, rival, other] = [trio[0], trio[1], trio[2]];
            let hint = hint(kind, meant);
            present += 1;
            match settled(&hint, [meant, rival]) {
                Some(0) => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
            // Nobody who is there is meant.
            absent += 1;
            absent_wrong += usize::from(settled(&hint, [rival, other]).is_some());
        }
        let (right, wrong) = (share(right, present), share(wrong, present));
        println!("{kind}: settled on the right one {right} %, on the wrong one {wrong} %");
        assert!(wrong < 0.1, "{kind}: {wrong}");
        let least = match *kind {
            "as written" | "family name first" => 80.0,
            "two letters swapped" | "initial" => 70.0,
            // These say too little, or another name.
            _ => 0.0,
        };
        assert!(right >= least, "{kind}: {right}");
    }
    let wrong = share(absent_wrong, absent);
    println!("nobody meant: settled {wrong} %");
    assert!(wrong < 0.1, "{wrong}");
}

/// A relative or a namesake beside the one who is meant is never taken in their place, nor is anybody taken.
#[test]
fn who_shares_a_name_is_not_ruled_out() {
    let people = people(4_000);
    for pair in people.chunks_exact(2) {
        let (Some((given, family)), Some((other, another))) =
            (pair[0].split_once(' '), pair[1].split_once(' '))
        else {
            continue;
        };
        for rival in [format!("{other} {family}"), format!("{given} {another}")] {
            for kind in KINDS {
                let hint = hint(kind, &pair[0]);
                assert_ne!(
                    settled(&hint, [&pair[0], &rival]),
                    Some(1),
                    "{hint}: {rival}"
                );
            }
        }
    }
}
