//! Rules that are refused, each with its code and place.

use std::collections::BTreeSet;

use contact_resolution::Network;
use contact_resolution::network::RulesError;
use serde_json::{Value, json};

/// Rules that are accepted, and that each case changes.
fn good() -> Value {
    json!({
        "name": "acme",
        "kinds": ["id", "phone", "handle"],
        "id": {"forms": [{"pattern": "acme:[a-z0-9]{1,20}"}, {"pattern": "[0-9]{1,6}"}]},
        "handle": {"forms": [{"pattern": "[a-z0-9]{3,12}"}], "case": "lower"},
        "links": [{"hosts": ["acme.example"], "people": [{"path": "u/{}", "kind": "handle"}]}],
        "capabilities": ["create_dm", "lookup_username"],
        "shortCodes": true
    })
}

fn pattern(pattern: &str) -> (&'static str, Value) {
    ("/handle/forms/0/pattern", json!(pattern))
}

/// Sets a member of the rules.
fn set(rules: &mut Value, member: &str, value: Value) {
    let (parent, name) = member.rsplit_once('/').unwrap();
    let parent = rules.pointer_mut(parent).unwrap();
    match name.parse::<usize>() {
        Ok(at) => parent[at] = value,
        Err(_) => parent[name] = value,
    }
}

