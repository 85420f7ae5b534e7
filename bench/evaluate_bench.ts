/** Weighted kNN: 500 queries against a bank of 5,000. */
import { knnClassify, Random } from "@hscl/hscl";
import "./setup.ts";

const random = new Random(0).child("bench");
const classes = 10;
function features(count: number, dim: number) {
  return {
    features: Float32Array.from({ length: count * dim }, () => random.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
  };
}

for (const dim of [128, 512]) {
  const bank = features(5000, dim), queries = features(500, dim);
  Deno.bench(
    { group: "kNN, 500 queries, bank of 5,000", name: `${dim} features`, baseline: dim === 128 },
    async () => {
      await knnClassify(bank, queries, { dim, classes, k: 200, temperature: 0.5 });
    },
  );
}
