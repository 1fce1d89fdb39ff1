// Compiles the two modules of the package: `full`, and `identifiers` with the parsers alone.
//
// The compiler is that of rustup with the target for WebAssembly. Without the target, it is that of Debian's packages
// rustc-web and rust-web-src, which compiles the standard library too. The tool wasm-opt is not used, because the module
// does not get smaller with brotli.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TARGET = "wasm32-unknown-unknown";
const MODULES = { full: [], identifiers: ["--no-default-features"] };

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const targetFolder = process.env.CARGO_TARGET_DIR ?? join(folder, "../../target/js");

const hasTarget = () => {
  try {
    return execFileSync("rustup", ["target", "list", "--installed"], { encoding: "utf8" }).includes(TARGET);
  } catch {
    return false;
  }
};
const compiler = hasTarget()
  ? { options: [], env: {}, folder: targetFolder }
  : {
      options: ["-Zbuild-std=std,panic_abort"],
      env: { RUSTC: "/usr/bin/rustc", RUSTC_BOOTSTRAP: "1" },
      folder: join(targetFolder, "debian"),
    };

const cargo = (env, ...options) =>
  execFileSync("cargo", options, { cwd: folder, stdio: "inherit", env: { ...process.env, ...env } });

// The tables of transliterations in a small form.
cargo(
  {},
  ...["run", "--locked", "--quiet", "--manifest-path", "transliterations/Cargo.toml", "--target-dir", targetFolder],
  ...["--", "any_ascii/src/generated"],
);

for (const [name, features] of Object.entries(MODULES)) {
  const options = ["--locked", "--quiet", "--release", "--target", TARGET, "--target-dir", compiler.folder];
  cargo(compiler.env, "build", ...options, ...compiler.options, ...features);
  const module = join(compiler.folder, TARGET, "release/contact_resolution_js.wasm");
  const to = join(folder, "wasm", name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cargo({}, "run", "--locked", "--quiet", "--target-dir", targetFolder, "--package", "bindgen", "--", module, to);
}
