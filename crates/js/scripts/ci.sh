#!/usr/bin/env bash
# Builds and tests the package in Node and Chromium, and prints its sizes and ratios. Installs what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

install() { apt-get update -qq && apt-get install --yes -qq --no-install-recommends "$@"; } >/dev/null

if ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
  # Where rustup cannot fetch the target, Debian's compiler makes it. The linker is in a package of its own.
  timeout 120 rustup target add wasm32-unknown-unknown || {
    install rustc-web rust-web-src rust-web-llvm
    install "$(basename "$(readlink /usr/bin/rust-lld)")"
  }
fi
command -v chromium >/dev/null || install chromium fonts-dejavu-core
npm install --no-package-lock --no-audit --no-fund --silent

cargo fmt --all --check
npm run --silent build
cargo test --quiet --manifest-path transliterations/Cargo.toml
cargo clippy --quiet --release --target wasm32-unknown-unknown -- -D warnings
npm test
npm run --silent figures
