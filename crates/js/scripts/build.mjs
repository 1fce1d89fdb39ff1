// Compiles the two modules of the package: `full`, and `identifiers` with the parsers alone.
//
// The standard library is compiled too, for size and without the texts of panics, which takes 40 kB off a module. Its
// source is the component rust-src of rustup, else Debian's packages rustc-web and rust-web-src with their compiler. Sizes
// are with brotli. The option of LLVM to return pairs in registers makes a module 7 kB smaller, but the code is wrong.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TARGET = "wasm32-unknown-unknown";
const MODULES = { full: [], identifiers: ["--no-default-features"] };

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const targetFolder = process.env.CARGO_TARGET_DIR ?? join(folder, "../../target/js");

const hasSource = () => {
  try {
    return execFileSync("rustup", ["component", "list", "--installed"], { encoding: "utf8" }).includes("rust-src");
  } catch {
    return false;
  }
};
// Stable compilers need the variable for options that are not stable yet. No answer has a text of `Debug`.
const env = { RUSTC_BOOTSTRAP: "1", RUSTFLAGS: "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none" };
const compiler = hasSource()
  ? { env, folder: join(targetFolder, "small") }
  : { env: { ...env, RUSTC: "/usr/bin/rustc" }, folder: join(targetFolder, "debian") };
const STANDARD_LIBRARY = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

const cargo = (env, ...options) =>
  execFileSync("cargo", options, { cwd: folder, stdio: "inherit", env: { ...process.env, ...env } });

/** Makes a module 6 kB smaller. Data keep their form, because brotli makes long zeros small. */
const optimize = (module) => {
  const passes = ["--flatten", "--rereloop", "-Oz", "-Oz", "--low-memory-unused", "--skip-pass=memory-packing"];
  execFileSync("npx", ["--no-install", "wasm-opt", ...passes, module, "-o", module], { cwd: folder });
};

// The tables of characters in a small form.
cargo(
  {},
  ...["run", "--locked", "--quiet", "--manifest-path", "generator/Cargo.toml", "--target-dir", targetFolder],
  ...["--", "tables/src/generated"],
);

for (const [name, features] of Object.entries(MODULES)) {
  const options = ["--locked", "--quiet", "--release", "--target", TARGET, "--target-dir", compiler.folder];
  cargo(compiler.env, "build", ...options, ...STANDARD_LIBRARY, ...features);
  const module = join(compiler.folder, TARGET, "release/contact_resolution_js.wasm");
  const to = join(folder, "wasm", name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cargo({}, "run", "--locked", "--quiet", "--target-dir", targetFolder, "--package", "bindgen", "--", module, to);
  optimize(join(to, "core_bg.wasm"));
  // The comments of the Rust functions are for this repository.
  const script = join(to, "core.js");
  writeFileSync(script, readFileSync(script, "utf8").replace(/^ *\/\*\*[^]*?\*\/\n/gm, ""));
}