/// A changed member and its new value, the code, and the place.
type Case = ((&'static str, Value), &'static str, &'static str);

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn cases() -> Vec<Case> {
    let long = "a".repeat(2000);
    vec![
        (("/kinds", json!("id")), "not_rules", "rules"),
        (("/capabilities", json!(["fly"])), "not_rules", "rules"),
        (("/lookups", json!({"fax": "asks"})), "not_rules", "rules"),
        (("/invite", json!("maybe")), "not_rules", "rules"),
        (("/handle/forms/0/patern", json!("a")), "not_rules", "rules"),
        (("/name", json!("Acme Chat")), "invalid_name", "name"),
        (("/name", json!("")), "invalid_name", "name"),
        (("/name", json!("slack")), "built_in_name", "name"),
        (("/title", json!(" ")), "empty_text", "title"),
        (("/title", json!(long)), "too_long", "title"),
        (
            ("/title", json!("Ac\u{202E}me")),
            "invisible_character",
            "title",
        ),
        (
            ("/bridgeTypes", json!(["gmessages"])),
            "taken_bridge_type",
            "bridgeTypes",
        ),
        (
            ("/kinds", json!(["phone", "handle"])),
            "kinds_without_id",
            "kinds",
        ),
        (
            ("/kinds", json!(["id", "id", "phone", "handle"])),
            "duplicate_kind",
            "kinds",
        ),
        (("/handle", Value::Null), "no_handle_grammar", "handle"),
        (
            ("/kinds", json!(["id", "phone"])),
            "unused_handle_grammar",
            "handle",
        ),
        (
            ("/capabilities", json!(["lookup_email"])),
            "kind_not_taken",
            "capabilities",
        ),
        (
            ("/lookups", json!({"email": "asks"})),
            "kind_not_taken",
            "lookups",
        ),
        (
            ("/links/0/people/0/kind", json!("email")),
            "kind_not_taken",
            "links[0]",
        ),
        (
            ("/standInIds", json!(["PNI:"])),
            "kind_not_taken",
            "standInIds",
        ),
        (("/messageLimit", json!(0)), "zero_limit", "messageLimit"),
        (
            ("/handle/maxBytes", json!(0)),
            "zero_limit",
            "handle.maxBytes",
        ),
        (
            ("/ownNumbers", json!([{"prefix": "888", "digits": [8, 8]}])),
            "invalid_number_range",
            "ownNumbers[0]",
        ),
        (
            ("/ownNumbers", json!([{"prefix": "+888", "digits": [9, 8]}])),
            "invalid_number_range",
            "ownNumbers[0]",
        ),
        (
            (
                "/ownNumbers",
                json!([{"prefix": "+888", "digits": [8, 13]}]),
            ),
            "invalid_number_range",
            "ownNumbers[0]",
        ),
        (
            ("/id/forms", json!([{"pattern": "acme:[a-z]"}])),
            "short_codes_are_no_ids",
            "shortCodes",
        ),
        (("/handle/forms", json!([])), "no_forms", "handle.forms"),
        (pattern(""), "empty_pattern", "handle.forms[0].pattern"),
        (
            pattern("[a]1[b]2[c]3[d]"),
            "too_many_parts",
            "handle.forms[0].pattern",
        ),
        (pattern("[a-z"), "unclosed_set", "handle.forms[0].pattern"),
        (
            ("/handle/forms/0/needs", json!("a-z")),
            "unclosed_set",
            "handle.forms[0].needs",
        ),
        (pattern("[]{1,2}"), "empty_set", "handle.forms[0].pattern"),
        (pattern("[a^a]"), "empty_set", "handle.forms[0].pattern"),
        (
            pattern("[z-a]"),
            "reversed_range",
            "handle.forms[0].pattern",
        ),
        (pattern("[äö]"), "not_ascii", "handle.forms[0].pattern"),
        (
            pattern("a\u{200B}b"),
            "invisible_character",
            "handle.forms[0].pattern",
        ),
        (
            ("/handle/prefixes", json!(["@\u{200B}"])),
            "invisible_character",
            "handle.prefixes",
        ),
        (pattern("a\\d"), "bad_escape", "handle.forms[0].pattern"),
        (pattern("a\\"), "bad_escape", "handle.forms[0].pattern"),
        (pattern("[a]{1,b}"), "bad_count", "handle.forms[0].pattern"),
        (pattern("[a]{0,0}"), "bad_count", "handle.forms[0].pattern"),
        (
            pattern("[a]{1,99999}"),
            "bad_count",
            "handle.forms[0].pattern",
        ),
        (pattern("[a]{3"), "bad_count", "handle.forms[0].pattern"),
        (
            pattern("[a]{3,2}"),
            "reversed_count",
            "handle.forms[0].pattern",
        ),
        (
            pattern("a{3}"),
            "count_without_set",
            "handle.forms[0].pattern",
        ),
        (pattern("{uuid"), "unclosed_part", "handle.forms[0].pattern"),
        (
            pattern("{email}"),
            "unknown_part",
            "handle.forms[0].pattern",
        ),
        (pattern("(a|b"), "unclosed_group", "handle.forms[0].pattern"),
        (pattern("a()?"), "empty_group", "handle.forms[0].pattern"),
        (pattern("(a|)"), "empty_group", "handle.forms[0].pattern"),
        (
            pattern("(a(b)?)?"),
            "nested_group",
            "handle.forms[0].pattern",
        ),
        (
            pattern("([a]|b)c"),
            "choice_of_sets",
            "handle.forms[0].pattern",
        ),
        (pattern("a?"), "stray_character", "handle.forms[0].pattern"),
        (pattern("a|b"), "stray_character", "handle.forms[0].pattern"),
        (
            pattern("[a-z.]{1,9}.x"),
            "greedy_run",
            "handle.forms[0].pattern",
        ),
        (
            pattern("[a-z0-9]{1,9}(7)?x"),
            "greedy_run",
            "handle.forms[0].pattern",
        ),
        (pattern("{host}.x"), "greedy_run", "handle.forms[0].pattern"),
        (
            ("/handle/forms/0/sent", json!("x{1")),
            "bad_template",
            "handle.forms[0].sent",
        ),
        (
            ("/handle/forms/0/sent", json!("x")),
            "bad_template",
            "handle.forms[0].sent",
        ),
        (
            ("/handle/forms/0/identity", json!("{2}")),
            "unknown_run",
            "handle.forms[0].identity",
        ),
        (
            ("/handle/forms/0/own", json!({"run": 2, "identity": "{1}"})),
            "unknown_run",
            "handle.forms[0].own",
        ),
        (
            ("/id/forms/0", json!({"pattern": "acme", "embeds": "phone"})),
            "nothing_embedded",
            "id.forms[0].embeds",
        ),
        (
            ("/id/oneCase", json!(true)),
            "one_case_without_case",
            "id.oneCase",
        ),
        (
            ("/handle/never", json!({"is": ["Admin"]})),
            "word_not_folded",
            "handle.never.is",
        ),
        (
            ("/handle/never", json!({"is": [""]})),
            "empty_text",
            "handle.never.is",
        ),
        (
            ("/handle/forms/0/sent", json!("x-{1}")),
            "not_stable",
            "handle.forms[0]",
        ),
        (("/links/0/hosts", json!([])), "no_host", "links[0].hosts"),
        (
            ("/links/0/hosts", json!(["https://acme.example"])),
            "invalid_host",
            "links[0].hosts[0]",
        ),
        (
            ("/links/0/hosts", json!(["localhost"])),
            "invalid_host",
            "links[0].hosts[0]",
        ),
        (
            ("/links/0/people/0/path", json!("u/")),
            "invalid_path",
            "links[0].people[0].path",
        ),
    ]
}

#[test]
fn each_contradiction_is_refused_with_its_code_and_place() {
    assert!(Network::from_json(&good().to_string()).is_ok());
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for ((member, value), code, at) in cases() {
        let mut rules = good();
        set(&mut rules, member, value.clone());
        let Err(error) = Network::from_json(&rules.to_string()) else {
            wrong.push(format!("{member} {value}: accepted"));
            continue;
        };
        if (error.code(), error.at()) != (code, at) {
            wrong.push(format!("{member} {value}: {error}"));
        }
        assert!(
            error.to_string().starts_with(&format!("{}: ", error.at())),
            "{error}"
        );
        seen.insert(error.code());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut other = good();
    other["title"] = json!("Another");
    assert_eq!(
        Network::from_values(&[good(), good()]).map(|networks| networks.len()),
        Ok(2)
    );
    let error = Network::from_values(&[good(), other]).unwrap_err();
    assert_eq!((error.code(), error.at()), ("duplicate_name", "name"));
    seen.insert(error.code());
    let missing: Vec<_> = RulesError::CODES
        .iter()
        .filter(|code| !seen.contains(*code))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn deep_or_long_rules_are_refused_in_linear_time() {
    let begun = std::time::Instant::now();
    for text in [
        "[".repeat(1_000_000),
        "(".repeat(1_000_000),
        "[a]".repeat(300_000),
        "{".repeat(1_000_000),
    ] {
        let mut rules = good();
        rules["handle"]["forms"][0]["pattern"] = json!(text);
        assert!(Network::from_json(&rules.to_string()).is_err());
    }
    let mut rules = good();
    rules["handle"]["forms"] = (0..100_000).map(|_| json!({"pattern": "[a-z]"})).collect();
    assert!(Network::from_json(&rules.to_string()).is_err());
    assert!(begun.elapsed() < std::time::Duration::from_secs(30));
}
