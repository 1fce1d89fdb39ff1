// The published TypeScript client, with its own retries, against the example server.

import assert from "node:assert/strict";
import BeeperDesktop from "@beeper/desktop-api";

let requests = 0;
const client = new BeeperDesktop({
  baseURL: process.env.BEEPER_BASE_URL,
  accessToken: process.env.BEEPER_ACCESS_TOKEN,
  fetch: (...request) => {
    requests += 1;
    return fetch(...request);
  },
});
const start = (accountID, user, more = {}) => client.chats.start({ accountID, user, ...more });

const ada = await start("whatsapp", { phoneNumber: "(212) 555-0142" });
assert.deepEqual([ada.status, ada.id, ada.chatID], ["existing", "!ada:whatsapp", "!ada:whatsapp"]);
for (const status of ["created", "existing"]) {
  const dana = await start("whatsapp", { phoneNumber: "+447700900177", fullName: "Дана Петрова" });
  assert.deepEqual([dana.status, dana.type, dana.title], [status, "single", "Дана Петрова"]);
}
for (const [account, user] of [
  ["whatsapp", { phoneNumber: "+442079460958" }],
  ["telegram", { username: "@somebody_new" }],
  ["matrix", { id: "@new:example.org", username: "@new:example.org" }],
]) {
  const [first, second] = [await start(account, user), await start(account, user)];
  assert.deepEqual([first.status, second.status], ["created", "existing"]);
  assert.equal(first.id, second.id);
  assert.equal((await client.chats.retrieve(first.id)).id, first.id);
}
// Two simultaneous starts for one person make one chat.
const both = await Promise.all([1, 2].map(() => start("whatsapp", { phoneNumber: "+442079460959" })));
assert.deepEqual(both.map((chat) => chat.status).sort(), ["created", "existing"]);
assert.equal(both[0].id, both[1].id);

const unknown = "ACoAAzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";
const refusals = [
  [BeeperDesktop.UnprocessableEntityError, "no_identifier", 1, "whatsapp", {}],
  [BeeperDesktop.UnprocessableEntityError, "no_identifier", 1, "whatsapp", { fullName: "Nobody At All" }],
  [BeeperDesktop.UnprocessableEntityError, "invalid_identifier", 1, "whatsapp", { phoneNumber: "12" }],
  [BeeperDesktop.UnprocessableEntityError, "unsupported_identifier", 1, "whatsapp", { email: "a@example.com" }],
  [BeeperDesktop.UnprocessableEntityError, "ambiguous_user", 1, "whatsapp", { phoneNumber: "+12125550177" }],
  [BeeperDesktop.UnprocessableEntityError, "message_required", 1, "linkedin", { id: unknown }],
  [BeeperDesktop.UnprocessableEntityError, "message_too_long", 1, "linkedin", { id: unknown }, { messageText: "a".repeat(8001) }],
  [BeeperDesktop.PermissionDeniedError, "cannot_message", 1, "whatsapp", { phoneNumber: "+12125550199" }],
  [BeeperDesktop.PermissionDeniedError, "invite_required", 1, "matrix", { id: "@other:example.org" }, { allowInvite: false }],
  [BeeperDesktop.NotFoundError, "account_not_found", 1, "nowhere", { id: "a" }],
  [BeeperDesktop.NotFoundError, "user_not_found", 1, "imessage", { email: "a@absent.invalid" }],
  [BeeperDesktop.RateLimitError, "rate_limited", 3, "imessage", { email: "a@limited.invalid" }],
  [BeeperDesktop.InternalServerError, "upstream_failed", 3, "imessage", { email: "a@failing.invalid" }],
  [BeeperDesktop.InternalServerError, "account_unavailable", 1, "gmessages", { phoneNumber: "+12125550188" }],
  [BeeperDesktop.InternalServerError, "outcome_unknown", 1, "imessage", { email: "a@lost.invalid" }],
];
for (const [kind, code, asked, account, user, more] of refusals) {
  requests = 0;
  await assert.rejects(start(account, user, more), (error) => {
    assert.ok(error instanceof kind, `${code}: ${error}`);
    assert.deepEqual([error.error.code, requests], [code, asked]);
    return true;
  });
}

const message = { phoneNumber: "+442079460958" };
await assert.rejects(start("whatsapp", message, { messageText: "a".repeat(1 << 18) }), (error) => {
  assert.deepEqual([error.status, error.error.code], [400, "invalid_request"]);
  return true;
});

// The other requests of a resolver. A member that is null becomes an empty one.
assert.equal((await client.info.retrieve()).server.status, "ok");
assert.deepEqual((await client.accounts.contacts.search("imessage", { query: "kim@absent.invalid" })).items, []);
const found = await client.chats.search({ query: "ada okafor", type: "single", accountIDs: ["whatsapp"], cursor: null, limit: null, direction: null });
assert.deepEqual(found.items.map((chat) => chat.id), ["!ada:whatsapp"]);
const listed = await client.chats.list({ accountIDs: ["matrix"], cursor: null, direction: null });
assert.ok(listed.items.some((chat) => chat.id === "!erin:matrix"));
await client.chats.archive("!ada:whatsapp", { archived: true });
assert.equal((await client.chats.retrieve("!ada:whatsapp")).isArchived, true);
assert.equal((await client.chats.update("!ada:whatsapp", { isArchived: false, draft: null })).isArchived, false);
const sent = await client.messages.send("!ada:whatsapp", { text: "Hello" });
assert.equal(sent.chatID, "!ada:whatsapp");
assert.equal(ada.messageSent, false);
// This version of the client has no function for these.
assert.equal((await client.get("/v1/bridges")).items.length, 6);
assert.equal((await client.get("/v1/accounts/matrix")).accountID, "matrix");

let contacts = 0;
for await (const _ of client.accounts.contacts.list("whatsapp", { limit: 2 })) contacts += 1;
assert.equal(contacts, 6);
console.log("typescript client: ok");
