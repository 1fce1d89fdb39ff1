import { begin } from "./directory.js";
import { AbortedError, LedgerError } from "./errors.js";

/** The causes by which Node's `fetch` shows that a request never left. A browser shows none. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Clients of a server wait for 30 seconds. In this time, a start can lose the answer of a create and look for the chat. */
const FETCH_TIMEOUT_MS = 12_000;

/** Waits, at most until the signal aborts. */
const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(stop, ms);
    signal?.addEventListener("abort", stop);
  });

const unreachable = (cause) => new LedgerError("ledger_unavailable", "the ledger could not be reached", { cause });

/** Sends one request. Every HTTP status is a response. */
const exchange = async ({ method, url, headers, body }, fetch, signal, timeoutMs) => {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body === "" ? null : body,
      // A redirect would send the token to another server.
      redirect: "manual",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    if (response.status === 0) return { sent: true };
    const list = [...response.headers];
    // A recipient with a clock adds a missing `Date`. Browsers hide that of another origin.
    if (!response.headers.has("date")) list.push(["date", new Date().toUTCString()]);
    return { status: response.status, headers: list, body: await response.text() };
  } catch (error) {
    return { sent: !NOT_SENT.has(error?.cause?.code) };
  }
};

export const startChat = async ({
  directory,
  ledger,
  fetch = globalThis.fetch,
  signal,
  timeoutMs = FETCH_TIMEOUT_MS,
  ...options
}) => {
  const start = begin(directory, options);
  // Whether this start has a claim that no create has used.
  let unused;
  let createSent = false;
  const stopIfAborted = async () => {
    if (!signal?.aborted) return;
    // A claim that made nothing must not block the next start.
    if (unused !== undefined) await recorded(unused, {});
    throw new AbortedError(createSent, signal.reason);
  };
  /** Records an outcome. A claim that the ledger cannot record expires. */
  const recorded = async (claim, outcome) => {
    try {
      return await ledger.record(claim, outcome);
    } catch {
      return false;
    }
  };
  const carryOut = {
    fetch: (call) => {
      if (call.method !== "GET") {
        createSent = true;
        unused = undefined;
      }
      return exchange(call, fetch, signal, timeoutMs);
    },
    claim: async ({ key }) => {
      let result;
      try {
        result = await ledger.claim(key);
      } catch (cause) {
        throw unreachable(cause);
      }
      if (result?.result === "acquired") unused = { key, token: result.token };
      return result;
    },
    record: ({ key, token, chatID }) => {
      unused = undefined;
      createSent = false;
      return recorded({ key, token }, { chatID });
    },
    sleep: ({ ms }) => sleep(ms, signal),
  };
  try {
    let reply;
    for (;;) {
      const call = JSON.parse(start.advance(reply));
      // A chat that was made is recorded and returned also after an abort.
      if (call.call !== "record" && call.outcome?.chatID === undefined) await stopIfAborted();
      if (call.call === "done") {
        const { outcome, record } = call;
        return record === null ? outcome : { ...outcome, record };
      }
      if (call.call === "ledgerFailed") throw unreachable(new TypeError("the ledger's answer is malformed"));
      reply = JSON.stringify((await carryOut[call.call](call)) ?? null);
    }
  } finally {
    start.free();
  }
};
