import { ArgumentError, LoadError, attempt, valueOf } from "./errors.js";
import { core } from "./full.js";

const policyText = (policy) => (policy === undefined ? "" : JSON.stringify(policy));

/** The requests as a list of texts. Anything but a list is refused later. */
const requestTexts = (requests) =>
  JSON.stringify(Array.isArray(requests) ? requests.map((request) => JSON.stringify(request) ?? "null") : requests ?? null);

/** Returns the object of the module that a directory wraps. */
let inner;

export class Directory {
  #inner;

  static {
    inner = (directory) => directory.#inner;
  }

  constructor(inner = core.Directory.fromSnapshot("{}")) {
    this.#inner = inner;
  }

  static fromSnapshot(snapshot) {
    const text = typeof snapshot === "string" ? snapshot : JSON.stringify(snapshot);
    return new Directory(attempt(() => core.Directory.fromSnapshot(text), ArgumentError));
  }

  static load(bytes) {
    return new Directory(attempt(() => core.Directory.load(bytes), LoadError));
  }

  save() {
    return attempt(() => this.#inner.save(), ArgumentError);
  }

  accounts() {
    return JSON.parse(this.#inner.accounts());
  }

  insertAccount(account, { contacts = false, chats = false } = {}) {
    return valueOf(this.#inner.insertAccount(JSON.stringify(account), contacts, chats), ArgumentError);
  }

  upsert(accountID, user) {
    return valueOf(this.#inner.upsert(accountID, JSON.stringify(user)), ArgumentError);
  }

  remove(accountID, id) {
    return this.#inner.remove(accountID, id);
  }

  record({ record }) {
    return record === undefined ? false : valueOf(this.#inner.record(JSON.stringify(record)), ArgumentError);
  }

  suggest(accountID, name, limit = 5) {
    return JSON.parse(this.#inner.suggest(accountID, name, limit));
  }

  search(accountID, name, limit = 5) {
    return JSON.parse(this.#inner.search(accountID, name, limit));
  }

  /** Frees the memory at once. Without it, the memory is freed when the object is collected. */
  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.#inner.free();
  }
}

export const resolve = (directory, request, policy) =>
  valueOf(inner(directory).resolve(JSON.stringify(request), policyText(policy)), ArgumentError);

export const resolveMany = (directory, requests, policy) =>
  valueOf(inner(directory).resolveMany(requestTexts(requests), policyText(policy)), ArgumentError);

export const plan = (directory, request, policy) =>
  valueOf(inner(directory).plan(JSON.stringify(request), policyText(policy)), ArgumentError) ?? undefined;

/** Begins a start, as an object of the module. */
export const begin = (directory, options) =>
  attempt(() => new core.Start(inner(directory), JSON.stringify(options)), ArgumentError);
