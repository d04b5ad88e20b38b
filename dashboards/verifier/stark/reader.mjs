// Reads bytes strictly: nothing beyond the end, no number out of range, nothing left over.

import { Refused } from "../refused.mjs";
import { P } from "./field.mjs";
import { SIZE } from "./hash.mjs";

/** A position in bytes that never moves back; what is wrong is refused as "encoding". */
export class Reader {
  constructor(data, name) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.name = name;
    this.at = 0;
  }

  /** The next `size` bytes. */
  take(size) {
    const end = this.at + size;
    if (end > this.data.length) {
      throw new Refused("encoding", `${this.name} is cut off at byte ${this.data.length}`);
    }
    const found = this.data.subarray(this.at, end);
    this.at = end;
    return found;
  }

  /** A number of up to 4 bytes, the least significant first. */
  number(size) {
    return this.take(size).reduceRight((number, byte) => number * 256 + byte, 0);
  }

  /** A number of 8 bytes, as a BigInt. */
  word() {
    const start = this.at;
    this.take(8);
    return this.view.getBigUint64(start, true);
  }

  /** A name or label: its length, then 1 to 100 printable ASCII characters. */
  label() {
    const size = this.number(1);
    const found = this.take(size);
    if (size < 1 || size > 100 || !found.every((byte) => byte >= 0x20 && byte <= 0x7e)) {
      throw new Refused("encoding", `${this.name} has a name that is none at byte ${this.at}`);
    }
    return String.fromCharCode(...found);
  }

  /** `count` field elements of 8 bytes, each below p. */
  elements(count) {
    const start = this.at;
    this.take(8 * count);
    const found = new Array(count);
    for (let i = 0; i < count; i++) found[i] = this.view.getBigUint64(start + 8 * i, true);
    if (found.some((element) => element >= P)) {
      throw new Refused("encoding", `${this.name} has a number of p or more near byte ${start}`);
    }
    return found;
  }

  /** `count` elements of F, each of d field elements. */
  extension(count, d) {
    const flat = this.elements(count * d);
    return Array.from({ length: count }, (_, i) => flat.slice(i * d, i * d + d));
  }

  /** `count` digests of a Merkle tree. */
  digests(count) {
    const found = this.take(SIZE * count);
    return Array.from({ length: count }, (_, i) => found.subarray(i * SIZE, i * SIZE + SIZE));
  }

  /** Nothing may be left over. */
  end() {
    const left = this.data.length - this.at;
    if (left) throw new Refused("encoding", `${this.name} has ${left} bytes left over`);
  }
}
