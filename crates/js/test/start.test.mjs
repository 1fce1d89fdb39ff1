// Starts over the host's `fetch` and ledger.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import {
  AbortedError,
  ArgumentError,
  Directory,
  LedgerError,
  MemoryLedger,
  plan,
  resolve,
  startChat,
} from "contact-resolution";

import { ROOT, commandLine, startServer } from "./rust.mjs";

const ACCOUNT = {
  accountID: "whatsapp",
  bridge: { id: "whatsapp", provider: "local", type: "whatsapp" },
  user: { id: "14155550100@s.whatsapp.net" },
  region: "US",
};
const server = { baseURL: "http://localhost:23373", accessToken: "secret" };
const request = { accountID: "whatsapp", user: { phoneNumber: "+44 20 7946 0958", fullName: "Zed" } };
const timing = { afterLostMs: 1, whileBusyMs: 5 };
const owner = { id: "442079460958@s.whatsapp.net", phoneNumber: "+442079460958", fullName: "Zed" };

const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const directoryOf = (account = ACCOUNT) => Directory.fromSnapshot({ accounts: [account] });

/** A server that answers lookups with the owner, and creates with `create`. It keeps its requests. */
const played = (create) => {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    return init.method === "GET" ? json(200, { items: [owner] }) : create(init);
  };
  return { fetch, requests, creates: () => requests.filter(({ method }) => method === "POST") };
};
const created = () => json(200, { id: "!new", chatID: "!new", status: "created" });

test("created_chat_is_in_the_outcome_and_in_the_directory_after_a_record", async () => {
  const directory = directoryOf();
  const { fetch, requests } = played(created);
  const outcome = await startChat({ directory, ledger: new MemoryLedger(), server, request, fetch });
  assert.equal(outcome.outcome, "created");
  assert.equal(outcome.chatID, "!new");
  assert.deepEqual(outcome.person, owner);
  const headers = requests.map(({ headers }) => Object.fromEntries(headers).authorization);
  assert.deepEqual(headers, ["Bearer secret", "Bearer secret"]);
  assert.ok(requests.every(({ redirect }) => redirect === "manual"));

  assert.equal(resolve(directory, request).decision, "create");
  const elsewhere = JSON.parse(JSON.stringify({ record: outcome.record }));
  assert.equal(directory.record(elsewhere), true);
  const next = resolve(directory, request);
  assert.deepEqual([next.decision, next.chatID], ["reuse", "!new"]);
});

test("ten_starts_at_once_make_one_chat", async () => {
  const directory = directoryOf();
  const ledger = new MemoryLedger();
  const { fetch, creates } = played(async () => {
    await new Promise((done) => setTimeout(done, 20));
    return created();
  });
  const start = () => startChat({ directory, ledger, server, request, fetch, timing });
  const outcomes = await Promise.all(Array.from({ length: 10 }, start));
  assert.equal(creates().length, 1);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["created", ...Array(9).fill("existing")]);
  assert.ok(outcomes.every(({ chatID }) => chatID === "!new"));
});

test("lost_create_is_not_repeated_and_blocks_the_next_start", async () => {
  const account = { ...ACCOUNT, accountID: "matrix", bridge: { ...ACCOUNT.bridge, type: "matrix" }, user: { id: "@me:example.org" } };
  const { fetch, creates } = played(() => {
    throw new TypeError("fetch failed");
  });
  const options = {
    directory: directoryOf(account),
    ledger: new MemoryLedger(),
    server,
    request: { accountID: "matrix", user: { id: "@zed:example.org" } },
    fetch,
    timing: { ...timing, busyWaits: 1 },
  };
  const first = await startChat(options);
  assert.deepEqual([first.outcome, first.code, first.retry], ["unknown", "outcome_unknown", false]);
  assert.equal((await startChat(options)).outcome, "busy");
  assert.equal(creates().length, 1);
});

test("request_that_never_left_is_repeated_and_releases_the_claim", async () => {
  const directory = directoryOf();
  const ledger = new MemoryLedger();
  let isUp = false;
  const { fetch, creates } = played(() => {
    if (isUp) return created();
    throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
  });
  const first = await startChat({ directory, ledger, server, request, fetch, timing });
  assert.deepEqual([first.outcome, creates().length], ["not_sent", 3]);
  isUp = true;
  const second = await startChat({ directory, ledger, server, request, fetch, timing });
  assert.equal(second.outcome, "created");
});

