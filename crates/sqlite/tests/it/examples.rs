//! The example service finds its chat again after a restart.

#[path = "../../examples/service.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod service;

#[test]
fn restarted_service_finds_its_chat() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    for expected in ["created", "existing"] {
        let result = service::run(&path, "+1 212 555 0142").unwrap();
        assert_eq!(result.as_str(), expected);
        assert_eq!(result.chat_id(), Some("!new:chat"));
    }
}
