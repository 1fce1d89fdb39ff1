// Directories, parsers and errors.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as library from "contact-resolution";
import * as identifiers from "contact-resolution/identifiers";

const { ArgumentError, ContactResolutionError, Directory, LoadError, ParseError } = library;

const account = (accountID, type, more = {}) => ({
  accountID,
  bridge: { id: type, provider: "local", type },
  user: { id: "me" },
  ...more,
});
const codeOf = (call, ErrorType) => {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof ErrorType && error instanceof ContactResolutionError, String(error));
    assert.equal(error.name, ErrorType.name);
    return error.code;
  }
  return assert.fail("no error");
};

test("parsers_of_both_modules_are_equal", () => {
  for (const { parsePhone, parseEmail, parseHandle, parseId, parseLink, ParseError } of [library, identifiers]) {
    assert.equal(parsePhone("(212) 555-0142", { region: "US" }).value, "+12125550142");
    assert.equal(parseEmail("Ada@Exämple.org").value, "ada@xn--exmple-cua.org");
    assert.equal(parseHandle("@Ada", { network: "telegram" }).value, "ada");
    assert.equal(parseId("@ada:example.org", { network: "matrix" }).value, "@ada:example.org");
    assert.deepEqual(parseLink("https://t.me/ada_b", { network: "telegram" }), { kind: "handle", value: "ada_b" });
    assert.equal(parseLink("ada"), undefined);
    assert.throws(() => parsePhone("555-0142"), (error) => error instanceof ParseError && error.code === "missing_region");
  }
});

test("errors_have_a_class_and_a_code", () => {
  assert.equal(codeOf(() => library.parseEmail("ada"), ParseError), "invalid_email");
  assert.equal(codeOf(() => library.parseLink("t.me/+abcdef", { network: "telegram" }), ParseError), "not_a_person");
  assert.equal(codeOf(() => library.parsePhone("1", { region: "Atlantis" }), ArgumentError), "invalid_request");
  assert.equal(codeOf(() => library.parseEmail("a@b.c", { policy: "loose" }), ArgumentError), "invalid_request");
  assert.equal(codeOf(() => library.parseId("a", { network: { name: "acme" } }), ArgumentError), "invalid_request");
  assert.equal(codeOf(() => Directory.fromSnapshot("{"), ArgumentError), "invalid_request");
  assert.equal(codeOf(() => Directory.fromSnapshot({ networks: [{ name: "acme", kinds: [] }] }), ArgumentError), "kinds_without_id");
  assert.equal(codeOf(() => Directory.load(new Uint8Array(9)), LoadError), "not_a_directory");
  const bytes = Directory.fromSnapshot({ accounts: [account("a", "irc")] }).save();
  bytes[bytes.length - 1] ^= 1;
  assert.equal(codeOf(() => Directory.load(bytes), LoadError), "damaged_file");
  assert.equal(codeOf(() => library.resolve(new Directory(), { accountID: "a", user: {} }, 7), ArgumentError), "invalid_request");
});

test("account_and_users_are_inserted_changed_and_removed", () => {
  const directory = new Directory();
  assert.equal(directory.upsert("wa", { id: "u-1" }), false);
  directory.insertAccount(account("wa", "whatsapp", { region: "US" }), { chats: true });
  assert.deepEqual(directory.accounts(), [{ accountID: "wa", network: "whatsapp", region: "US" }]);
  assert.equal(directory.upsert("wa", { id: "u-1", fullName: "Ada Okafor", phoneNumber: "(212) 555-0142" }), true);
  const request = { accountID: "wa", user: { phoneNumber: "+12125550142" } };
  assert.equal(library.resolve(directory, request).userID, "u-1");
  assert.deepEqual(directory.suggest("wa", "okafor"), [{ id: "u-1", phoneNumber: "(212) 555-0142", fullName: "Ada Okafor" }]);
  assert.deepEqual(directory.search("wa", "Ada Okafor"), [{ fullName: "Ada Okafor", score: 1_000_000, userID: "u-1" }]);
  assert.equal(directory.remove("wa", "u-1"), true);
  assert.equal(directory.remove("wa", "u-1"), false);
  assert.equal(library.resolve(directory, request).userID, undefined);
});

test("changed_contact_keeps_its_chats", () => {
  const directory = Directory.fromSnapshot(readFileSync(new URL("../../../examples/sample.json", import.meta.url), "utf8"));
  const id = "12125550142@s.whatsapp.net";
  directory.upsert("whatsapp", { id, phoneNumber: "+12125550142", fullName: "Ada Lovelace" });
  const decision = library.resolve(directory, { accountID: "whatsapp", user: { id } });
  assert.deepEqual([decision.decision, decision.chatID, decision.fullName], ["reuse", "!ada:whatsapp", "Ada Lovelace"]);
});

test("saved_directory_makes_the_same_decisions", () => {
  const snapshot = readFileSync(new URL("../../../examples/sample.json", import.meta.url), "utf8");
  const directory = Directory.fromSnapshot(snapshot);
  const loaded = Directory.load(directory.save());
  const requests = directory.accounts().map(({ accountID }) => ({ accountID, user: { fullName: "Ada", phoneNumber: "+12125550142" } }));
  assert.deepEqual(library.resolveMany(loaded, requests), library.resolveMany(directory, requests));
  assert.deepEqual(loaded.save(), directory.save());
});

test("own_network_has_its_own_rules", () => {
  const snapshot = JSON.parse(readFileSync(new URL("../../../examples/own_network.json", import.meta.url), "utf8"));
  const [network] = snapshot.networks;
  assert.equal(Directory.fromSnapshot(snapshot).accounts()[0].network, "acme");
  assert.equal(library.parseHandle("@Ada", { network }).value, "ada");
  assert.equal(codeOf(() => library.parseHandle("@a", { network }), ParseError), "invalid_handle");
  assert.deepEqual(library.parseLink("https://acme.example/u/ada", { network }), { kind: "handle", value: "ada" });
});

test("disposed_directory_is_freed", () => {
  const directory = new Directory();
  directory[Symbol.dispose]();
  assert.throws(() => directory.accounts());
});
