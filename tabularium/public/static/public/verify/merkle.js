// The tree of RFC 6962, section 2.1, with SHA-256, and the checking of proofs as RFC 9162 says (2.1.3.2, 2.1.4.2).

import { equal, fromHex, sha256 } from "./bytes.js";

export const MOST_HASHES = 63;
export const EMPTY_ROOT = fromHex(
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
);

export function leafHash(entry) {
  return sha256(Uint8Array.of(0), entry);
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}

// Whether a leaf stands at a place of a tree.
export async function isIncluded(leaf, index, checkpoint, path) {
  if (index >= checkpoint.size) {
    return false;
  }
  let [place, last, root] = [index, checkpoint.size - 1n, leaf];
  for (const each of path) {
    if (last === 0n) {
      return false;
    }
    if (place & 1n || place === last) {
      root = await nodeHash(each, root);
      while (place && !(place & 1n)) {
        [place, last] = [place >> 1n, last >> 1n];
      }
    } else {
      root = await nodeHash(root, each);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && equal(root, checkpoint.root);
}

// Whether a later tree begins with all the leaves of an earlier one, in their order.
export async function isConsistent(old, later, path) {
  if (old.size === 0n || old.size === later.size) {
    return !path.length && (old.size === 0n || equal(old.root, later.root));
  }
  if (!path.length || old.size > later.size) {
    return false;
  }
  // Where the earlier tree is one whole subtree, its root is not repeated in the proof.
  const [first, ...rest] = old.size & (old.size - 1n) ? path : [old.root, ...path];
  let [place, last, root, laterRoot] = [old.size - 1n, later.size - 1n, first, first];
  while (place & 1n) {
    [place, last] = [place >> 1n, last >> 1n];
  }
  for (const each of rest) {
    if (last === 0n) {
      return false;
    }
    if (place & 1n || place === last) {
      root = await nodeHash(each, root);
      laterRoot = await nodeHash(each, laterRoot);
      while (place && !(place & 1n)) {
        [place, last] = [place >> 1n, last >> 1n];
      }
    } else {
      laterRoot = await nodeHash(laterRoot, each);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && equal(root, old.root) && equal(laterRoot, later.root);
}
