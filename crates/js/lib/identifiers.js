import initialize, * as core from "../wasm/identifiers/core.js";
import { load } from "./load.js";
import { parsers } from "./parsers.js";

await load(initialize, new URL("../wasm/identifiers/core_bg.wasm", import.meta.url));

export const { parsePhone, parseEmail, parseHandle, parseId, parseLink } = /* @__PURE__ */ parsers(core);
export { ArgumentError, ContactResolutionError, ParseError } from "./errors.js";
