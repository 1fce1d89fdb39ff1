//! A host may store the records of one person apart. They decide as the merged records of a snapshot do.

use std::collections::BTreeSet;
use std::convert::Infallible;

use contact_resolution::{
    Coverage, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Person,
};
use proptest::prelude::*;

use super::steps::decide_with;
use crate::generators::{ASKED, config, worlds};

/// A directory without a search by name, which shows single records.
struct WithoutSuggestions(MemoryDirectory);

impl Directory for WithoutSuggestions {
    type Error = Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Infallible> {
        self.0.find(queries)
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn records_stored_apart_decide_as_one(mut world in worlds()) {
        world.snapshot.chats.clear();
        let contacts = world.snapshot.contacts.entry(ASKED.to_owned()).or_default();
        let mut ids = BTreeSet::new();
        // A record replaces one with the same id. No host stores an id in two letter cases.
        contacts.retain(|contact| contact.id.is_empty() || ids.insert(contact.id.to_ascii_lowercase()));
        let merged = MemoryDirectory::from_snapshot(&world.snapshot);
        let mut apart = MemoryDirectory::new();
        apart.insert_account(world.account());
        let covered = world.snapshot.complete;
        apart.set_coverage(ASKED, Coverage { contacts: covered, chats: covered });
        for contact in &world.snapshot.contacts[ASKED] {
            prop_assert!(apart.upsert(ASKED, Person::from(contact)));
        }
        let [apart, merged] = [apart, merged]
            .map(|directory| serde_json::to_string(&decide_with(&world, &WithoutSuggestions(directory))).expect("a decision"));
        prop_assert_eq!(apart, merged);
    }
}
