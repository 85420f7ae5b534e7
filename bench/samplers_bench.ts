/** Negative sampling: 64 anchors, 256 draws each, from a bank of 100,000 embeddings of 128; no backend takes part. */
import { exponential, negativeSampler, Random } from "@hscl/hscl";
import { negativeKindNames, negativeKinds } from "@hscl/hscl/core";

const N = 100_000, dim = 128, anchors = 64, k = 256;
const random = new Random(0).child("bench");
const embeddings = Float32Array.from({ length: N * dim }, () => random.normal());
const labels = Int32Array.from({ length: N }, (_, row) => row % 10);
const rows = Int32Array.from({ length: anchors }, () => random.integer(N));

for (const kind of negativeKindNames) {
  const hardening = negativeKinds[kind].hardened ? exponential(2) : undefined;
  const sampler = negativeSampler({ kind, embeddings, dim, labels, hardening, temperature: 0.5, seed: 0 });
  for (const replacement of [false, true]) {
    const name = `${kind}, ${replacement ? "with" : "without"} replacement`;
    Deno.bench({ group: `${anchors * k} draws`, name }, () => {
      sampler.draw(rows, { k, replacement });
    });
  }
}
