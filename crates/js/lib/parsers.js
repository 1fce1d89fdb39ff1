import { ArgumentError, ParseError } from "./errors.js";

/** The name or the rules of a network as text. */
const networkText = (network) => (typeof network === "object" ? JSON.stringify(network) : network);

/** Throws for an argument of the caller, and for a text that is no identifier. */
const identifier = (json) => {
  const value = JSON.parse(json);
  if (value?.error === undefined) return value;
  const { code, message } = value.error;
  throw new (code === "invalid_request" ? ArgumentError : ParseError)(code, message);
};

/** Returns the parsers over an instance of the module. */
export const parsers = (core) => ({
  parsePhone: (text, { region = "" } = {}) => identifier(core.parsePhone(text, region)),
  parseEmail: (text, { policy = "default" } = {}) => {
    if (policy !== "default" && policy !== "rfc") throw new ArgumentError("invalid_request", "an unknown policy");
    return identifier(core.parseEmail(text, policy === "rfc"));
  },
  parseHandle: (text, { network = "" } = {}) => identifier(core.parseHandle(text, networkText(network))),
  parseId: (text, { network = "" } = {}) => identifier(core.parseId(text, networkText(network))),
  parseLink: (text, { network = "" } = {}) => identifier(core.parseLink(text, networkText(network))) ?? undefined,
});
