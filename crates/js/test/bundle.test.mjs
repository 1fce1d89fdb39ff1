// A page that Vite bundles contains and loads only what it uses.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { build } from "vite";

import { launch, serve } from "./browser.mjs";
import { PACKAGE, freshProject } from "./project.mjs";

let project;
let chromium;

before(async () => {
  project = freshProject();
  chromium = await launch();
});
after(async () => {
  await chromium?.close();
  project?.remove();
});

/** Bundles a page that shows a value, and returns its folder and the files of the package that are in it. */
const bundle = async (name, script) => {
  const root = join(project.folder, name);
  mkdirSync(root);
  writeFileSync(join(root, "index.html"), '<title>A page</title><p id="shown"></p><script type="module" src="main.js"></script>');
  writeFileSync(join(root, "main.js"), `${script}\ndocument.getElementById("shown").textContent = value;\n`);
  const { output } = await build({ root, configFile: false, logLevel: "error" });
  const modules = output.flatMap(({ modules = {} }) => Object.entries(modules));
  const used = modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([path]) => path);
  const files = used.flatMap((path) => path.split("/contact-resolution/lib/").slice(1)).sort();
  return { dist: join(root, "dist"), files };
};

/** Opens a page, and returns the value that it shows and the files that it loads. */
const load = async (dist) => {
  const site = await serve(dist);
  const page = await chromium.newPage();
  const loaded = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname.slice(1)));
  await page.goto(`${site.url}/index.html`);
  await page.waitForFunction(() => document.getElementById("shown").textContent !== "");
  const shown = await page.$eval("#shown", ({ textContent }) => textContent);
  await page.close();
  site.close();
  return { shown, bytes: loaded.filter((file) => /\.(js|wasm)$/.test(file)).map((file) => readFileSync(join(dist, file))) };
};

const PAGES = {
  parser_of_the_small_module: {
    script: 'import { parsePhone } from "contact-resolution/identifiers";\nconst { value } = parsePhone("(212) 555-0142", { region: "US" });',
    shows: "+12125550142",
    files: ["errors.js", "identifiers.js", "load.js", "parsers.js"],
    module: "identifiers",
  },
  parser_of_the_whole_module: {
    script: 'import { parsePhone } from "contact-resolution";\nconst { value } = parsePhone("(212) 555-0142", { region: "US" });',
    shows: "+12125550142",
    files: ["errors.js", "full.js", "full_parsers.js", "load.js", "parsers.js"],
    module: "full",
  },
  decision: {
    script: 'import { Directory, resolve } from "contact-resolution";\nconst value = resolve(new Directory(), { accountID: "a", user: {} }).reason;',
    shows: "no_such_account",
    files: ["directory.js", "errors.js", "full.js", "load.js"],
    module: "full",
  },
  ledger: {
    script: 'import { MemoryLedger } from "contact-resolution";\nconst value = new MemoryLedger().claim({ id: "a" }).result;',
    shows: "acquired",
    files: ["ledger.js"],
  },
};

for (const [name, { script, shows, files, module }] of Object.entries(PAGES)) {
  test(`bundle_of_a_${name}_has_only_what_it_uses`, async (context) => {
    const page = await bundle(name, script);
    assert.deepEqual(page.files, files);
    const { shown, bytes } = await load(page.dist);
    assert.equal(shown, shows);
    const modules = bytes.filter((content) => content.subarray(1, 4).toString() === "asm");
    assert.deepEqual(modules, module === undefined ? [] : [readFileSync(join(PACKAGE, "wasm", module, "core_bg.wasm"))]);
    const size = bytes.reduce((sum, content) => sum + brotliCompressSync(content).length, 0);
    context.diagnostic(`the page loads ${(size / 1000).toFixed(1)} kB with brotli`);
  });
}
