import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { exponential, lossFromSettings, Random, supConLoss, uclLoss } from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

const random = new Random(9).child("supcon"), batch = 7, dim = 3;
const view = () => Array.from({ length: batch }, () => Array.from({ length: dim }, () => random.normal()));
const views = [view(), view()];
const labels = [-2, 5, 5, 2 ** 31, -2, 5, 0];

/** Equations 2 and 3 of Khosla et al., divided by the number of anchors. */
function khosla(variant: "out" | "in", temperature: number): number {
  const z = views.flat().map((row) => row.map((x) => x / Math.hypot(...row)));
  const s = (i: number, j: number) => z[i].reduce((sum, x, k) => sum + x * z[j][k], 0) / temperature;
  const all = z.map((_, i) => i), label = (i: number) => labels[i % batch];
  const perAnchor = all.map((i) => {
    const denominator = all.filter((a) => a !== i).reduce((sum, a) => sum + Math.exp(s(i, a)), 0);
    const positives = all.filter((p) => p !== i && label(p) === label(i));
    const shares = positives.map((p) => Math.exp(s(i, p)) / denominator);
    return variant === "out"
      ? -shares.reduce((sum, share) => sum + Math.log(share), 0) / positives.length
      : -Math.log(shares.reduce((sum, share) => sum + share, 0) / positives.length);
  });
  return perAnchor.reduce((a, b) => a + b) / all.length;
}

testOnBackends("SupCon is equations 2 and 3 of Khosla et al.", async () => {
  const [view1, view2] = views.map((rows) => tf.tensor2d(rows));
  for (const temperature of [0.07, 0.5, 2]) {
    const values: number[] = [];
    for (const variant of ["out", "in"] as const) {
      const [loss] = await supConLoss(view1, view2, labels, { variant, temperature }).data();
      assertAlmostEquals(loss, khosla(variant, temperature), 2e-5 * Math.max(1, loss));
      values.push(loss);
      const different = [0, 1, 2, 3, 4, 5, 6];
      const [alone] = await supConLoss(view1, view2, different, { variant, temperature }).data();
      assertAlmostEquals(alone, (await uclLoss(view1, view2, { temperature }).data())[0], 1e-5);
    }
    assert(values[1] < values[0]);
  }
});

testOnBackends("SupCon comes out of settings too", async () => {
  const [view1, view2] = views.map((rows) => tf.tensor2d(rows));
  const settings = { name: "supCon", variant: "in", temperature: 0.1 } as const;
  const hardening = { name: "exponential", parameters: { beta: 2 } } as const;
  const ints = Int32Array.from(labels.map((label) => label % 1000));
  for (const [eta, given] of [[undefined, {}], [exponential(2), { hardening }]] as const) {
    const [expected] = await supConLoss(view1, view2, ints, {
      variant: "in",
      temperature: 0.1,
      hardening: eta,
    })
      .data();
    const [loss] = await lossFromSettings({ ...settings, ...given })(view1, view2, ints).data();
    assertEquals(loss, expected);
  }
});
