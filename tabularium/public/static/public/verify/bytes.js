// Bytes, texts and digests, and how it is said that something is not proven.

// The same list as in tabularium_verify/reasons.py; a table of cases holds the two together.
const CANNOT_BE_JUDGED = new Set([
  "unreadable", "too-large", "no-key", "key", "not-json", "not-extract", "other-version",
  "pdf-without", "pdf-several", "pdf-damaged", "not-proof", "tile",
]);

export const PROVEN = 0;
export const NOT_PROVEN = 1;
export const UNJUDGED = 2;

export class RefusedError extends Error {
  constructor(reason, where) {
    super(`${reason} ${where}`);
    this.reason = reason;
    this.where = where;
    this.verdict = CANNOT_BE_JUDGED.has(reason) ? UNJUDGED : NOT_PROVEN;
  }
}

export function refuse(reason, where = "") {
  throw new RefusedError(reason, where);
}

export function encode(text) {
  return new TextEncoder().encode(text);
}

// The text for which bytes stand in UTF-8; null if they stand for none.
export function decode(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return null;
  }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let place = 0;
  for (const each of parts) {
    whole.set(each, place);
    place += each.length;
  }
  return whole;
}

export function equal(one, other) {
  return one.length === other.length && one.every((each, place) => each === other[place]);
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

export function toHex(data) {
  return Array.from(data, (each) => each.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (each) => parseInt(each, 16));
}

// The bytes for which a text stands in base64 as everybody writes it; null if it is written otherwise.
export function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) {
    return null;
  }
  const binary = atob(text);
  return btoa(binary) === text ? Uint8Array.from(binary, (each) => each.charCodeAt(0)) : null;
}
