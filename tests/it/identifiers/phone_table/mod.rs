//! Compiles Google's metadata to the table of numbering plans, and compares it with the table in `src`.
//!
//! `UPDATE_TABLE=1 cargo test --test it phone_table` writes the table. The metadata comes with the dev-dependency
//! `phonenumber`. Every question about a run of digits (its kind and region, whether it matches the general pattern, its
//! prefix) becomes nodes of one graph. A node has ten edges and an output. Nodes that give the same answers for all following
//! digits are one node.

mod country;
mod graph;
mod metadata;
mod own_country_code;
mod prefix;

use std::fs;

use contact_resolution::Region;

use self::country::{Acceptor, Country};
use self::graph::Graph;
use self::metadata::{Territory, VERSION, territories};
use self::prefix::{compile_prefix, replacement};

const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/identifier/phone/table.bin"
);

#[test]
fn table_is_compiled_from_the_metadata() {
    let compiled = table(&territories());
    if std::env::var_os("UPDATE_TABLE").is_some() {
        fs::write(TABLE, &compiled).unwrap();
    }
    assert!(
        fs::read(TABLE).unwrap() == compiled,
        "the table is stale: UPDATE_TABLE=1 cargo test --test it phone_table"
    );
    assert!(
        compiled.len() < 500_000,
        "the table has {} bytes",
        compiled.len()
    );
}

#[test]
fn regions_are_those_of_the_metadata() {
    let mut regions: Vec<String> = territories()
        .into_iter()
        .map(|territory| territory.id)
        .filter(|id| id != "001")
        .collect();
    regions.sort();
    assert_eq!(
        regions,
        Region::ALL
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    );
}

/// Returns the bytes of the table. `src/identifier/phone/table.rs` describes them.
fn table(territories: &[Territory]) -> Vec<u8> {
    let mut graph = Graph::default();
    let mut answers = Interned::default();
    let mut prefixes = Interned::default();
    prefixes.index([0; 8]); // no prefix

    let mut codes = vec![0; 1000];
    let mut regions = vec![0; 26 * 26];
    let mut plans = Vec::new();
    for (index, territory) in territories.iter().enumerate() {
        let number = u8::try_from(index + 1).unwrap();
        let first = index == 0 || territories[index - 1].code != territory.code;
        let mut root = 0;
        if first {
            codes[usize::from(territory.code)] = number;
            let country: Vec<&Territory> = territories
                .iter()
                .filter(|other| other.code == territory.code)
                .collect();
            root = Country::new(&country).compile(&mut graph, &mut answers);
            let longest = territory.general.lengths.ilog2() + territory.code.ilog10() + 1;
            assert!(
                longest <= 19,
                "+{} has numbers of {longest} digits",
                territory.code
            );
        }
        let mut name = [0; 2];
        if territory.id != "001" {
            name.copy_from_slice(territory.id.as_bytes());
            let [row, column] = name.map(|letter| usize::from(letter - b'A'));
            regions[26 * row + column] = number;
        }
        let general = Acceptor::new(&[&territory.general.text]);
        let general = graph.compile(
            &general.start(),
            &|state, digit| general.step(state, digit),
            &|state, _| u8::from(general.accepts(state, 0)),
        );
        let prefix = territory.prefix.as_deref().map_or(0, |pattern| {
            let rule = territory.transform.as_deref();
            compile_prefix(&mut graph, pattern, &mut |slots| {
                u8::try_from(prefixes.index(replacement(slots, rule))).unwrap()
            })
        });
        let international = territory.international.as_deref().map_or(0, |pattern| {
            compile_prefix(&mut graph, pattern, &mut |slots| slots[1].unwrap())
        });
        plans.extend(name);
        plans.extend(territory.code.to_le_bytes());
        plans.extend(territory.general.lengths.to_le_bytes());
        plans.extend(territory.local.to_le_bytes());
        for root in [root, general, prefix, international] {
            plans.extend(root.to_le_bytes());
        }
        let mut trunk = territory.trunk.clone().unwrap_or_default().into_bytes();
        assert!(trunk.len() <= 4 && trunk.iter().all(u8::is_ascii_digit));
        trunk.resize(4, 0);
        plans.extend(trunk);
    }

    let outputs = graph.nodes.iter().map(|node| node.1).collect();
    let nodes = graph
        .nodes
        .iter()
        .flat_map(|node| node.0)
        .flat_map(u16::to_le_bytes)
        .collect();
    let sections: [Vec<u8>; 8] = [
        codes,
        regions,
        plans,
        answers.all.concat(),
        prefixes.all.concat(),
        graph.rows.all.concat(),
        outputs,
        nodes,
    ];
    let mut table = b"phones 1".to_vec();
    table.extend(VERSION.as_bytes());
    table.resize(16, 0);
    let mut at = 16 + 4 * sections.len();
    for section in &sections {
        table.extend(u32::try_from(at).unwrap().to_le_bytes());
        at += section.len();
    }
    table.extend(sections.concat());
    table
}

/// Distinct values with their indexes.
#[derive(Default)]
struct Interned<const N: usize> {
    all: Vec<[u8; N]>,
}

impl<const N: usize> Interned<N> {
    fn index(&mut self, value: [u8; N]) -> usize {
        self.all
            .iter()
            .position(|known| *known == value)
            .unwrap_or_else(|| {
                self.all.push(value);
                self.all.len() - 1
            })
    }
}
