/** How long a claim without an outcome holds: longer than a create can take, with its lookups and a lost answer. */
const CLAIM_TIMEOUT_MS = 120_000;

/** Claims a person: returns the result, and the entry to store if the caller has the claim. */
const claimEntry = (entry, now, timeout, token) => {
  const isPast = entry !== undefined && now - entry.since > timeout;
  if (entry !== undefined && !isPast) {
    const result = entry.chatID === undefined ? { result: "held" } : { result: "already_done", chatID: entry.chatID };
    return { result };
  }
  // An older claim without an outcome may have made a chat.
  const isUnknown = entry !== undefined && entry.chatID === undefined;
  return { result: { result: isUnknown ? "expired" : "acquired", token }, store: { token, since: now } };
};

/** A ledger for one page, worker or process. */
export class MemoryLedger {
  #entries = new Map();
  #timeout;
  #token = 0;

  constructor({ claimTimeoutMs = CLAIM_TIMEOUT_MS } = {}) {
    this.#timeout = claimTimeoutMs;
  }

  claim({ id }) {
    this.#removeFinished();
    const { result, store } = claimEntry(this.#entries.get(id), Date.now(), this.#timeout, this.#token + 1);
    if (store !== undefined) {
      this.#token += 1;
      this.#entries.set(id, store);
    }
    return result;
  }

  record({ key, token }, outcome) {
    const entry = this.#entries.get(key.id);
    if (entry?.token !== token) return false;
    if (outcome.chatID === undefined) this.#entries.delete(key.id);
    else this.#entries.set(key.id, { token, since: Date.now(), chatID: outcome.chatID });
    return true;
  }

  /** Removes chats that every directory has received since. */
  #removeFinished() {
    const now = Date.now();
    for (const [id, entry] of this.#entries) {
      if (entry.chatID !== undefined && now - entry.since > this.#timeout) this.#entries.delete(id);
    }
  }
}

/**
 * A ledger for all tabs and workers of one origin, on the Web Locks API.
 *
 * A lock makes each claim one step. The entries are in a storage that all tabs share, so a claim outlives a tab that was
 * closed after its create. They hold a digest of the claim key.
 */
export class WebLocksLedger {
  #locks;
  #name;
  #storage;
  #timeout;

  constructor({
    name = "contact-resolution",
    claimTimeoutMs = CLAIM_TIMEOUT_MS,
    storage = globalThis.localStorage,
    locks = globalThis.navigator?.locks,
  } = {}) {
    if (storage == null) throw new TypeError("no storage: pass one that all workers share");
    if (locks == null) throw new TypeError("no Web Locks API, which needs a secure context");
    this.#locks = locks;
    this.#name = name;
    this.#storage = storage;
    this.#timeout = claimTimeoutMs;
  }

  claim({ id }) {
    return this.#change(id, async (entry) => {
      const counter = `${this.#name}:token`;
      const token = Number((await this.#storage.getItem(counter)) ?? 0) + 1;
      const { result, store } = claimEntry(entry, Date.now(), this.#timeout, token);
      if (store !== undefined) await this.#storage.setItem(counter, String(token));
      return [result, store];
    });
  }

  record({ key, token }, outcome) {
    return this.#change(key.id, (entry) => {
      if (entry?.token !== token) return [false, entry];
      const store = outcome.chatID === undefined ? null : { token, since: Date.now(), chatID: outcome.chatID };
      return [true, store];
    });
  }

  /** Changes an entry while no other tab can. `null` removes it, and `undefined` leaves it. */
  #change(id, change) {
    const item = `${this.#name}:${id}`;
    // One lock for all entries, because they share the counter of tokens.
    return this.#locks.request(this.#name, async () => {
      const text = await this.#storage.getItem(item);
      const [result, store] = await change(typeof text === "string" ? JSON.parse(text) : undefined);
      if (store === null) await this.#storage.removeItem(item);
      else if (store !== undefined) await this.#storage.setItem(item, JSON.stringify(store));
      return result;
    });
  }
}
