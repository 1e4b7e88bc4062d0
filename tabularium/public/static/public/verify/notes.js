// Verifier keys, signed notes and checkpoints (C2SP signed-note and tlog-checkpoint), with Ed25519.

import { decode, encode, equal, fromBase64, refuse, sha256, toHex } from "./bytes.js";
import { EMPTY_ROOT } from "./merkle.js";

const MOST_KEYS = 64;
const MOST_SIGNATURES = 64;
const MOST_NOTE_BYTES = 2 ** 20;
const ED25519 = 1;
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

// The keys that a reader trusts: one a line.
export async function readKeys(texts) {
  if (!texts.length || texts.length > MOST_KEYS) {
    refuse("no-key");
  }
  const found = [];
  for (const [place, text] of texts.entries()) {
    found.push((await parseKey(text.trim())) ?? refuse("key", String(place + 1)));
  }
  return found;
}

async function parseKey(text) {
  const [name, number, ...rest] = text.split("+");
  const raw = fromBase64(rest.join("+"));
  if (!number || !raw || raw[0] !== ED25519 || raw.length !== 33 || !isName(name)) {
    return null;
  }
  const told = await sha256(encode(`${name}\n`), raw);
  if (toHex(told.slice(0, 4)) !== number) {
    return null;
  }
  const key = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
  return { name, number, key, text };
}

// A checkpoint that one of the keys signed, and that is of that key's log.
export async function checkSigned(data, keys, where) {
  const note = parseNote(data);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint) {
    refuse("checkpoint", where);
  }
  const signed = [];
  for (const each of note.signatures) {
    const key = keys.find((known) => known.name === each.name && known.number === each.number);
    if (key && !(await accepts(key, each.signature, note.text))) {
      refuse("signature", where);
    }
    if (key && !signed.includes(key)) {
      signed.push(key);
    }
  }
  if (!signed.length) {
    refuse("not-signed", where);
  }
  if (!signed.some((each) => each.name === checkpoint.origin)) {
    refuse("origin", where);
  }
  return { checkpoint, keys: signed.map((each) => each.text) };
}

async function accepts(key, signature, text) {
  if (signature.length !== 64) {
    return false;
  }
  return crypto.subtle.verify("Ed25519", key.key, signature, encode(text));
}

function parseNote(data) {
  const whole = data.length > MOST_NOTE_BYTES ? null : decode(data);
  if (whole === null || /[\0-\x09\x0b-\x1f]/.test(whole)) {
    return null;
  }
  // The text may have empty lines; the last one ends it.
  const end = whole.lastIndexOf("\n\n");
  if (end < 0 || !whole.endsWith("\n") || end + 2 >= whole.length) {
    return null;
  }
  const lines = whole.slice(end + 2, -1).split("\n");
  const signatures = lines.length > MOST_SIGNATURES ? [null] : lines.map(parseSignature);
  return signatures.includes(null) ? null : { text: whole.slice(0, end + 1), signatures };
}

function parseSignature(line) {
  const parts = /^— ([^ ]*) (.*)$/su.exec(line);
  const raw = parts && isName(parts[1]) ? fromBase64(parts[2]) : null;
  if (!raw || raw.length <= 4) {
    return null;
  }
  return { name: parts[1], number: toHex(raw.slice(0, 4)), signature: raw.slice(4) };
}

function parseCheckpoint(text) {
  const [origin, size, root, ...more] = text.split("\n");
  if (!origin || !more.length || !/^(0|[1-9][0-9]{0,18})$/.test(size)) {
    return null;
  }
  const found = { origin, size: BigInt(size), root: fromBase64(root) };
  if (found.root?.length !== 32 || (found.size === 0n && !equal(found.root, EMPTY_ROOT))) {
    return null;
  }
  return found;
}

function isName(name) {
  return name !== "" && !name.includes("+") && !SPACE.test(name);
}
