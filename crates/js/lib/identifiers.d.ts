/** The parsers of identifiers, in a module of their own that is smaller than the whole. */

/** A built-in network by name, or the rules of the host's own. */
export type Network = NetworkName | NetworkRules;

/** The name of a network or the type of a bridge. An unknown name reads permissively. */
export type NetworkName =
  | "bluesky"
  | "discord"
  | "facebook"
  | "github"
  | "google_chat"
  | "google_messages"
  | "google_voice"
  | "imessage"
  | "instagram"
  | "irc"
  | "line"
  | "linkedin"
  | "matrix"
  | "reddit"
  | "signal"
  | "slack"
  | "sms"
  | "telegram"
  | "threads"
  | "tiktok"
  | "twitter"
  | "whatsapp"
  | "xmpp"
  | "zulip"
  | (string & {});

/** The rules of a network, as the guide's page about networks describes them. */
export interface NetworkRules {
  name: string;
  [member: string]: unknown;
}

export interface PhoneIdentifier {
  kind: "phone";
  /** The number in E.164: `+14155552671`. */
  value: string;
  /** Whether the number is in a range that is assigned. */
  valid: boolean;
  possible: true;
  type: PhoneType;
  region: string | null;
  extension: string | null;
  /** The region in which a national number was read. */
  assumedRegion: string | null;
}

export type PhoneType =
  | "FIXED_LINE"
  | "MOBILE"
  | "FIXED_LINE_OR_MOBILE"
  | "TOLL_FREE"
  | "PREMIUM_RATE"
  | "SHARED_COST"
  | "VOIP"
  | "PERSONAL_NUMBER"
  | "PAGER"
  | "UAN"
  | "VOICEMAIL"
  | "UNKNOWN";

export interface EmailIdentifier {
  kind: "email";
  /** The address as it is compared: `alice@example.com`. */
  value: string;
}

export interface HandleIdentifier {
  kind: "handle";
  value: string;
}

export interface IdIdentifier {
  kind: "id";
  value: string;
}

/** The identifier inside a link, not yet parsed as its kind. */
export interface LinkTarget {
  kind: "id" | "phone" | "email" | "handle";
  value: string;
}

/** Parses a phone number. A national number needs a region. Throws a `ParseError`. */
export function parsePhone(text: string, options?: { region?: string }): PhoneIdentifier;

/** Parses an email address. The policy `rfc` takes every mailbox of RFC 5321 and 6531. Throws a `ParseError`. */
export function parseEmail(text: string, options?: { policy?: "default" | "rfc" }): EmailIdentifier;

/** Parses a handle. Throws a `ParseError`. */
export function parseHandle(text: string, options?: { network?: Network }): HandleIdentifier;

/** Parses a user id. Throws a `ParseError`. */
export function parseId(text: string, options?: { network?: Network }): IdIdentifier;

/** Returns the identifier inside a link, and `undefined` if the text is no link. Throws a `ParseError`. */
export function parseLink(text: string, options?: { network?: Network }): LinkTarget | undefined;

/** An error of this package, with a stable `code`. */
export class ContactResolutionError extends Error {
  readonly code: string;
}

export type ParseErrorCode =
  | "missing_region"
  | "not_a_number"
  | "masked_number"
  | "too_short"
  | "too_long"
  | "wrong_length"
  | "unknown_country_code"
  | "local_only"
  | "short_code"
  | "invalid_email"
  | "display_name"
  | "several_addresses"
  | "invalid_handle"
  | "invalid_id"
  | "invisible_character"
  | "not_a_person"
  | "other_network";

/** A text that is no identifier of the asked kind. */
export class ParseError extends ContactResolutionError {
  readonly code: ParseErrorCode;
}

/** An argument that is malformed: a snapshot, a policy, the rules of a network, a server. */
export class ArgumentError extends ContactResolutionError {}
