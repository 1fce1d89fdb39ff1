// Compares speed with other packages in one run. It asserts first that the results are equal.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Directory, parsePhone } from "contact-resolution";
import Fuse from "fuse.js";
import google from "google-libphonenumber";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** No other package may take less than this many times as long. */
const LIMIT = 10;
const ROUNDS = 7;

/** Returns the shortest time of a call in milliseconds. Every call runs once per round, so that all see the same machine. */
const times = (calls) => {
  const best = calls.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round += 1) {
    calls.forEach((call, at) => {
      globalThis.gc?.();
      const start = performance.now();
      call();
      best[at] = Math.min(best[at], performance.now() - start);
    });
  }
  return best;
};

const report = (what, each, names, calls) => {
  const [own, ...others] = times(calls);
  console.log(`${what}: ${((own * 1000) / each).toFixed(2)} µs`);
  names.forEach((name, at) => {
    const ratio = others[at] / own;
    console.log(`  ${name}: ${((others[at] * 1000) / each).toFixed(2)} µs, ${ratio.toFixed(1)} times as long`);
    if (ratio < LIMIT) process.exitCode = 1;
  });
};

// Numbers that all three read alike, with validity, type and region, as a client needs them.
const util = google.PhoneNumberUtil.getInstance();
const { PhoneNumberFormat, PhoneNumberType } = google;
const googleTypes = new Map(Object.entries(PhoneNumberType).map(([name, type]) => [type, name]));
const readers = [
  (text, region) => {
    const { value, valid, type, region: of } = parsePhone(text, { region });
    return `${value} ${valid} ${type} ${of}`;
  },
  (text, region) => {
    const number = parsePhoneNumberFromString(text, region || undefined);
    return `${number.number} ${number.isValid()} ${number.getType() ?? "UNKNOWN"} ${number.country}`;
  },
  (text, region) => {
    const number = util.parse(text, region);
    const type = googleTypes.get(util.getNumberType(number));
    const of = util.getRegionCodeForNumber(number);
    return `${util.format(number, PhoneNumberFormat.E164)} ${util.isValidNumber(number)} ${type} ${of}`;
  },
];
const readAlike = ([text, region]) => {
  try {
    const [own, ...others] = readers.map((read) => read(text, region));
    return others.every((other) => other === own);
  } catch {
    return false;
  }
};
const cases = readFileSync(new URL("../../../tests/data/phone_cases.tsv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.startsWith('"'))
  .map((line) => line.split("\t"))
  .map(([text, region]) => [JSON.parse(text), region])
  // libphonenumber-js reads every second text with a context as no number.
  .filter(([text]) => !text.includes("phone-context"));
const numbers = cases.filter((_, at) => at % 8 === 0).filter(readAlike);
assert.ok(numbers.length > 1000, `only ${numbers.length} numbers are read alike`);
for (const [text, region] of numbers) assert.equal(readers[0](text, region), readers[1](text, region));
report(
  `a phone number, of ${numbers.length}, with validity, type and region`,
  numbers.length,
  ["libphonenumber-js (max)", "google-libphonenumber"],
  readers.map((read) => () => {
    for (const [text, region] of numbers) read(text, region);
  }),
);

// A picker over 20,000 names: the same person comes first.
const FIRST = "Ada Bruno Chidi Dana Erin Farid Gita Hugo Ines Jonas Kim Lena Mina Ngozi Omar Petra Quinn Rosa Sven Tara".split(" ");
const LAST = ["Okafor", "Lima", "Petrov", "Byrne", "Haddad", "Müller", "Wójcik", "Eze", "Hart", "Novak"];
const people = Array.from({ length: 20_000 }, (_, at) => ({
  id: `u-${at}`,
  fullName: `${FIRST[at % 20]} ${LAST[Math.floor(at / 20) % 10]}${String.fromCharCode(97 + (Math.floor(at / 200) % 26))}${
    String.fromCharCode(97 + (Math.floor(at / 5200) % 26))
  }`,
}));
const account = { accountID: "a", bridge: { id: "irc", provider: "local", type: "irc" }, user: { id: "me" } };
const directory = Directory.fromSnapshot({ accounts: [account], contacts: { a: people } });
const fuse = new Fuse(people, { keys: ["fullName"] });
const sought = people.filter((_, at) => at % 3989 === 0).map(({ fullName }) => fullName);
const searches = [
  (name) => directory.search("a", name, 5)[0].fullName,
  (name) => fuse.search(name, { limit: 5 })[0].item.fullName,
];
for (const name of sought) {
  assert.deepEqual(searches.map((search) => search(name)), [name, name]);
}
report(
  `a search among ${people.length} names`,
  sought.length,
  ["Fuse.js"],
  searches.map((search) => () => {
    for (const name of sought) search(name);
  }),
);
