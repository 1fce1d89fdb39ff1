#!/usr/bin/env bash
# Builds and tests the package in Node and Chromium, and prints its sizes and ratios. Installs what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

install() { apt-get update -qq && apt-get install --yes -qq --no-install-recommends "$@"; } >/dev/null

if ! grep -qx rust-src <<<"$(rustup component list --installed)"; then
  # Where rustup cannot fetch the source, Debian's compiler has it. The linker is in a package of its own.
  timeout 120 rustup component add rust-src || {
    install rustc-web rust-web-src rust-web-llvm
    install "$(basename "$(readlink /usr/bin/rust-lld)")"
  }
fi
command -v chromium >/dev/null || install chromium fonts-dejavu-core
npm install --no-package-lock --no-audit --no-fund --silent

cargo fmt --all --check
cargo fmt --manifest-path generator/Cargo.toml --check
npm run --silent build
cargo test --quiet --package layout
cargo test --quiet --manifest-path generator/Cargo.toml
cargo clippy --quiet --workspace --all-targets -- -D warnings
cargo clippy --quiet --manifest-path generator/Cargo.toml --all-targets -- -D warnings
npm test
npm run --silent figures
