import * as identifiers from "../wasm/identifiers/core.js";
import { load } from "./load.js";
import { parsers } from "./parsers.js";

const core = await load(identifiers, new URL("../wasm/identifiers/core_bg.wasm", import.meta.url));

export const { parsePhone, parseEmail, parseHandle, parseId, parseLink } = parsers(core);
export { ArgumentError, ContactResolutionError, ParseError } from "./errors.js";
