/**
 * Find or create the right direct chat for a phone number, an email address, a username or a name.
 *
 * The names and values are those of the JSON of the Beeper Desktop API and of the Rust crate `contact-resolution`.
 */

import { ContactResolutionError, type NetworkRules, type ParseErrorCode } from "./identifiers.js";

export * from "./identifiers.js";

/** A kind of identifier. */
export type IdentifierKind = "id" | "phone" | "email" | "handle";

/** A field of the payload. */
export type PayloadField = "id" | "phoneNumber" | "email" | "username";

/**
 * How sure a reading is: the text itself, a guess of what was meant, or another spelling of the same number.
 */
export type Certainty = "exact" | "interpreted" | "variant";

/** The `user` of a request. Every field is optional and may hold an identifier of another kind. */
export interface UserPayload {
  id?: string | null;
  email?: string | null;
  /** A hint that is used for ranking only. */
  fullName?: string | null;
  phoneNumber?: string | null;
  username?: string | null;
}

/** The body of `POST /v1/chats/start`. Further members are ignored. */
export interface StartRequest {
  accountID: string;
  user: UserPayload;
  /** Whether the chat may be created by an invite. The default is `true`. */
  allowInvite?: boolean | null;
  /** The first message, for networks that create a chat by it. */
  messageText?: string | null;
}

/** A user as the API has it. A user without an id is an entry of an address book. */
export interface User extends UserPayload {
  otherNames?: readonly string[];
  imgURL?: string | null;
  cannotMessage?: boolean | null;
  isSelf?: boolean | null;
}

/** The flags of a bridge's capabilities. An absent flag is `false`. */
export interface ResolveIdentifierFlags {
  create_dm?: boolean;
  lookup_phone?: boolean;
  lookup_email?: boolean;
  lookup_username?: boolean;
  any_phone?: boolean;
  contact_list?: boolean;
  search?: boolean;
}

/** An account as the API has it. `region`, `caseMapping` and `resolve_identifier` may be added to it. */
export interface Account {
  accountID: string;
  bridge: { id: string; provider: string; type: string };
  user: User;
  status?: string | null;
  network?: string | null;
  /** The region in which national phone numbers are read, such as `"US"`. */
  region?: string | null;
  caseMapping?: "ascii" | "rfc1459" | null;
  resolve_identifier?: ResolveIdentifierFlags | null;
}

/** A chat as the API has it. Further members are ignored. */
export interface Chat {
  id: string;
  accountID: string;
  network: string;
  participants: { hasMore: boolean; items: readonly (User & ParticipantFlags)[]; total: number };
  title: string;
  type: "single" | "group";
  unreadCount: number;
  isArchived?: boolean | null;
  isReadOnly?: boolean | null;
  lastActivity?: string | null;
}

/** The flags of a participant. */
export interface ParticipantFlags {
  isAdmin?: boolean | null;
  isNetworkBot?: boolean | null;
  isPending?: boolean | null;
}

/** The state of a server. */
export interface Snapshot {
  /** The rules of the host's own networks. */
  networks?: readonly NetworkRules[];
  accounts?: readonly Account[];
  /** The contacts, by account id. */
  contacts?: Readonly<Record<string, readonly User[]>>;
  chats?: readonly Chat[];
  /** Whether `chats` has all direct chats of the accounts. The default is `false`. */
  complete?: boolean;
}

/** The choices of a host. */
export interface Policy {
  /** The region of national phone numbers, if the account has none. */
  defaultRegion?: string | null;
  /** Whether a chat is created only with a phone number in an assigned range. The default is `false`. */
  requireValidNumbers?: boolean;
  email?: { literals?: boolean; singleLabels?: boolean; trims?: boolean };
  /** The action if several people fit equally well. The default is `"refuse"`. */
  ambiguity?: "refuse" | "take_best";
}

/** A reading of a payload field. */
export interface ReadField {
  field: PayloadField;
  kind: IdentifierKind;
  value: string;
  certainty: Certainty;
}

/** The code of a payload field that cannot be used. */
export type FieldErrorCode = ParseErrorCode | "invalid_number" | "unsupported_kind" | "plain_text";

/** A warning of a decision. */
export interface Warning {
  code: WarningCode;
  field?: PayloadField;
  region?: string;
  /** The other reading, for `also_reads`. */
  also?: string;
  /** The present form of the number, for `renumbered`. */
  number?: string;
  message: string;
}

