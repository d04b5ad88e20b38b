// Bytes: written as hexadecimal digits, joined, compared, and read as numbers.

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of hexadecimal digits, with or without 0x and spaces; null if they are none. */
export function fromHex(text) {
  const digits = text.replace(/\s+/g, "").replace(/^0x/i, "");
  if (digits.length % 2 || !/^[0-9a-f]*$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
}

export function ascii(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function joined(...parts) {
  const found = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Whether `bytes` begin with these of `start`. */
export function begins(bytes, start) {
  return bytes.length >= start.length && start.every((byte, i) => byte === bytes[i]);
}

/** A number, the most significant byte first. */
export function big(bytes) {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** A whole number from 0 on in 8 bytes, the most significant first. */
export function eightBig(number) {
  const found = new Uint8Array(8);
  new DataView(found.buffer).setBigUint64(0, BigInt(number));
  return found;
}
