// Copies the package and the sample directory into the playground, which any static server can serve then.

import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = (from, to) => {
  rmSync(join(folder, "playground", to), { recursive: true, force: true });
  cpSync(join(folder, from), join(folder, "playground", to), { recursive: true });
};
copy("lib", "lib");
copy("wasm/full", "wasm/full");
copy("../../examples/sample.json", "sample.json");
