import * as full from "../wasm/full/core.js";
import { load } from "./load.js";

/** The module with everything. */
export const core = await load(full, new URL("../wasm/full/core_bg.wasm", import.meta.url));
