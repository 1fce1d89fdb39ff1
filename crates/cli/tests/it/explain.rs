//! Explanations of decisions, as text and as a picture, and plans as text.

use std::fs;
use std::path::Path;

use crate::{SAMPLE, command_line};

/// Runs a command that must succeed or refuse. Returns its output.
fn printed(arguments: &[&str]) -> String {
    let output = command_line().args(arguments).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn resolve(options: &[&str]) -> String {
    let fixed = ["resolve", "--directory", SAMPLE, "--account", "whatsapp"];
    printed(&[&fixed[..], options].concat())
}

#[test]
fn explanation_has_the_reason_for_each_person() {
    let report = resolve(&[
        "--explain",
        "--id",
        "12125550142@s.whatsapp.net",
        "--phone",
        "(212) 555-0177",
        "--email",
        "not an address",
        "--name",
        "Chidi",
    ]);
    let (_, tree) = report.split_once("\n\n").unwrap();
    let expected = "\
id 12125550142@s.whatsapp.net
  id 12125550142 (exact)
    12125550142@s.whatsapp.net, Ada Okafor: chosen by the id in the payload
phoneNumber (212) 555-0177
  phone +12125550177 (exact)
    lid-200000000000021, Chidi Okafor: not chosen: another person has a stronger kind of identifier
    lid-200000000000022, Ngozi Eze: not chosen: another person has a stronger kind of identifier
email not an address
  not used: invalid_email
fullName Chidi
  only orders people
";
    assert_eq!(tree, expected);
}

#[test]
fn people_of_an_ambiguous_number_may_be_meant() {
    let report = resolve(&["--explain", "--phone", "+12125550177"]);
    assert!(
        report.contains("lid-200000000000021, Chidi Okafor: may be meant\n"),
        "{report}"
    );
    assert!(
        report.contains("lid-200000000000022, Ngozi Eze: may be meant\n"),
        "{report}"
    );
}

#[test]
fn picture_shows_the_winning_path_and_no_markup_of_names() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("decision.svg");
    let draw = |path: &Path, name: &str| {
        let path = path.to_str().unwrap();
        resolve(&["--phone", "+12125550142", "--name", name, "--svg", path])
    };
    draw(&picture, "Ada");
    let svg = fs::read_to_string(&picture).unwrap();
    assert_eq!(
        svg.matches("stroke=\"#0b6e4f\" stroke-width=\"3\"").count(),
        2
    );
    assert!(svg.contains("Ada Okafor") && svg.ends_with("</svg>\n"));

    // A picture of an earlier run is replaced, and another file is not.
    draw(&picture, "Ada");
    let note = folder.path().join("note.txt");
    fs::write(&note, "a note").unwrap();
    let arguments = ["--phone", "+12125550142", "--svg", note.to_str().unwrap()];
    let fixed = ["resolve", "--directory", SAMPLE, "--account", "whatsapp"];
    let output = command_line().args(fixed).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&note).unwrap(), "a note");

    let field = "<script>alert(1)</script>\u{202E}\u{1}&";
    let path = picture.to_str().unwrap();
    resolve(&["--username", field, "--svg", path]);
    let svg = fs::read_to_string(&picture).unwrap();
    assert!(!svg.contains("<script"), "{svg}");
    assert!(!svg.contains('\u{202E}') && !svg.contains('\u{1}'));
    assert!(svg.contains("&lt;script&gt;"), "{svg}");
}

#[test]
fn plan_show_prints_a_written_plan() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json");
    let plan = plan.to_str().unwrap();
    resolve(&["--phone", "(212) 555-0142", "--plan", plan]);
    let expected = "\
reuse      the chat !ada:whatsapp
account    whatsapp
person     12125550142@s.whatsapp.net
name       Ada Okafor
input      phoneNumber (212) 555-0142
";
    assert_eq!(printed(&["plan", "show", plan]), expected);
    let output = command_line()
        .args(["plan", "show", SAMPLE])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
