// The playground in Chromium: decisions, links, the keyboard, contrast, and use without a network.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launch, serve } from "./browser.mjs";

const folder = fileURLToPath(new URL("../playground", import.meta.url));
let chromium;
let server;

before(async () => {
  execFileSync("node", [fileURLToPath(new URL("../scripts/playground.mjs", import.meta.url))]);
  server = await serve(folder);
  chromium = await launch();
});
after(async () => {
  await chromium?.close();
  server?.close();
});

const open = async (url = `${server.url}/`) => {
  const page = await chromium.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(url);
  await page.waitForSelector("#picture svg");
  return { page, problems };
};
const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);

test("each_example_has_its_decision_and_a_picture", async () => {
  const { page, problems } = await open();
  const headlines = [];
  for (const button of await page.$$("#examples button")) {
    await button.click();
    headlines.push(await textOf(page, "#headline"));
    const { label, boxes } = await page.$eval("#picture svg", (svg) => ({
      label: svg.getAttribute("aria-label"),
      boxes: svg.querySelectorAll("rect").length,
    }));
    assert.ok(label.startsWith(headlines.at(-1)), label);
    assert.ok(boxes >= 2, `${boxes} boxes`);
  }
  assert.deepEqual(headlines, [
    "Reuse the chat !ada:whatsapp",
    "Create a chat with +442079460958",
    "Refuse: ambiguous_user",
    "Create a chat with Ngozi Eze",
    "Refuse: invalid_identifier",
    "Create a chat with @new:example.org",
    "Refuse: no_identifier",
  ]);
  assert.deepEqual(problems, []);
  await page.close();
});

test("link_leads_to_the_same_decision", async () => {
  const { page } = await open();
  await page.select("#directory", "pasted");
  const snapshot = {
    accounts: [{ accountID: "irc", bridge: { id: "irc", provider: "local", type: "irc" }, user: { id: "me" } }],
    contacts: { irc: [{ id: "libera_zoë", fullName: "Zoë" }] },
  };
  await page.$eval(
    "#snapshot",
    (area, text) => {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    JSON.stringify(snapshot),
  );
  await page.$eval("#phoneNumber", (input) => {
    input.value = "";
  });
  await page.type("#id", "libera_zoë");
  await page.click("#share");
  await page.waitForFunction(() => location.hash !== "");
  const { page: other, problems } = await open(await page.url());
  assert.equal(await textOf(other, "#json"), await textOf(page, "#json"));
  assert.match(await textOf(other, "#json"), /libera_zoë/);
  assert.deepEqual(problems, []);
  await Promise.all([page.close(), other.close()]);
});

test("malformed_directory_is_reported_and_the_page_goes_on", async () => {
  const { page, problems } = await open();
  await page.select("#directory", "pasted");
  const paste = (text) =>
    page.$eval(
      "#snapshot",
      (area, text) => {
        area.value = text;
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
      text,
    );
  await paste("{");
  assert.equal(await textOf(page, "#headline"), "The directory cannot be read");
  assert.match(await textOf(page, "#because"), /ends too early/);
  await page.select("#directory", "sample");
  assert.match(await textOf(page, "#headline"), /^Reuse|^Create|^Refuse/);
  assert.deepEqual(problems, []);
  await page.close();
});

test("page_works_without_a_network_and_sends_nothing", async () => {
  const { page } = await open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => (await (await caches.open("playground")).keys()).length >= 14);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.type("#phoneNumber", "1");
  assert.deepEqual(requests, []);
  await page.reload();
  server.close();
  await page.reload();
  await page.waitForSelector("#picture svg");
  assert.match(await textOf(page, "#headline"), /^Reuse/);
  assert.ok(requests.every((url) => url.startsWith(server.url) || url.startsWith("data:")), requests.join(" "));
  await page.close();
  server = await serve(folder);
});

test("every_control_has_a_label_and_the_keyboard_reaches_it", async () => {
  const { page } = await open();
  const unlabeled = await page.$$eval("input, select, textarea, button", (controls) =>
    controls.filter(({ labels, textContent }) => (labels?.length ?? 0) === 0 && textContent.trim() === "").map(({ id }) => id),
  );
  assert.deepEqual(unlabeled, []);
  const reached = new Set();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  for (const id of ["directory", "account", "phoneNumber", "email", "username", "id", "fullName", "allowInvite", "share", "picture"]) {
    assert.ok(reached.has(id), `${id} is not reached: ${[...reached].join(", ")}`);
  }
  await page.close();
});

test("text_has_contrast_in_both_color_schemes", async () => {
  const { page } = await open();
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const ratios = await page.evaluate(() => {
      const luminance = (color) => {
        const [r, g, b] = color.match(/\d+/g).slice(0, 3).map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const style = getComputedStyle(document.documentElement);
      const probe = document.body.appendChild(document.createElement("i"));
      const color = (name) => {
        probe.style.color = style.getPropertyValue(name);
        return luminance(getComputedStyle(probe).color);
      };
      const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const words = ["--text", "--faint", "--accent", "--reuse", "--create", "--refuse"];
      const all = words.flatMap((word) => ["--back", "--panel"].map((back) => [`${word} on ${back}`, ratio(color(word), color(back))]));
      probe.remove();
      return all;
    });
    // WCAG 2.2 asks for 4.5 at level AA.
    for (const [what, ratio] of ratios) assert.ok(ratio >= 4.5, `${what} in ${scheme}: ${ratio}`);
  }
  await page.close();
});

test("screenshot_is_kept", async () => {
  const to = process.env.SCREENSHOTS ?? fileURLToPath(new URL("../../../target/screenshots", import.meta.url));
  mkdirSync(to, { recursive: true });
  const { page } = await open();
  const [, , ambiguous] = await page.$$("#examples button");
  await ambiguous.click();
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: `${to}/playground.png` });
  await page.close();
});
