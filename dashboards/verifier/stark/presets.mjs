// The closed list of presets: nothing that decides security is read from a proof but this id.

/** Degree of the extension, logarithms of blowup, arity and length of the last polynomial. */
export const PRESETS = new Map([
  [1, { id: 1, name: "standard", extension: 2, blowup: 2, queries: 118, grinding: 20, fold: 3, last: 7 }],
  [2, { id: 2, name: "compact", extension: 3, blowup: 3, queries: 54, grinding: 20, fold: 3, last: 7 }],
  [3, { id: 3, name: "test", extension: 2, blowup: 2, queries: 8, grinding: 4, fold: 3, last: 3 }],
]);

/** What the transcript takes. */
export function presetBytes(preset) {
  const { id, extension, blowup, queries, grinding, fold, last } = preset;
  return Uint8Array.of(id, extension, blowup, queries & 255, queries >> 8, grinding, fold, last);
}
