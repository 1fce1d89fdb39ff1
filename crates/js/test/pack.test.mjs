// The packed tarball alone runs the examples of README: in a fresh Node project, and on a fresh page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { launch, serve } from "./browser.mjs";
import { PACKAGE, freshProject } from "./project.mjs";
import { startServer } from "./rust.mjs";

const readme = readFileSync(join(PACKAGE, "README.md"), "utf8");
const TOKEN = "the-only-token";
let project;

/** Returns the block of README after a mark. */
const block = (mark) => {
  const [, text] = readme.split(`<!-- ${mark} -->`)[1]?.match(/^\n```\w*\n([^]*?)```/) ?? assert.fail(mark);
  return text;
};

before(() => {
  project = freshProject();
});
after(() => project?.remove());

/** Runs an example of README, and returns its output. */
const run = (name, env = {}) => {
  writeFileSync(join(project.folder, name), block(`file: ${name}`));
  return execFileSync("node", [name], { cwd: project.folder, encoding: "utf8", env: { ...process.env, ...env } });
};

test("fresh_project_parses", () => {
  assert.equal(run("parse.mjs"), block("prints: parse.mjs"));
});

test("fresh_project_starts_a_chat_on_the_example_server", async () => {
  const { url, stop } = await startServer(TOKEN);
  try {
    const env = { BEEPER_BASE_URL: url, BEEPER_ACCESS_TOKEN: TOKEN };
    assert.equal(run("start.mjs", env), block("prints: start.mjs"));
  } finally {
    stop();
  }
});

test("fresh_page_starts_a_chat_on_the_example_server", async () => {
  const { url, stop } = await startServer();
  writeFileSync(join(project.folder, "index.html"), block("file: index.html"));
  const site = await serve(project.folder, url);
  const chromium = await launch();
  try {
    const page = await chromium.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => document.getElementById("result").textContent !== "");
    const result = await page.$eval("#result", ({ textContent }) => textContent);
    assert.equal(result, block("prints: index.html").trim());
  } finally {
    await chromium.close();
    site.close();
    stop();
  }
});