/** A person that a payload may mean. */
export interface PersonMatch {
  userID?: string;
  fullName?: string;
  via?: PayloadField[];
  certainty?: Certainty;
  known: boolean;
  identifier?: { kind: IdentifierKind; value: string };
  lastActivity?: string;
}

/** A person that another identifier of the payload means. */
export interface Conflict extends PersonMatch {
  code: ConflictCode;
}

/** The members of every decision. */
export interface DecisionBase {
  /** A stable code of the reason. */
  reason: Reason;
  /** The reason as a sentence. */
  because: string;
  fullName?: string;
  chosenBy?: ChosenBy;
  conflicts?: Conflict[];
  /** A code for each field that cannot be used. */
  fields?: Partial<Record<PayloadField, FieldErrorCode>>;
  read?: ReadField[];
  warnings?: Warning[];
  /** The region in which a national number was read. */
  assumedRegion?: string;
  suggestions?: PersonMatch[];
}

/** There is a direct chat with the person. */
export interface ReuseDecision extends DecisionBase {
  decision: "reuse";
  chatID: string;
  userID?: string;
  sendMessage: false;
  /** What the host may want to do with the chat. */
  followUps: FollowUp[];
  /** Other direct chats with the person. */
  duplicates: string[];
  cannotMessage?: true;
}

/** A chat would be created with the first identifier that the network knows. */
export interface CreateDecision extends DecisionBase {
  decision: "create";
  userID?: string;
  attempts: Attempt[];
  /** Whether the other person gets an invite. */
  invite: boolean;
  /** Whether the first message is sent with the create. */
  sendMessage: boolean;
}

/** No chat is opened. */
export interface RefuseDecision extends DecisionBase {
  decision: "refuse";
  code: RefusalCode;
  /** The HTTP status of the code. */
  status: number;
  /** Whether the same request may succeed later without any action by a user. */
  retry: boolean;
  retryAfterMs?: number;
  /** All unmet requirements of a new chat. The first is `code`. */
  unmet?: RefusalCode[];
  /** The people that the payload may mean. */
  candidates?: PersonMatch[];
  /** The place of the error, for `invalid_request`. */
  message?: string;
}

/** The decision on a request. */
export type Decision = ReuseDecision | CreateDecision | RefuseDecision;

/** One identifier that a create may use. */
export interface Attempt {
  kind: IdentifierKind;
  value: string;
  /** Whether the network is asked before the create. */
  lookup: boolean;
}

export type FollowUp = "accept" | "unarchive" | "read_only";

export type ChosenBy = "only_one" | "id" | "hint" | "network" | "policy";

export type ConflictCode = "other_person" | "unknown_id" | "identifier_moved";

export type WarningCode =
  | "assumed_region"
  | "not_valid"
  | "also_reads"
  | "extension"
  | "text_left_out"
  | "keypad_letters"
  | "renumbered"
  | "mixed_script"
  | "look_alike"
  | "found_by_variant"
  | "name_differs"
  | "unknown_network";

export type RefusalCode =
  | "invalid_request"
  | "cannot_message"
  | "cannot_message_self"
  | "cannot_create_chat"
  | "invite_required"
  | "account_not_found"
  | "user_not_found"
  | "no_identifier"
  | "invalid_identifier"
  | "unsupported_identifier"
  | "ambiguous_user"
  | "message_required"
  | "message_too_long"
  | "stale_plan"
  | "rate_limited"
  | "upstream_failed"
  | "account_unavailable"
  | "directory_unavailable"
  | "outcome_unknown";

export type Reason =
  | "chat_exists"
  | "no_chat_yet"
  | "chats_not_covered"
  | "unknown_person"
  | "unknown_person_without_lookup"
  | "unknown_id_first"
  | "shared_identifier_asked"
  | "named_by_network"
  | "empty_payload"
  | "only_name"
  | "nothing_readable"
  | "nothing_supported"
  | "only_plain_text"
  | "not_on_network"
  | "identifier_moved"
  | "shared_identifier"
  | "different_people"
  | "unknown_id_beside_known"
  | "account_not_connected"
  | "unmet"
  | "hidden"
  | "rate_limited"
  | "lookup_failed"
  | "lookup_inconclusive"
  | "wrong_chat"
  | "refused_by_network"
  | "not_sent"
  | "claim_held"
  | "create_lost"
  | "no_such_account"
  | "malformed_request"
  | "plan_action_changed"
  | "plan_evidence_changed"
  | "plan_person_changed";

