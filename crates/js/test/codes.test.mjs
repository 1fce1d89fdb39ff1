// The types list the codes of the engine, no more and no less.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "contact-resolution";
import { codes } from "../wasm/full/core.js";

const types = ["index.d.ts", "identifiers.d.ts"]
  .map((file) => readFileSync(new URL(`../lib/${file}`, import.meta.url), "utf8"))
  .join("\n");

/** Returns the texts of a union of string literals, and of the unions in it. */
const union = (name) => {
  const [, members] = types.match(new RegExp(`export type ${name} =([^;]*);`)) ?? assert.fail(name);
  return members.split("|").flatMap((member) => {
    const word = member.trim();
    if (word === "" || word.startsWith("(")) return [];
    return word.startsWith('"') ? [JSON.parse(word)] : union(word);
  });
};

for (const [name, expected] of Object.entries(JSON.parse(codes()))) {
  test(`${name}_lists_the_codes_of_the_engine`, () => {
    // The rules without a network are no network.
    const codes = expected.filter((code) => code !== "general");
    assert.deepEqual(union(name).sort(), codes.sort());
  });
}