test("redirect_of_a_create_is_not_followed", async () => {
  const { fetch, creates } = played(() => ({ status: 0, headers: new Headers(), text: async () => "" }));
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server, request, fetch, timing };
  assert.equal((await startChat(options)).outcome, "unknown");
  assert.equal(creates().length, 1);
});

test("refusal_of_the_server_has_its_status_and_wait", async () => {
  const { fetch } = played(() => json(429, { code: "too_many", message: "" }, { "retry-after": "3600" }));
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server, request, fetch };
  const outcome = await startChat(options);
  assert.deepEqual([outcome.outcome, outcome.code, outcome.retryAfterMs], ["refused_by_network", "rate_limited", 3_600_000]);
  assert.deepEqual(outcome.network, { status: 429, code: "too_many" });
});

test("abort_before_the_create_releases_the_claim", async () => {
  const directory = directoryOf();
  const claims = new MemoryLedger();
  const abort = new AbortController();
  const ledger = {
    claim: (key) => {
      const result = claims.claim(key);
      abort.abort(new Error("the page was closed"));
      return result;
    },
    record: (claim, outcome) => claims.record(claim, outcome),
  };
  const { fetch, creates } = played(created);
  await assert.rejects(
    startChat({ directory, ledger, server, request, fetch, signal: abort.signal }),
    (error) => {
      assert.ok(error instanceof AbortedError);
      assert.deepEqual([error.name, error.code, error.createSent], ["AbortError", "aborted", false]);
      assert.equal(error.cause.message, "the page was closed");
      return true;
    },
  );
  assert.equal(creates().length, 0);
  const next = await startChat({ directory, ledger: claims, server, request, fetch });
  assert.equal(next.outcome, "created");
});

test("abort_during_the_create_keeps_the_claim", async () => {
  const directory = directoryOf();
  const ledger = new MemoryLedger();
  const abort = new AbortController();
  const { fetch } = played(({ signal }) => {
    setTimeout(() => abort.abort(), 5);
    return new Promise((_, lost) => signal.addEventListener("abort", () => lost(signal.reason)));
  });
  await assert.rejects(startChat({ directory, ledger, server, request, fetch, signal: abort.signal }), {
    name: "AbortError",
    createSent: true,
  });
  const { fetch: later } = played(created);
  const options = { directory, ledger, server, request, fetch: later, timing: { ...timing, busyWaits: 1 } };
  assert.equal((await startChat(options)).outcome, "busy");
});

test("chat_that_was_made_is_returned_after_an_abort", async () => {
  const abort = new AbortController();
  const { fetch } = played(() => {
    abort.abort();
    return created();
  });
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server, request, fetch, signal: abort.signal };
  assert.equal((await startChat(options)).chatID, "!new");
});

test("aborted_signal_sends_nothing", async () => {
  const { fetch, requests } = played(created);
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server, request, fetch };
  await assert.rejects(startChat({ ...options, signal: AbortSignal.abort() }), { name: "AbortError", createSent: false });
  assert.equal(requests.length, 0);
});

test("failing_ledger_is_an_error_with_its_cause", async () => {
  const cause = new Error("the database is locked");
  const ledger = {
    claim: () => {
      throw cause;
    },
    record: () => false,
  };
  const { fetch, creates } = played(created);
  await assert.rejects(startChat({ directory: directoryOf(), ledger, server, request, fetch }), (error) => {
    assert.ok(error instanceof LedgerError);
    assert.deepEqual([error.code, error.cause], ["ledger_unavailable", cause]);
    return true;
  });
  assert.equal(creates().length, 0);
});

test("malformed_answer_of_a_ledger_is_an_error", async () => {
  const { fetch, creates } = played(created);
  for (const answer of [{}, { result: "acquired", token: "1" }, { result: "acquired", token: -1 }, "held"]) {
    const ledger = { claim: async () => answer, record: async () => true };
    const options = { directory: directoryOf(), ledger, server, request, fetch };
    await assert.rejects(startChat(options), (error) => error instanceof LedgerError && error.cause instanceof TypeError);
  }
  assert.equal(creates().length, 0);
});

