// JSON that was in its one form already (RFC 8785), of texts, whole numbers, truth values, lists and objects.

import { decode, encode, equal, refuse } from "./bytes.js";

export const MOST_BYTES = 32 * 2 ** 20;
const MOST_PARTS = 1_000_000;
const MOST_DEPTH = 32;
const PARTS = new Set([0x2c, 0x5b, 0x7b]); // , [ {

export function canonical(value) {
  return encode(inForm(value, MOST_DEPTH));
}

// The value that stands in a file, if the file is its canonical form and nothing else.
export function readCanonical(data) {
  let parts = 0;
  for (const each of data.length > MOST_BYTES ? [] : data) {
    parts += PARTS.has(each) ? 1 : 0;
  }
  if (data.length > MOST_BYTES || parts > MOST_PARTS) {
    refuse("too-large");
  }
  const text = decode(data);
  let value;
  try {
    value = JSON.parse(text ?? "");
  } catch (error) {
    refuse(error instanceof RangeError ? "not-canonical" : "not-json");
  }
  // A member that stands there twice, a number that is rounded, a space: nothing of it comes back the same.
  if (!equal(canonical(value), data)) {
    refuse("not-canonical");
  }
  return value;
}

function inForm(value, left) {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? String(value) : refuse("not-canonical");
  }
  if (typeof value === "string") {
    return /\p{Surrogate}/u.test(value) ? refuse("not-canonical") : JSON.stringify(value);
  }
  if (left === 0) {
    refuse("not-canonical");
  }
  if (Array.isArray(value)) {
    return `[${value.map((each) => inForm(each, left - 1)).join(",")}]`;
  }
  // Names in the order of their UTF-16 code units, which is how they are sorted here.
  const names = Object.keys(value).sort();
  const members = names.map((each) => `${inForm(each, left)}:${inForm(value[each], left - 1)}`);
  return `{${members.join(",")}}`;
}
