// The two ledgers keep the same promises.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryLedger, WebLocksLedger } from "contact-resolution";

const key = { id: "0123456789abcdef0123456789abcdef", accountID: "wa", person: "phone:+12125550142" };

/** Locks like those of one browser: one holder at a time, in order. */
const locks = () => {
  let last = Promise.resolve();
  return {
    request: (_, callback) => {
      const result = last.then(callback);
      last = result.catch(() => undefined);
      return result;
    },
  };
};

/** A storage with asynchronous methods, as workers have it. */
const storage = () => {
  const items = new Map();
  const later = async (value) => value;
  return {
    items,
    getItem: (name) => later(items.get(name) ?? null),
    setItem: (name, value) => later(items.set(name, value)),
    removeItem: (name) => later(items.delete(name)),
  };
};

const ledgers = {
  memory_ledger: (claimTimeoutMs) => {
    const ledger = new MemoryLedger({ claimTimeoutMs });
    return [ledger, ledger];
  },
  web_locks_ledger_of_two_tabs: (claimTimeoutMs) => {
    const shared = { storage: storage(), locks: locks(), claimTimeoutMs };
    return [new WebLocksLedger(shared), new WebLocksLedger(shared)];
  },
};

for (const [name, open] of Object.entries(ledgers)) {
  test(`${name}_gives_a_claim_to_one_start`, async () => {
    const [one, other] = open(60_000);
    const results = await Promise.all([one, other, one, other].map((ledger) => ledger.claim(key)));
    assert.deepEqual(results.map(({ result }) => result).sort(), ["acquired", "held", "held", "held"]);
  });

  test(`${name}_remembers_a_chat_and_forgets_a_claim_without_one`, async () => {
    const [one, other] = open(60_000);
    const { token } = await one.claim(key);
    assert.equal(await other.record({ key, token }, {}), true);
    const again = await other.claim(key);
    assert.equal(again.result, "acquired");
    assert.ok(again.token > token);
    assert.equal(await one.record({ key, token }, { chatID: "!old" }), false);
    assert.equal(await one.record({ key, token: again.token }, { chatID: "!new" }), true);
    assert.deepEqual(await one.claim(key), { result: "already_done", chatID: "!new" });
  });

  test(`${name}_takes_over_an_expired_claim`, async () => {
    const [one, other] = open(10);
    const { token } = await one.claim(key);
    await new Promise((done) => setTimeout(done, 20));
    const taken = await other.claim(key);
    assert.equal(taken.result, "expired");
    assert.equal(await one.record({ key, token }, { chatID: "!late" }), false);
    assert.equal(await other.record({ key, token: taken.token }, { chatID: "!new" }), true);
    await new Promise((done) => setTimeout(done, 20));
    // The directory has the chat by now.
    assert.equal((await one.claim(key)).result, "acquired");
  });
}

test("web_locks_ledger_stores_no_number", async () => {
  const shared = storage();
  const ledger = new WebLocksLedger({ storage: shared, locks: locks() });
  await ledger.claim(key);
  assert.ok(![...shared.items].flat().join(" ").includes("2125550142"));
});

test("web_locks_ledger_needs_locks_and_a_storage", () => {
  assert.throws(() => new WebLocksLedger({ storage: null, locks: locks() }), TypeError);
  assert.throws(() => new WebLocksLedger({ storage: storage(), locks: null }), TypeError);
});
