// Two tabs of Chromium share a ledger on the real Web Locks API.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openBrowser } from "./browser.mjs";

const claim = (page, claimTimeoutMs) =>
  page.evaluate(
    async (claimTimeoutMs) => {
      const { WebLocksLedger } = await import("/lib/index.js");
      const ledger = new WebLocksLedger({ claimTimeoutMs });
      return ledger.claim({ id: "0123", accountID: "wa", person: "phone:+12125550142" });
    },
    claimTimeoutMs,
  );
const record = (page, token, outcome) =>
  page.evaluate(
    async (token, outcome) => {
      const { WebLocksLedger } = await import("/lib/index.js");
      return new WebLocksLedger().record({ key: { id: "0123" }, token }, outcome);
    },
    token,
    outcome,
  );

test("two_tabs_share_one_claim", async () => {
  const browser = await openBrowser();
  try {
    const tabs = [browser.page, await browser.newPage(), await browser.newPage()];
    const results = await Promise.all(tabs.map((tab) => claim(tab)));
    assert.deepEqual(results.map(({ result }) => result).sort(), ["acquired", "held", "held"]);
    const owner = results.findIndex(({ result }) => result === "acquired");
    const { token } = results[owner];

    // The claim outlives its tab.
    await tabs[owner].close();
    const [one, other] = tabs.filter((_, at) => at !== owner);
    assert.equal((await claim(one)).result, "held");
    await new Promise((done) => setTimeout(done, 20));
    const taken = await claim(other, 10);
    assert.equal(taken.result, "expired");
    assert.equal(await record(one, token, { chatID: "!late" }), false);
    assert.equal(await record(other, taken.token, { chatID: "!new" }), true);
    assert.deepEqual(await claim(one), { result: "already_done", chatID: "!new" });
  } finally {
    await browser.close();
  }
});

test("worker_parses_and_decides", async () => {
  const browser = await openBrowser();
  try {
    const answer = await browser.page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const script = `import { parsePhone } from "${location.origin}/lib/index.js"; postMessage(parsePhone("+12125550142"));`;
          const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
          const worker = new Worker(url, { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (error) => reject(new Error(error.message));
        }),
    );
    assert.equal(answer.value, "+12125550142");
  } finally {
    await browser.close();
  }
});
