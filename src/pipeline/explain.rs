//! Explanations: why a decision chose a person.

use std::fmt;

use super::Pipeline;
use super::decide::{ChosenBy, Decision};
use super::rank::{Ranked, Ranking};
use super::triage::{Certainty, PayloadField};
use crate::network::IdentifierKind;

/// The identifiers of a payload, and the known people that they lead to.
///
/// Show an `Explanation` to a user. A program must use the [`Decision`]. An `Explanation` contains personal data, and
/// `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The identifiers, in the order of the fields.
    pub identifiers: Vec<ExplainedIdentifier>,
    /// The people, the strongest match first.
    pub people: Vec<ExplainedPerson>,
}

/// An identifier that was read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedIdentifier {
    /// The fields that the identifier came from.
    pub fields: Vec<PayloadField>,
    /// The kind of identifier.
    pub kind: IdentifierKind,
    /// The normalized text.
    pub value: String,
    /// The certainty of the reading.
    pub certainty: Certainty,
    /// The indices of the people with this identifier.
    pub people: Vec<usize>,
}

/// A person that an identifier leads to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedPerson {
    /// The id. A local person has none.
    pub user_id: Option<String>,
    /// The name.
    pub full_name: Option<String>,
    /// Why the person is meant, or is not.
    pub verdict: Verdict,
}

/// Why a person is meant, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// This person is chosen, for this reason.
    Chosen(ChosenBy),
    /// No person is chosen, and this person may be meant.
    Possible,
    /// This person was found with less certainty than the chosen person.
    LessCertain,
    /// This person has a weaker kind of identifier than the chosen person.
    WeakerKind,
    /// This person only stores the address. The address is the id of the chosen person.
    OnlyStored,
    /// This person's name fits the hint less well than the chosen person's name.
    NameFitsLess,
    /// This person was not named by the network. The network named the chosen person as the owner.
    NotNamed,
    /// This person fits as well as the chosen person.
    FitsEqually,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Chosen(ChosenBy::OnlyOne) => {
                "chosen, because no other person has as strong an identifier"
            }
            Verdict::Chosen(ChosenBy::Id) => "chosen by the id in the payload",
            Verdict::Chosen(ChosenBy::Hint) => "chosen by the name",
            Verdict::Chosen(ChosenBy::Network) => "chosen, because the network named this person",
            Verdict::Chosen(ChosenBy::Policy) => "chosen by the policy, as the first of several",
            Verdict::Possible => "may be meant",
            Verdict::LessCertain => "not chosen: the identifier is read with less certainty",
            Verdict::WeakerKind => "not chosen: another person has a stronger kind of identifier",
            Verdict::OnlyStored => "not chosen: the address is another person's id",
            Verdict::NameFitsLess => "not chosen: another person's name fits better",
            Verdict::NotNamed => "not chosen: the network named another person",
            Verdict::FitsEqually => "not chosen: fits as well as the chosen person",
        })
    }
}

impl Pipeline<'_> {
    /// Explains a decision. Pass the decision and the ranking that [`decide`](Pipeline::decide) returned together.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use contact_resolution::pipeline::{Pipeline, Verdict};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChosenBy, Coverage, IdentifierKind, Network, Person, Policy};
    ///
    /// let account = Account::new("telegram", Network::TELEGRAM, "me");
    /// let user = UserPayload {
    ///     id: Some("900142".into()),
    ///     phone_number: Some("+12125550142".into()),
    ///     ..UserPayload::default()
    /// };
    /// let (request, policy) = (StartRequest::new("telegram", user), Policy::default());
    /// let holds_number = |id: &str| Person::new(id).with_identifier(IdentifierKind::Phone, "+12125550142");
    /// let people = vec![Arc::new(holds_number("900142"))];
    ///
    /// let pipeline = Pipeline::new(&account, &request, &policy);
    /// let (decision, ranking) = pipeline.decide(people, Coverage::default(), &[]);
    /// let explanation = pipeline.explain(&decision, &ranking);
    /// assert_eq!(explanation.identifiers.len(), 2);
    /// assert_eq!(explanation.people[0].verdict, Verdict::Chosen(ChosenBy::OnlyOne));
    /// ```
    #[must_use]
    pub fn explain(&self, decision: &Decision, ranking: &Ranking) -> Explanation {
        // The best entry of each person, the strongest first, and the place of each person in this list.
        let mut best: Vec<(usize, &Ranked)> = Vec::new();
        let mut places: Vec<Option<usize>> = vec![None; ranking.people.len()];
        for entry in &ranking.entries {
            if let Some(person) = entry.person
                && let Some(place @ None) = places.get_mut(person)
            {
                *place = Some(best.len());
                best.push((person, entry));
            }
        }
        let place = |person: usize| places.get(person).copied().flatten();
        let chosen = ranking.chosen.zip(decision.chosen_by);
        let people = best.iter().map(|(person, entry)| {
            let verdict = match chosen {
                None => Verdict::Possible,
                Some((chosen, by)) if chosen == *person => Verdict::Chosen(by),
                Some((_, ChosenBy::Network)) => Verdict::NotNamed,
                Some((chosen, _)) => {
                    let winner = place(chosen).and_then(|place| best.get(place));
                    winner.map_or(Verdict::FitsEqually, |(_, winner)| {
                        disadvantage(entry, winner)
                    })
                }
            };
            let person = &ranking.people[*person];
            ExplainedPerson {
                user_id: person.network_id().map(str::to_owned),
                full_name: person.full_name.clone(),
                verdict,
            }
        });
        let people = people.collect();
        let candidates = self.triage.candidates.iter().enumerate();
        let identifiers = candidates.filter_map(|(index, candidate)| {
            let held = ranking
                .entries
                .iter()
                .filter(|entry| entry.candidate == index);
            Some(ExplainedIdentifier {
                fields: candidate.fields.iter().collect(),
                kind: candidate.kind,
                value: candidate.identifier.as_ref()?.as_str().to_owned(),
                certainty: candidate.certainty,
                people: held.filter_map(|entry| place(entry.person?)).collect(),
            })
        });
        Explanation {
            identifiers: identifiers.collect(),
            people,
        }
    }
}

/// Returns the first criterion by which this person ranks below the chosen person.
fn disadvantage(entry: &Ranked, winner: &Ranked) -> Verdict {
    let (own, best) = (&entry.strength, &winner.strength);
    if own.certainty > best.certainty {
        Verdict::LessCertain
    } else if own.kind > best.kind {
        Verdict::WeakerKind
    } else if own.is_only_stored && !best.is_only_stored {
        Verdict::OnlyStored
    } else if entry.score < winner.score {
        Verdict::NameFitsLess
    } else {
        Verdict::FitsEqually
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("identifiers", &self.identifiers)
            .field("people", &self.people)
            .finish()
    }
}

impl fmt::Debug for ExplainedIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.certainty.as_str())
    }
}

impl fmt::Debug for ExplainedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verdict.fmt(f)
    }
}
