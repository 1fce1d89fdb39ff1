/** An error of this package, with a stable `code`. */
export class ContactResolutionError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A text that is no identifier of the asked kind. */
export class ParseError extends ContactResolutionError {}

/** An argument that is malformed: a snapshot, a policy, the rules of a network, a server. */
export class ArgumentError extends ContactResolutionError {}

/** Bytes that are not a saved directory. */
export class LoadError extends ContactResolutionError {}

/** A ledger that failed. Nothing was created. The `cause` is the ledger's error. */
export class LedgerError extends ContactResolutionError {}

/** A start that its signal aborted. The `cause` is the reason of the signal. */
export class AbortedError extends ContactResolutionError {
  constructor(createSent, cause) {
    const result = createSent ? "it is not known whether there is a chat" : "no chat was created";
    super("aborted", `the start was aborted, and ${result}`, { cause });
    // By this name, code that knows only the platform's errors recognizes an abort.
    this.name = "AbortError";
    this.createSent = createSent;
  }
}

/** Returns the value of a JSON answer, and throws the error that it may hold. */
export const valueOf = (json, ErrorType) => {
  const value = JSON.parse(json);
  if (value?.error !== undefined) throw new ErrorType(value.error.code, value.error.message);
  return value;
};

/** Calls a function that throws JSON, and throws the error in it. */
export const attempt = (call, ErrorType) => {
  try {
    return call();
  } catch (thrown) {
    if (typeof thrown !== "string") throw thrown;
    return valueOf(thrown, ErrorType);
  }
};
