// The package gives the answers of the command line, byte for byte, in Node and in Chromium.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as library from "contact-resolution";

import { answers, answersOver } from "./answers.mjs";
import { openBrowser } from "./browser.mjs";
import { batches, overSample } from "./cases.mjs";

const sample = overSample();
const tables = batches();
let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

const assertSame = (actual, expected, cases) => {
  assert.equal(actual.length, expected.length);
  const different = actual.flatMap((answer, at) =>
    answer === expected[at] ? [] : [`${JSON.stringify(cases[at])}\n  ${answer}\n  ${expected[at]}`],
  );
  assert.deepEqual(different.slice(0, 5), [], `${different.length} of ${actual.length} answers differ`);
};

test("tables_have_as_many_cases_as_ever", () => {
  const count = (command) =>
    tables.filter((table) => table.command === command).reduce((sum, { cases }) => sum + cases.length, 0);
  assert.ok(count("parse") > 22_000, String(count("parse")));
  assert.ok(count("resolve") > 300, String(count("resolve")));
});

for (const { command, cases, expected } of tables) {
  test(`${command}_in_node_equals_the_command_line (${cases.length} cases)`, () => {
    assertSame(answers(library, command, cases), expected, cases);
  });

  test(`${command}_in_chromium_equals_the_command_line (${cases.length} cases)`, async () => {
    const actual = await browser.call("answers", command, cases);
    assertSame(actual, expected, cases);
  });
}

test("directory_in_node_equals_the_command_line", () => {
  const actual = answersOver(library, sample.snapshot, sample.requests, sample.searches);
  assertSame(actual, sample.expected, [...sample.requests, ...sample.searches]);
});

test("directory_in_chromium_equals_the_command_line", async () => {
  const actual = await browser.call("answersOver", sample.snapshot, sample.requests, sample.searches);
  assertSame(actual, sample.expected, [...sample.requests, ...sample.searches]);
});
