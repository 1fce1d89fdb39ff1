//! The command `load` with a PostgreSQL server, and the decisions from it.

use contact_resolution::wire::{self, Snapshot};
use contact_resolution::{AsyncDirectory, Directory, DirectoryQuery, MemoryDirectory};
use contact_resolution_postgres::PostgresStore;

use crate::own_network::requests;
use crate::postgres_server::Server;
use crate::{OWN_NETWORK, SAMPLE, command_line, run};

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn loaded_store_equals_the_json_directory() {
    let url = Server::shared().database().await;
    let output = command_line()
        .args(["load", "--from", SAMPLE, "--directory", &url])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let snapshot: Snapshot = wire::read(&std::fs::read(SAMPLE).unwrap()).unwrap();
    let memory = MemoryDirectory::from_snapshot(&snapshot);
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(store.accounts().await.unwrap().iter().eq(memory.accounts()));
    for account in memory.accounts() {
        let mut people = store.people(&account.id).await.unwrap();
        let mut expected: Vec<_> = memory.people(&account.id).collect();
        for people in [&mut people, &mut expected] {
            people.sort_by(|a, b| a.id.cmp(&b.id));
        }
        assert!(people == expected);
        for person in memory.people(&account.id) {
            let keys = person.keys(account);
            let ask = DirectoryQuery {
                account: &account.id,
                keys: &keys,
            };
            let Ok(mut expected) = Directory::find(&memory, &[ask]);
            let mut found = store.find_async(&[ask]).await.unwrap();
            for found in [&mut found, &mut expected] {
                found[0].people.sort_by(|a, b| a.id.cmp(&b.id));
            }
            assert!(found == expected);
        }
    }

    // A network of the host's own is read back from the store.
    let own_url = Server::shared().database().await;
    let load = ["load", "--from", OWN_NETWORK, "--directory", &own_url];
    assert!(command_line().args(load).status().unwrap().success());
    let decide = |directory: &str| {
        let decisions = run(&["resolve", "--directory", directory], requests());
        String::from_utf8(decisions.stdout).unwrap()
    };
    let decisions = decide(&own_url);
    assert_eq!(decisions, decide(OWN_NETWORK));
    assert!(decisions.contains("!ada:acme"));

    for arguments in [
        ["resolve", "--phone", "(212) 555-0142"],
        ["search", "--name", "okafor, ada"],
    ] {
        let by = |directory: &str| {
            let output = command_line()
                .args(arguments)
                .args(["--account", "whatsapp", "--directory", directory])
                .output()
                .unwrap();
            assert!(output.status.success());
            output.stdout
        };
        assert_eq!(by(&url), by(SAMPLE));
    }
}