test("ledger_that_cannot_record_does_not_hide_the_chat", async () => {
  const ledger = {
    claim: async () => ({ result: "acquired", token: 1 }),
    record: () => {
      throw new Error("the database is locked");
    },
  };
  const { fetch } = played(created);
  const outcome = await startChat({ directory: directoryOf(), ledger, server, request, fetch });
  assert.deepEqual([outcome.outcome, outcome.chatID], ["created", "!new"]);
});

test("plan_is_carried_out_and_a_stale_plan_is_refused", async () => {
  const directory = directoryOf();
  directory.upsert("whatsapp", owner);
  const approved = JSON.parse(JSON.stringify(plan(directory, request)));
  assert.equal(approved.userID, owner.id);
  const { fetch } = played(created);
  const start = (plan) => startChat({ directory, ledger: new MemoryLedger(), server, plan, fetch });
  assert.equal((await start(approved)).outcome, "created");
  directory.remove("whatsapp", owner.id);
  directory.upsert("whatsapp", { ...owner, id: "u-2" });
  const stale = await start(approved);
  assert.deepEqual([stale.outcome, stale.code], ["refused", "stale_plan"]);
});

test("bridge_is_asked_by_its_provisioning_api", async () => {
  const urls = [];
  const fetch = async (url, { method }) => {
    urls.push(`${method} ${url}`);
    return json(method === "GET" ? 200 : 201, { id: "442079460958", name: "Zed", dm_room_mxid: "!room:example.org" });
  };
  const bridge = { api: "bridge", baseURL: "http://localhost:29318/_matrix/provision", accessToken: "s", loginID: "1" };
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server: bridge, request, fetch };
  const outcome = await startChat(options);
  assert.equal(outcome.chatID, "!room:example.org");
  assert.ok(urls.every((url) => url.includes("/_matrix/provision/v3/") && url.includes("login_id=1")), urls.join(" "));
});

test("malformed_options_are_errors_with_a_code", async () => {
  const options = { directory: directoryOf(), ledger: new MemoryLedger(), server, request };
  const rejects = (changes, code) =>
    assert.rejects(startChat({ ...options, ...changes }), (error) => {
      assert.ok(error instanceof ArgumentError);
      assert.equal(error.code, code);
      return true;
    });
  await rejects({ server: { baseURL: "localhost" } }, "invalid_server");
  await rejects({ server: { ...server, accessToken: "a\nb" } }, "invalid_server");
  await rejects({ request: undefined }, "invalid_request");
  await rejects({ request: { accountID: 7, user: {} } }, "invalid_request");
});

const TOKEN = "the-only-token";
const STARTS = [
  { accountID: "whatsapp", user: { phoneNumber: "(212) 555-0142" } },
  { accountID: "whatsapp", user: { phoneNumber: "+442079460958", fullName: "Zed" } },
  { accountID: "telegram", user: { username: "@somebody_new" } },
  { accountID: "imessage", user: { email: "a@absent.invalid" } },
];

/** Runs starts on an example server of their own. */
const onServer = async (start) => {
  const { url, stop } = await startServer(TOKEN);
  try {
    const outcomes = [];
    for (const request of STARTS) outcomes.push(await start(url, request));
    return outcomes;
  } finally {
    stop();
  }
};

test("outcome_on_the_example_server_equals_that_of_the_command_line", async () => {
  const path = join(ROOT, "examples/sample.json");
  const snapshot = readFileSync(path, "utf8");
  const byPackage = await onServer(async (baseURL, request) => {
    const directory = Directory.fromSnapshot(snapshot);
    const server = { baseURL, accessToken: TOKEN };
    const { record, ...outcome } = await startChat({ directory, ledger: new MemoryLedger(), server, request });
    return outcome;
  });
  const byCommandLine = await onServer((url, { accountID, user }) => {
    const options = Object.entries({ phoneNumber: "--phone", fullName: "--name", username: "--username", email: "--email" })
      .filter(([member]) => user[member] !== undefined)
      .flatMap(([member, option]) => [option, user[member]]);
    const start = ["start", "--json", "--base-url", url, "--directory", path, "--account", accountID, ...options];
    return JSON.parse(commandLine(start, "", { BEEPER_ACCESS_TOKEN: TOKEN }));
  });
  assert.deepEqual(byPackage, byCommandLine);
  assert.deepEqual(byPackage.map(({ outcome }) => outcome), ["existing", "created", "created", "refused"]);
});
