import initialize, * as core from "../wasm/full/core.js";
import { directories } from "./directory.js";
import { load } from "./load.js";
import { parsers } from "./parsers.js";
import { starts } from "./start.js";

await load(initialize, new URL("../wasm/full/core_bg.wasm", import.meta.url));

export const { parsePhone, parseEmail, parseHandle, parseId, parseLink } = /* @__PURE__ */ parsers(core);
const bound = /* @__PURE__ */ directories(core);
export const { Directory, resolve, resolveMany, plan } = bound;
export const startChat = /* @__PURE__ */ starts(bound.begin);
export {
  AbortedError,
  ArgumentError,
  ContactResolutionError,
  LedgerError,
  LoadError,
  ParseError,
} from "./errors.js";
export { MemoryLedger, WebLocksLedger } from "./ledger.js";
