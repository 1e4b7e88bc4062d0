// What stands in an extract, read strictly, as docs/extract.md describes version 1.

import { encode, equal, fromHex, refuse, sha256, toHex } from "./bytes.js";
import { canonical, readCanonical } from "./canonical.js";

const FORMAT = "tabularium-extract/v1";
const FACT_TAG = encode("tabularium/log/fact/v1\0");
const LEAF_TAG = encode("tabularium/log/leaf/v1\0");
const MEMBERS = [
  "checkpoint", "digest", "entries", "format", "made_at", "register", "subject", "valid_until",
];

export async function readExtract(data) {
  const whole = readCanonical(data);
  if (!isObject(whole) || typeof whole.format !== "string") {
    refuse("not-extract");
  }
  if (whole.format !== FORMAT) {
    refuse(whole.format.startsWith("tabularium-extract/") ? "other-version" : "not-extract");
  }
  members(whole, "", MEMBERS);
  const { digest, ...rest } = whole;
  if (!equal(await sha256(canonical(rest)), hex(digest, "digest"))) {
    refuse("digest");
  }
  const register = members(whole.register, "register", ["address", "log", "name", "verifier_keys"]);
  if (!list(register.verifier_keys, "register.verifier_keys").every(isText)) {
    refuse("form", "register.verifier_keys");
  }
  const entries = await each(whole.entries, "entries", readEntry);
  if (!entries.length || new Set(entries.map((one) => one.identity)).size < entries.length) {
    refuse("form", "entries");
  }
  return {
    madeAt: instant(whole.made_at, "made_at"),
    validUntil: instant(whole.valid_until, "valid_until"),
    register: {
      name: text(register.name, "register.name"),
      address: text(register.address, "register.address"),
    },
    log: text(register.log, "register.log"),
    subject: readSubject(whole.subject, entries),
    entries,
    checkpoint: text(whole.checkpoint, "checkpoint"),
  };
}

// What stands in the log for a change.
export function commitment(leaf) {
  const digests = Object.fromEntries(leaf.facts.map((one) => [one.name, toHex(one.digest)]));
  return sha256(LEAF_TAG, leaf.salt, canonical(digests));
}

function readSubject(subject, entries) {
  if (isObject(subject) && Object.keys(subject).join() === "entry") {
    const identity = text(subject.entry, "subject.entry");
    return entries.length === 1 && entries[0].identity === identity ? identity : refuse("subject");
  }
  const where = "subject.organisation";
  const { organisation } = members(subject, "subject", ["organisation"]);
  const told = members(organisation, where, ["name", "scheme", "value"]);
  const [name, scheme, value] = ["name", "scheme", "value"].map((one) =>
    text(told[one], `${where}.${one}`),
  );
  return `${name} (${scheme} ${value})`;
}

async function readEntry(value, where) {
  const entry = members(value, where, ["address", "id", "leaves"]);
  const leaves = await each(entry.leaves, `${where}.leaves`, readLeaf);
  if (!leaves.length || !isAscending(leaves.map((one) => one.index))) {
    refuse("form", `${where}.leaves`);
  }
  const identity = text(entry.id, `${where}.id`);
  return { identity, address: text(entry.address, `${where}.address`), leaves };
}

async function readLeaf(value, where) {
  const leaf = members(value, where, ["facts", "index", "proof", "salt"]);
  if (typeof leaf.index !== "number" || leaf.index < 0) {
    refuse("form", `${where}.index`);
  }
  const facts = await each(leaf.facts, `${where}.facts`, readFact);
  if (!facts.length || !isAscending(facts.map((one) => one.name))) {
    refuse("form", `${where}.facts`);
  }
  const proof = text(leaf.proof, `${where}.proof`);
  return { where, index: leaf.index, salt: hex(leaf.salt, `${where}.salt`), facts, proof };
}

async function readFact(value, where) {
  if (isObject(value) && Object.hasOwn(value, "digest")) {
    const erased = members(value, where, ["digest", "name"]);
    const name = factName(erased.name, `${where}.name`);
    return { name, digest: hex(erased.digest, `${where}.digest`), shown: false, value: null };
  }
  const fact = members(value, where, ["name", "salt", "value"]);
  const name = factName(fact.name, `${where}.name`);
  const salt = hex(fact.salt, `${where}.salt`);
  const digest = await sha256(FACT_TAG, salt, canonical([name, fact.value]));
  return { name, digest, shown: true, value: fact.value };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value) {
  return typeof value === "string";
}

function isAscending(values) {
  return values.every((one, place) => place === 0 || values[place - 1] < one);
}

function members(value, where, names) {
  const found = isObject(value) ? Object.keys(value).sort() : [];
  return found.join() === names.join() && found.length === names.length ? value : refuse("form", where);
}

function list(value, where) {
  return Array.isArray(value) ? value : refuse("form", where);
}

async function each(value, where, read) {
  const found = [];
  for (const [place, one] of list(value, where).entries()) {
    found.push(await read(one, `${where}[${place}]`));
  }
  return found;
}

function text(value, where) {
  return isText(value) && value ? value : refuse("form", where);
}

function factName(value, where) {
  return /^[a-z][a-z0-9_.-]{0,63}$/.test(text(value, where)) ? value : refuse("form", where);
}

function hex(value, where) {
  return /^[0-9a-f]{64}$/.test(text(value, where)) ? fromHex(value) : refuse("form", where);
}

function instant(value, where) {
  const found = new Date(text(value, where));
  const same = !Number.isNaN(found.valueOf()) && found.toISOString() === value.replace("Z", ".000Z");
  return same && /^(?!0000)\d{4}-.{14}Z$/.test(value.replace("T", "-")) ? found : refuse("form", where);
}
