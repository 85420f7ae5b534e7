// What would take more memory, or more draws, than any machine has for it is refused before it begins.
import { assertEquals, assertThrows } from "@std/assert";
import { checkConvergence, negativeSampler, positiveSampler } from "@hscl/hscl";

const embeddings = Float32Array.of(1, 0, 0.8, 0.6, 0.6, 0.8, -1, 0), dim = 2, labels = [0, 0, 1, 1];

Deno.test("a sampler refuses more draws than there can be", () => {
  const samplers = {
    negative: negativeSampler({ kind: "ucl", embeddings, dim, seed: 0 }),
    hardened: negativeSampler({ kind: "hucl", embeddings, dim, seed: 0 }),
    positive: positiveSampler({ kind: "label", labels, seed: 0 }),
  };
  for (const sampler of Object.values(samplers)) {
    for (const replacement of [false, true]) {
      assertThrows(
        () => sampler.draw([0, 1], { k: 2 ** 31, replacement }),
        RangeError,
        "Cannot use k as anchors × k must be at most 268435456: received 2 × 2147483648, which takes at least 48.0 GiB",
      );
      assertThrows(
        () => sampler.draw([0, 1], { k: 2 ** 27 + 1, replacement }),
        RangeError,
        "Cannot use k as",
      );
    }
  }
  assertThrows(
    () => positiveSampler({ kind: "view", items: 2 ** 31, seed: 0 }),
    RangeError,
    "Cannot use items as views × items must be at most 268435456: received 2 × 2147483648",
  );
});

Deno.test("a block is at most the bank", () => {
  for (const kind of ["ucl", "hucl"] as const) {
    const draw = (blockSize?: number) =>
      negativeSampler({ kind, embeddings, dim, seed: 0, blockSize }).draw([0, 3], { k: 2 });
    assertEquals(draw(2 ** 40), draw());
  }
});

Deno.test("the convergence check refuses more draws than there can be", () => {
  const check = (options: object) => checkConvergence(embeddings, dim, labels, options);
  assertThrows(
    () => check({ negatives: [1, 2 ** 31] }),
    RangeError,
    "Cannot use draws and negatives as draws × most negatives must be at most 268435456: received 16 × 2147483648",
  );
  assertThrows(() => check({ draws: 2 ** 31 }), RangeError, "received 2147483648 × 256");
  assertThrows(
    () => check({ resamples: 2 ** 31 }),
    RangeError,
    "Cannot use resamples as resamples × numbers of negatives must be at most 268435456: received 2147483648 × 7",
  );
});
