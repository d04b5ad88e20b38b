// Multiproofs: many leaves of one tree, with only the digests that cannot be computed.

import { equal } from "../bytes.mjs";
import { Refused } from "../refused.mjs";
import { node } from "./hash.mjs";

/**
 * That leaves with these digests stand at `positions`, ascending, in a tree of `size` leaves.
 *
 * Level by level from the leaves: a neighbour that is not known is read next, so how many are
 * read follows from the positions. Refused as "opening" if they lead to another root.
 */
export function openAt(reader, root, size, positions, leaves) {
  let known = new Map(positions.map((at, i) => [at, leaves[i]]));
  for (; size > 1; size /= 2) {
    const parents = new Set([...known.keys()].map((at) => at >>> 1));
    const beside = reader.digests(2 * parents.size - known.size).values();
    const above = new Map();
    for (const at of parents) {
      const left = known.get(2 * at) || beside.next().value;
      const right = known.get(2 * at + 1) || beside.next().value;
      above.set(at, node(left, right));
    }
    known = above;
  }
  if (known.size !== 1 || !known.has(0) || !equal(known.get(0), root)) {
    throw new Refused("opening", `${reader.name}: opened values do not lead to their root`);
  }
}
