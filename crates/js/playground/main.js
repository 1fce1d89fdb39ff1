import { Directory, resolve } from "./lib/index.js";
import { picture } from "./picture.js";

const EXAMPLES = [
  ["A national number", "whatsapp", { phoneNumber: "(212) 555-0142" }],
  ["A new number", "whatsapp", { phoneNumber: "+44 20 7946 0958", fullName: "Zoë Hart" }],
  ["One number, two people", "whatsapp", { phoneNumber: "+1 212 555 0177" }],
  ["The name decides", "whatsapp", { phoneNumber: "+1 212 555 0177", fullName: "Ngozi Eze" }],
  ["Digits are missing", "whatsapp", { phoneNumber: "+1 212 555 XXXX" }],
  ["An address as a username", "matrix", { username: "@new:example.org", email: "new@example.org" }],
  ["Only a name", "whatsapp", { fullName: "Ada" }],
];
const FIELDS = ["phoneNumber", "email", "username", "id", "fullName"];

const byId = (id) => document.getElementById(id);
const sample = await (await fetch("sample.json")).text();

/** The directory of the last text, which is read again only if the text changes. */
let loaded = { text: undefined, directory: undefined };
const directoryOf = (text) => {
  if (loaded.text !== text) loaded = { text, directory: Directory.fromSnapshot(text) };
  return loaded.directory;
};

const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll("+", "-").replaceAll("/", "_");
const decode = (text) =>
  new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)));

const state = () => {
  const user = Object.fromEntries(FIELDS.map((field) => [field, byId(field).value]).filter(([, text]) => text !== ""));
  return {
    snapshot: byId("directory").value === "pasted" ? byId("snapshot").value : undefined,
    request: {
      accountID: byId("account").value,
      user,
      allowInvite: byId("allowInvite").checked ? undefined : false,
      messageText: byId("messageText").value === "" ? undefined : byId("messageText").value,
    },
  };
};

const fill = ({ snapshot, request }) => {
  byId("directory").value = snapshot === undefined ? "sample" : "pasted";
  byId("snapshot").value = snapshot ?? sample;
  for (const field of FIELDS) byId(field).value = request.user[field] ?? "";
  byId("allowInvite").checked = request.allowInvite !== false;
  byId("messageText").value = request.messageText ?? "";
  listAccounts(request.accountID);
};

/** Lists the accounts of the directory, and keeps the chosen one. */
const listAccounts = (chosen = byId("account").value) => {
  const text = byId("directory").value === "pasted" ? byId("snapshot").value : sample;
  byId("pasted").hidden = byId("directory").value !== "pasted";
  const accounts = directoryOf(text).accounts();
  byId("account").replaceChildren(
    ...accounts.map(({ accountID, network, region }) => {
      const title = region === null ? `${accountID} (${network})` : `${accountID} (${network}, ${region})`;
      return new Option(title, accountID, false, accountID === chosen);
    }),
  );
};

const HEADLINES = {
  reuse: ({ chatID }) => `Reuse the chat ${chatID}`,
  create: ({ fullName, attempts }) => `Create a chat with ${fullName ?? attempts[0]?.value ?? "this person"}`,
  refuse: ({ code }) => `Refuse: ${code}`,
};

const named = ({ fullName, userID, identifier }) => [fullName, userID ?? identifier?.value].filter(Boolean).join(", ");

/** Returns everything that a decision reports, as sentences. */
const sentences = (decision) => [
  ...(decision.userID === undefined ? [] : [`The person is ${named(decision)}.`]),
  ...(decision.read ?? []).map(({ field, kind, value, certainty }) => `${field} is read as the ${kind} ${value} (${certainty}).`),
  ...Object.entries(decision.fields ?? {}).map(([field, code]) => `${field} cannot be used: ${code}.`),
  ...(decision.attempts ?? []).map(({ kind, value, lookup }) => `A create may use the ${kind} ${value}${lookup ? ", after a lookup" : ""}.`),
  ...(decision.invite ? ["This person gets an invite."] : []),
  ...(decision.unmet ?? []).map((code) => `Not met: ${code}.`),
  ...(decision.candidates ?? []).map((person) => `May be meant: ${named(person)}.`),
  ...(decision.conflicts ?? []).map((person) => `Another identifier means ${named(person)} (${person.code}).`),
  ...(decision.followUps ?? []).map((followUp) => `Then: ${followUp}.`),
  ...(decision.duplicates ?? []).map((chat) => `Another chat with this person: ${chat}.`),
  ...(decision.warnings ?? []).map(({ message }) => `Note: ${message}.`),
  ...(decision.suggestions ?? []).map((person) => `Did you mean ${named(person)}?`),
];

const show = (kind, headline, because, words, drawing, json) => {
  byId("headline").className = kind;
  byId("headline").textContent = headline;
  byId("because").textContent = because;
  byId("words").replaceChildren(
    ...words.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  byId("picture").replaceChildren(...drawing);
  byId("json").textContent = json;
};

const update = () => {
  const { snapshot, request } = state();
  try {
    const decision = resolve(directoryOf(snapshot ?? sample), request);
    const headline = HEADLINES[decision.decision](decision);
    const because = `Because ${decision.because}.`;
    const words = sentences(decision);
    const drawing = picture(request, decision, [headline, because, ...words].join(" "));
    show(decision.decision, headline, because, words, [drawing], JSON.stringify(decision, null, 2));
  } catch (error) {
    show("refuse", "The directory cannot be read", error.message, [], [], "");
  }
};

const restore = () => {
  const [, link] = location.hash.match(/^#(.+)$/) ?? [];
  const [, accountID, user] = EXAMPLES[0];
  let stored = { request: { accountID, user } };
  try {
    if (link !== undefined) stored = JSON.parse(decode(link));
    fill(stored);
  } catch {
    fill({ request: { accountID, user } });
  }
  update();
};

byId("examples").append(
  ...EXAMPLES.map(([title, accountID, user]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => {
      fill({ request: { accountID, user } });
      update();
    });
    return button;
  }),
);
byId("form").addEventListener("submit", (event) => event.preventDefault());
byId("form").addEventListener("input", ({ target }) => {
  if (target.id === "directory" || target.id === "snapshot") {
    try {
      listAccounts();
    } catch {
      byId("account").replaceChildren();
    }
  }
  update();
});
byId("share").addEventListener("click", async () => {
  // The part after # never leaves the browser.
  history.replaceState(null, "", `#${encode(JSON.stringify(state()))}`);
  try {
    await navigator.clipboard.writeText(location.href);
    byId("shared").textContent = "Copied.";
  } catch {
    byId("shared").textContent = "The link is in the address bar.";
  }
});
addEventListener("hashchange", restore);
restore();

// The page works offline after the first visit.
if ("serviceWorker" in navigator) await navigator.serviceWorker.register("offline.js");
