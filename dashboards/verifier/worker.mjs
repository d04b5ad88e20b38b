// The worker: files in, findings out. A page stays alive while it works, and can end it.

import { examine } from "./check.mjs";
import { REGIMES } from "./stark/security.mjs";
import { tapesById } from "./stark/tape.mjs";
import { TAPES } from "./tapes.mjs";

const tapes = tapesById(
  TAPES.map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))),
);

self.onmessage = ({ data }) => {
  const start = performance.now();
  const regimes = data.unique ? REGIMES.slice(0, 1) : REGIMES;
  const accept = { tapes, leastBits: data.leastBits, regimes };
  const found = examine(data.files, data.pasted, accept);
  self.postMessage({ ...found, asked: data.asked, ms: performance.now() - start });
};
