// Expands the rows of `tests/data/scenarios.jsonl`, as `tests/it/decisions/scenarios.rs` describes them.

const FLAGS = ["create_dm", "lookup_phone", "lookup_email", "lookup_username", "any_phone", "contact_list", "search"];
const ASKED = "asked";

const withoutNulls = (value) =>
  JSON.parse(JSON.stringify(value, (_, member) => (member === null ? undefined : member)));

const fullChat = (chat, accountID, own) => {
  const users = [chat.with].flat().map((user) => (typeof user === "string" ? { id: user } : user));
  const items = chat.left === true ? users : [...users, { id: own, isSelf: true }];
  return {
    id: chat.id,
    accountID,
    network: "a network",
    title: "a chat",
    unreadCount: 0,
    type: chat.group === true ? "group" : "single",
    participants: { items, total: chat.total ?? items.length, hasMore: chat.more === true },
    isArchived: chat.archived,
    isReadOnly: chat.readOnly,
    lastActivity: chat.at,
    mergedIntoChatID: chat.into,
    ...(Array.isArray(chat.merges) && { merge: { chatIDs: chat.merges } }),
    ...chat.raw,
  };
};

/** Returns the snapshot of a short directory. */
const snapshot = (short) => {
  const user = { id: "self-1", isSelf: true, ...short.me };
  const account = {
    accountID: ASKED,
    bridge: { id: short.network, provider: "local", type: short.network },
    user,
    status: short.status === undefined ? "connected" : short.status,
    region: short.region === undefined ? "US" : short.region,
    ...(Array.isArray(short.flags) && {
      resolve_identifier: Object.fromEntries(FLAGS.map((flag) => [flag, short.flags.includes(flag)])),
    }),
  };
  const parts = [[ASKED, short], ...(short.others ?? []).map((other) => [other.account, other])];
  return withoutNulls({
    accounts: parts.map(([accountID]) => ({ ...account, accountID })),
    contacts: Object.fromEntries(parts.map(([accountID, part]) => [accountID, part.contacts ?? []])),
    chats: parts.flatMap(([accountID, part]) => (part.chats ?? []).map((chat) => fullChat(chat, accountID, user.id))),
    complete: short.complete === undefined ? true : short.complete,
  });
};

const request = (short) => {
  const { repeat, times } = short.messageText ?? {};
  return {
    accountID: ASKED,
    ...short,
    ...(times !== undefined && { messageText: repeat.repeat(times) }),
  };
};

/** Returns the directory, the request and the policy of a row. */
export const scenario = ({ directory, request: short, policy = {} }) => ({
  directory: snapshot(directory),
  request: request(short),
  policy: {
    ...(policy.region !== undefined && { defaultRegion: policy.region }),
    ...(policy.takeBest === true && { ambiguity: "take_best" }),
  },
  options: [
    ...(policy.region === undefined ? [] : ["--region", policy.region]),
    ...(policy.takeBest === true ? ["--take-best"] : []),
  ],
});
