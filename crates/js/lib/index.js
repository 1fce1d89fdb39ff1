// Each file has one part of the package, so that a bundler can leave out the others.
export { Directory, plan, resolve, resolveMany } from "./directory.js";
export {
  AbortedError,
  ArgumentError,
  ContactResolutionError,
  LedgerError,
  LoadError,
  ParseError,
} from "./errors.js";
export { parseEmail, parseHandle, parseId, parseLink, parsePhone } from "./full_parsers.js";
export { MemoryLedger, WebLocksLedger } from "./ledger.js";
export { startChat } from "./start.js";
