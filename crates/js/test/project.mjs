// A fresh project that has installed the packed tarball, and nothing else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../", import.meta.url));

const npm = (cwd, ...options) =>
  execFileSync("npm", options, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** Returns the folder of a new project, and a function that removes it. */
export const freshProject = () => {
  const folder = mkdtempSync(join(tmpdir(), "fresh-"));
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(npm(PACKAGE, ...pack));
  assert.deepEqual(
    files.map(({ path }) => path).filter((path) => !/^(lib|wasm\/(full|identifiers))\//.test(path)),
    ["README.md", "package.json"],
  );
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
