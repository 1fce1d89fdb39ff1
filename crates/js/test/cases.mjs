// The project's tables of cases, and the answers of the command line to them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, commandLine } from "./rust.mjs";
import { scenario } from "./scenarios.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const lines = (text) => text.split("\n").filter((line) => line !== "");
const rows = (file) =>
  lines(read(`tests/data/${file}`))
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split("\t"));
const unescape = (text) => text.replace(/\\u\{([0-9a-f]+)\}/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)));

const asInput = (cases) => cases.map((line) => `${JSON.stringify(line)}\n`).join("");

const parsing = () => [
  ...rows("phone_cases.tsv").map(([text, region]) => ({ kind: "phone", text: JSON.parse(text), region })),
  ...rows("email_cases.tsv").flatMap(([text]) =>
    ["default", "rfc"].map((policy) => ({ kind: "email", text: unescape(text), policy })),
  ),
  ...rows("network_cases.tsv")
    .filter(([, kind]) => kind === "id" || kind === "handle")
    .map(([network, kind, text]) => ({ kind, text: unescape(text), network })),
];

/** Returns batches of a command: its lines, and the lines that the command line answers. */
export const batches = () => {
  const cases = parsing();
  const scenarios = ["scenarios.jsonl", "people.jsonl"]
    .flatMap((file) => lines(read(`tests/data/${file}`)).map((line) => JSON.parse(line)))
    // The command line has no option for this policy.
    .filter(({ policy }) => policy?.rfc === undefined)
    .map(scenario);
  const options = [...new Set(scenarios.map(({ options }) => options.join(" ")))];
  return [
    { command: "parse", cases, expected: lines(commandLine(["parse"], asInput(cases))) },
    ...options.map((options) => {
      const cases = scenarios.filter((row) => row.options.join(" ") === options);
      const input = asInput(cases.map(({ directory, request }) => ({ directory, request })));
      const expected = lines(commandLine(["resolve", ...options.split(" ").filter(Boolean)], input));
      return { command: "resolve", cases, expected };
    }),
  ];
};

/** Returns requests and searches over the sample directory, and the answers of the command line. */
export const overSample = () => {
  const path = join(ROOT, "examples/sample.json");
  const snapshot = JSON.parse(read("examples/sample.json"));
  const users = [
    {},
    { phoneNumber: "(212) 555-0142" },
    { phoneNumber: "+12125550177" },
    { phoneNumber: "+1 212 555 XXXX" },
    { id: "@new:example.org", username: "@new:example.org" },
    { email: "Ada <ada@example.com>" },
    { fullName: "Дана Петрова" },
    { id: "ada", username: "ada", fullName: "ada" },
  ];
  const requests = snapshot.accounts.flatMap(({ accountID }) => users.map((user) => ({ accountID, user })));
  requests.push({ accountID: "nowhere", user: {} }, { accountID: 7, user: {} }, { accountID: "whatsapp" });
  const searches = ["ada", "Okafor, Ada", "дана", "erin x", "王"].map((name) => ({ account: "whatsapp", name }));
  const search = ["search", "--directory", path, "--account", "whatsapp"];
  const expected = [
    ...lines(commandLine(["resolve", "--directory", path], asInput(requests))),
    ...lines(commandLine(search, asInput(searches.map(({ name }) => ({ name }))))),
  ];
  return { snapshot, requests, searches, expected };
};
