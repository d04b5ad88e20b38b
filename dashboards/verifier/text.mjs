// Numbers as people read them.

/** A whole number divided by 10^places, exactly, its thousands apart. */
export function amountText(value, places) {
  const digits = value.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const rest = digits.slice(digits.length - places).replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

/** A size in bytes. */
export function sizeText(bytes) {
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`;
}

/** A file's name; of a long one the beginning and the end. */
export function nameText(name) {
  return name.length > 40 ? `${name.slice(0, 12)}…${name.slice(-12)}` : name;
}
