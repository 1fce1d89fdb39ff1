import { core } from "./full.js";
import { parsers } from "./parsers.js";

export const { parsePhone, parseEmail, parseHandle, parseId, parseLink } = parsers(core);