/** A person that a search by name found. */
export interface SearchHit {
  userID?: string;
  fullName: string | null;
  /** From 0 to 1,000,000. */
  score: number;
}

/** What a start learned, for the directories of other tabs and processes. It can be cloned and written as JSON. */
export interface OutcomeRecord {
  accountID: string;
  people: object[];
}

/** Accounts, contacts and chats in memory. */
export class Directory {
  /** Creates a directory without accounts. */
  constructor();
  /** Returns the directory of a server's state: an object, or its JSON. */
  static fromSnapshot(snapshot: Snapshot | string): Directory;
  /** Returns the directory that `save` returned. */
  static load(bytes: Uint8Array): Directory;
  /** Returns everything as bytes. */
  save(): Uint8Array;
  /** Returns the accounts. */
  accounts(): { accountID: string; network: string; region: string | null }[];
  /** Adds an account without people. It replaces an account with the same id. */
  insertAccount(account: Account, known?: { contacts?: boolean; chats?: boolean }): boolean;
  /** Stores a user, and keeps the chats of the record with the same id. Returns `false` if there is no such account. */
  upsert(accountID: string, user: User): boolean;
  /** Removes the person with an id. Returns whether there was one. */
  remove(accountID: string, id: string): boolean;
  /** Stores what a start learned, so that the next decision knows it. Returns `false` if there is nothing to store. */
  record(outcome: { record?: OutcomeRecord }): boolean;
  /** Returns the people with a similar name, best first. */
  suggest(accountID: string, name: string, limit?: number): User[];
  /** Returns the people with a similar name and their scores, best first. */
  search(accountID: string, name: string, limit?: number): SearchHit[];
  /** Frees the memory at once. Without it, the memory is freed when the object is collected. */
  [Symbol.dispose](): void;
}

/** Returns the decision on a request: what a start would do. It touches nothing but the directory. */
export function resolve(directory: Directory, request: StartRequest, policy?: Policy): Decision;

/** Returns the decisions on many requests, in order. It is faster than many calls of `resolve`. */
export function resolveMany(directory: Directory, requests: readonly StartRequest[], policy?: Policy): Decision[];

/** A decision to approve before `startChat` carries it out. It can be written as JSON. */
export interface Plan {
  request: StartRequest;
  policy: Policy;
  userID: string | null;
  fullName: string | null;
  action:
    | { reuse: { chatID: string } }
    | { create: { identifiers: string[]; invite: boolean; sendMessage: boolean } };
  fingerprint: string;
}

/** Returns the plan of a start, and `undefined` if it would be refused. */
export function plan(directory: Directory, request: StartRequest, policy?: Policy): Plan | undefined;

/** The account and the person that a create is for. */
export interface ClaimKey {
  /** 32 hexadecimal digits that are equal for equal keys. */
  id: string;
  accountID: string;
  person: string;
}

/** A claim that a start holds. */
export interface Claim {
  key: ClaimKey;
  token: number;
}

/** The result of a claim. */
export type ClaimResult =
  /** The caller has the claim. No earlier claim is without an outcome. */
  | { result: "acquired"; token: number }
  /** Another start has the claim. */
  | { result: "held" }
  /** The caller has the claim. An earlier claim expired without an outcome, so it may have made a chat. */
  | { result: "expired"; token: number }
  /** Another start has made or found this chat. */
  | { result: "already_done"; chatID: string };

/**
 * The record of claims. All starts that share a ledger make at most one chat with a person.
 *
 * A token is a safe integer. No other claim with the same key ever has it.
 */
export interface Ledger {
  /** Claims a person, in one step that no other claim can come between. */
  claim(key: ClaimKey): ClaimResult | Promise<ClaimResult>;
  /** Records the outcome of a claim. Returns `false` if another claim has replaced this one. */
  record(claim: Claim, outcome: { chatID?: string }): boolean | Promise<boolean>;
}

/** A ledger for one page, worker or process. */
export class MemoryLedger implements Ledger {
  constructor(options?: { claimTimeoutMs?: number });
  claim(key: ClaimKey): ClaimResult;
  record(claim: Claim, outcome: { chatID?: string }): boolean;
}

/** The part of `Storage` that a ledger needs. Its methods may be asynchronous. */
export interface LedgerStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The part of the Web Locks API that a ledger needs. */
export interface Locks {
  request<T>(name: string, callback: () => Promise<T>): Promise<T>;
}

