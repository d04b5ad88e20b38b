// The field of p = 2^64 − 2^32 + 1 elements, and its extensions F = field[x] / (x^d − 7).
//
// An element is a BigInt from 0 to p − 1; an element of F an array of d of them, d = 2 or 3, that
// of 1 first. 7 generates the field's units, so x² − 7 and x³ − 7 have no factors.

export const P = (1n << 64n) - (1n << 32n) + 1n;
export const GENERATOR = 7n;

/** a mod p, from 0 on, of any whole number. */
export function residue(a) {
  const found = a % P;
  return found < 0n ? found + P : found;
}

/** a^exponent, exponent ≥ 0. */
export function pow(a, exponent) {
  let found = 1n;
  for (let e = BigInt(exponent); e; e >>= 1n) {
    if (e & 1n) found = (found * a) % P;
    a = (a * a) % P;
  }
  return found;
}

/** 7^((p−1)/2^m), of order 2^m. */
export function rootOfUnity(logOrder) {
  return pow(GENERATOR, (P - 1n) >> BigInt(logOrder));
}

/** 1/a; 0 has none. */
export function inverse(a) {
  return pow(a, P - 2n);
}

/** 1, x, x² … */
export function powers(x, count) {
  const found = [];
  for (let power = 1n; found.length < count; power = (power * x) % P) found.push(power);
  return found;
}

/** A field element as one of F. */
export function lift(a, d) {
  return d === 2 ? [a, 0n] : [a, 0n, 0n];
}

export function add(a, b) {
  return a.map((x, i) => (x + b[i]) % P);
}

export function sub(a, b) {
  return a.map((x, i) => residue(x - b[i]));
}

export function scale(a, b) {
  return a.map((x) => (x * b) % P);
}

/** The product modulo x^d − 7. */
export function mul(a, b) {
  if (a.length === 2) {
    return [(a[0] * b[0] + 7n * a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P];
  }
  return [
    (a[0] * b[0] + 7n * (a[1] * b[2] + a[2] * b[1])) % P,
    (a[0] * b[1] + a[1] * b[0] + 7n * a[2] * b[2]) % P,
    (a[0] * b[2] + a[1] * b[1] + a[2] * b[0]) % P,
  ];
}

/** 1/a by its norm; 0 has none. */
export function inv(a) {
  if (a.length === 2) {
    const norm = inverse(residue(a[0] * a[0] - 7n * a[1] * a[1]));
    return [(a[0] * norm) % P, residue(-a[1] * norm)];
  }
  const t = [
    a[0] * a[0] - 7n * a[1] * a[2],
    7n * a[2] * a[2] - a[0] * a[1],
    a[1] * a[1] - a[0] * a[2],
  ];
  const norm = inverse(residue(a[0] * t[0] + 7n * (a[2] * t[1] + a[1] * t[2])));
  return t.map((x) => residue(x * norm));
}

/** 1/a of each, at the price of one inverse and three products each. */
export function invAll(elements) {
  const before = [];
  let product = lift(1n, elements[0].length);
  for (const a of elements) {
    before.push(product);
    product = mul(product, a);
  }
  let back = inv(product);
  const found = new Array(elements.length);
  for (let i = elements.length - 1; i >= 0; i--) {
    found[i] = mul(back, before[i]);
    back = mul(back, elements[i]);
  }
  return found;
}

/** a^exponent by squaring, exponent ≥ 0. */
export function power(a, exponent) {
  let found = lift(1n, a.length);
  for (let e = BigInt(exponent); e; e >>= 1n) {
    if (e & 1n) found = mul(found, a);
    a = mul(a, a);
  }
  return found;
}

/** a, a·x, … a·x^(d−1): what each component of another element is multiplied by. */
export function turns(a) {
  const x = lift(0n, a.length);
  x[1] = 1n;
  const found = [a];
  while (found.length < a.length) found.push(mul(found[found.length - 1], x));
  return found;
}

export function same(a, b) {
  return a.every((x, i) => x === b[i]);
}

export function isZero(a) {
  return a.every((x) => x === 0n);
}
