// What a TypeScript client writes must compile, and what it must not write must not.

import type BeeperDesktop from "@beeper/desktop-api";
import {
  AbortedError,
  Directory,
  MemoryLedger,
  ParseError,
  WebLocksLedger,
  parseEmail,
  parseLink,
  parsePhone,
  plan,
  resolve,
  resolveMany,
  startChat,
} from "contact-resolution";
import type { Decision, Ledger, Outcome, Policy, RefusalCode, Snapshot, StartRequest } from "contact-resolution";
import * as identifiers from "contact-resolution/identifiers";

const number: string = parsePhone("(212) 555-0142", { region: "US" }).value;
const kind: "email" = parseEmail("ada@example.org").kind;
const link: string | undefined = parseLink("https://t.me/ada", { network: "telegram" })?.value;
const small: "phone" = identifiers.parsePhone(number).kind;
// @ts-expect-error a region is a text
parsePhone("1", { region: 1 });
// @ts-expect-error no such policy
parseEmail("a@b", { policy: "loose" });

// A decision is narrowed by its word.
const describe = (decision: Decision): string => {
  switch (decision.decision) {
    case "reuse":
      return decision.chatID + decision.followUps.join();
    case "create":
      // @ts-expect-error a new chat has no id yet
      decision.chatID;
      return decision.attempts.map(({ kind, value }) => `${kind} ${value}`).join();
    case "refuse": {
      const code: RefusalCode = decision.code;
      // @ts-expect-error no such code
      if (decision.code === "conflict") return "";
      return `${code} ${decision.candidates?.length ?? 0}`;
    }
    default: {
      const never: never = decision;
      return never;
    }
  }
};

// The published client's objects go in unchanged.
const fromClient = async (client: BeeperDesktop): Promise<Directory> => {
  const accounts = await client.accounts.list();
  const chats: BeeperDesktop.Chat[] = [];
  for await (const chat of client.chats.list()) chats.push(chat);
  const contacts: Record<string, BeeperDesktop.User[]> = {};
  for (const { accountID } of accounts) {
    contacts[accountID] = [];
    for await (const user of client.accounts.contacts.list(accountID)) contacts[accountID]?.push(user);
  }
  const snapshot: Snapshot = { accounts, contacts, chats, complete: true };
  const directory = Directory.fromSnapshot(snapshot);
  for (const user of contacts["whatsapp"] ?? []) {
    directory.upsert("whatsapp", user);
    describe(resolve(directory, { accountID: "whatsapp", user }));
  }
  return directory;
};

const policy: Policy = { defaultRegion: "US", ambiguity: "take_best" };
const request: StartRequest = { accountID: "whatsapp", user: { phoneNumber: number } };
// @ts-expect-error the account is missing
const incomplete: StartRequest = { user: {} };

const start = async (client: BeeperDesktop, signal: AbortSignal): Promise<string> => {
  const directory = await fromClient(client);
  const ledger: Ledger = typeof window === "undefined" ? new MemoryLedger() : new WebLocksLedger();
  const server = { baseURL: client.baseURL, accessToken: "secret" };
  try {
    const approved = plan(directory, request, policy);
    const outcome: Outcome =
      approved === undefined
        ? await startChat({ directory, ledger, server, request, policy, fetch, signal })
        : await startChat({ directory, ledger, server, plan: approved, fetch, signal });
    directory.record(outcome);
    if (outcome.outcome === "created" || outcome.outcome === "existing" || outcome.outcome === "opened") {
      const chatID: string = outcome.chatID;
      return chatID;
    }
    const code: RefusalCode = outcome.code;
    return code;
  } catch (error) {
    if (error instanceof AbortedError) return String(error.createSent);
    if (error instanceof ParseError && error.code === "missing_region") return "";
    throw error;
  }
};
// @ts-expect-error neither a request nor a plan
startChat({ directory: new Directory(), ledger: new MemoryLedger(), server: { baseURL: "" } });

const own: Ledger = {
  claim: async ({ id }) => ({ result: "acquired", token: id.length }),
  // @ts-expect-error the result is a truth value
  record: async () => "yes",
};

void [describe, start, resolveMany, incomplete, kind, link, small, own];
