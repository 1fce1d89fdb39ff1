//! What differs between networks is data: no code asks which network it is on.

use std::fs;
use std::path::Path;

/// Calls `read` with each line of code below a folder, without comments and tests.
fn each_line(folder: &Path, read: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_line(&path, read);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]").next().unwrap();
            let lines = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            lines.for_each(|line| read(&path, line));
        }
    }
}

/// Returns whether a line compares a network with a certain one, or branches on its name.
fn is_branch(line: &str) -> bool {
    let compact: String = line.split_whitespace().collect();
    let is_constant = |rest: &str| {
        let name = rest.strip_prefix("Network::").unwrap_or("");
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name
                .chars()
                .nth(1)
                .is_some_and(|c| c.is_ascii_uppercase() || c == '_')
    };
    let compares = ["==", "!=", "==*", "!=*", "==&", "!=&"]
        .iter()
        .any(|operator| compact.split(operator).skip(1).any(is_constant));
    let is_arm = compact.contains("=>")
        && compact
            .split("=>")
            .next()
            .is_some_and(|arm| arm.split('|').any(is_constant));
    let by_name = [
        "network.name()==",
        "network().name()==",
        "matchnetwork",
        "matchself.network",
        "title()==",
    ];
    compares || is_arm || by_name.iter().any(|branch| compact.contains(branch))
}

#[test]
fn branch_on_a_network_is_recognized() {
    for line in [
        "if account.network == Network::SLACK {",
        "Network::IRC | Network::XMPP => true,",
        "if network.name() == \"irc\" {",
        "match network.name() {",
        "if *network != Network::GENERAL {",
    ] {
        assert!(is_branch(line), "{line}");
    }
    for line in [
        "let network = Network::SLACK;",
        "Some(name) => Network::from_bridge_type(name),",
    ] {
        assert!(!is_branch(line), "{line}");
    }
}

#[test]
fn no_code_asks_which_network_it_is_on() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    let mut branches = Vec::new();
    for folder in [
        "src",
        "crates/cli/src",
        "crates/sqlite/src",
        "crates/postgres/src",
    ] {
        each_line(&root.join(folder), &mut |path, line| {
            count += 1;
            if is_branch(line) && !path.ends_with("src/network/rules.rs") {
                branches.push(format!("{}: {}", path.display(), line.trim()));
            }
        });
    }
    assert!(count > 5_000, "{count} lines");
    assert!(branches.is_empty(), "{branches:#?}");
}