/** A ledger for all tabs and workers of one origin, on the Web Locks API. */
export class WebLocksLedger implements Ledger {
  constructor(options?: {
    /** The prefix of the names of lock and entries. */
    name?: string;
    claimTimeoutMs?: number;
    /** The default is `localStorage`, which workers do not have. */
    storage?: LedgerStorage;
    /** The default is `navigator.locks`. */
    locks?: Locks;
  });
  claim(key: ClaimKey): Promise<ClaimResult>;
  record(claim: Claim, outcome: { chatID?: string }): Promise<boolean>;
}

/** A server of the Beeper Desktop API, or the provisioning API of a bridge. */
export type Server =
  | { api?: "beeper"; baseURL: string; accessToken?: string | null }
  | {
      api: "bridge";
      baseURL: string;
      accessToken?: string | null;
      /** The Matrix user that the requests are for. */
      userID?: string | null;
      /** The login, if the user has several. */
      loginID?: string | null;
    };

/** The `fetch` of the platform, or a function like it. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: [string, string][];
    body: string | null;
    redirect: "manual";
    signal: AbortSignal;
  },
) => Promise<Pick<Response, "status" | "headers" | "text">>;

/** The options of `startChat`. */
export type StartOptions = {
  directory: Directory;
  ledger: Ledger;
  server: Server;
  /** The default is the `fetch` of the platform. */
  fetch?: Fetch;
  /** Aborts the start. */
  signal?: AbortSignal;
  /** The longest time of one exchange. The default is 12 seconds. */
  timeoutMs?: number;
  /** The waits. */
  timing?: { afterLostMs?: number; whileBusyMs?: number; busyWaits?: number };
} & ({ request: StartRequest; policy?: Policy; plan?: undefined } | { plan: Plan });

/** The members of every outcome. */
export interface OutcomeBase {
  /** The last decision. */
  decision: Decision;
  userID?: string;
  /** The person, with everything that the directory and the network showed. */
  person?: User;
  /** Whether the first message was sent. Absent if that is not known. */
  messageSent?: boolean;
  /** The reason, if it is not that of the decision. */
  reason?: Reason;
  because?: string;
  record?: OutcomeRecord;
}

/** A start that ended in a chat. */
export interface ChatOutcomeOf<Word> extends OutcomeBase {
  outcome: Word;
  chatID: string;
  /** What the host may want to do with a chat that the server opened. Those of a known chat are in the decision. */
  followUps?: FollowUp[];
}

/** A start that ended without a chat. */
export interface FailedOutcomeOf<Word> extends OutcomeBase {
  outcome: Word;
  /** A chat that the server opened, but which is not with the person. */
  chatID?: string;
  code: RefusalCode;
  status: number;
  /** Whether it can help to repeat the start soon. */
  retry: boolean;
  retryAfterMs?: number;
  /** The answer of the server. */
  network?: { status: number; code: string };
}

/** `opened`: the server did not report whether the chat is new. */
export type ChatOutcome = ChatOutcomeOf<"existing"> | ChatOutcomeOf<"created"> | ChatOutcomeOf<"opened">;

/** `busy`: another start takes too long. `unknown`: a create was lost, so there may be a chat. */
export type FailedOutcome =
  | FailedOutcomeOf<"refused">
  | FailedOutcomeOf<"refused_by_network">
  | FailedOutcomeOf<"not_sent">
  | FailedOutcomeOf<"busy">
  | FailedOutcomeOf<"unknown">;

/** The outcome of a start. Errors of the network are outcomes. */
export type Outcome = ChatOutcome | FailedOutcome;

/**
 * Finds or creates the chat of a request or a plan.
 *
 * It rejects with a `LedgerError` if the ledger cannot be reached for a claim, and with an `AbortedError` after an abort.
 */
export function startChat(options: StartOptions): Promise<Outcome>;

/** Bytes that are not a saved directory. */
export class LoadError extends ContactResolutionError {
  readonly code: "not_a_directory" | "newer_version" | "damaged_file";
}

/** A ledger that failed. Nothing was created. The `cause` is the ledger's error. */
export class LedgerError extends ContactResolutionError {
  readonly code: "ledger_unavailable";
}

/** A start that its signal aborted. The `name` is `AbortError`, and the `cause` is the reason of the signal. */
export class AbortedError extends ContactResolutionError {
  readonly code: "aborted";
  /** Whether a create was sent, so that there may be a chat. */
  readonly createSent: boolean;
}
