// Compiles the two modules of the package: `full`, and `identifiers` with the parsers alone.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const target = "wasm32-unknown-unknown";
const targetFolder = process.env.CARGO_TARGET_DIR ?? join(folder, "target");
const run = (...command) => execFileSync(command[0], command.slice(1), { cwd: folder, stdio: "inherit" });

const cargo = (command, ...options) => run("cargo", command, "--locked", "--quiet", ...options);
for (const [name, features] of [
  ["full", []],
  ["identifiers", ["--no-default-features"]],
]) {
  cargo("build", "--release", "--target", target, ...features);
  const to = join(folder, "wasm", name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cargo("run", "--package", "bindgen", "--", join(targetFolder, target, "release/contact_resolution_js.wasm"), to);
}
