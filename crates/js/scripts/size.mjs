// Prints the sizes of the package's modules, and fails if one is larger than its limit. The
// limits are at most 4 % above the sizes when they were set.

import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const LIBRARY = ["errors.js", "load.js", "parsers.js"];
const PARTS = {
  full: { limit: 552, files: [...LIBRARY, "directory.js", "full.js", "full_parsers.js", "index.js", "ledger.js", "start.js"] },
  identifiers: { limit: 139, files: [...LIBRARY, "identifiers.js"] },
};
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;

for (const [name, { limit, files }] of Object.entries(PARTS)) {
  const paths = [`wasm/${name}/core_bg.wasm`, `wasm/${name}/core.js`, ...files.map((file) => `lib/${file}`)];
  const bytes = paths.map(read);
  const size = bytes.map(brotli).reduce((sum, size) => sum + size) / 1000;
  const raw = bytes.reduce((sum, { length }) => sum + length, 0) / 1000;
  console.log(`${name}: ${size.toFixed(0)} kB with brotli (limit ${limit}), ${raw.toFixed(0)} kB as it is`);
  if (size > limit) process.exitCode = 1;
}
