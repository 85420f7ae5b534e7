import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { contrastiveLoss } from "hscl";
import { naiveContrastive } from "../reference/naive_contrastive.ts";
import { affordable, testOnBackends } from "../backends.ts";
import { combinations } from "./combinations.ts";

/** Unit vectors at angles in degrees. */
const onCircle = (degrees: number[]) =>
  degrees.map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);

const view1 = onCircle([0, 20, 75, 130, 181, 300]), view2 = onCircle([5, 31, 60, 141, 170, 290]);
// Classes of three, two and one items, so that groups of positives differ in size.
const cases = combinations([3, 3, -8, 1_000_000, -8, 3]);

testOnBackends("every loss equals a naive double loop on points placed by angle", async (backend) => {
  // Lengths other than 1, which normalising takes away again.
  const views = [view1, view2].map((view, v) =>
    tf.tensor2d(view.map((row, i) => row.map((x) => x * (1 + i + v))))
  );
  for (const { where, options, naive } of affordable(cases, backend)) {
    const expected = naiveContrastive(view1, view2, naive);
    const loss = contrastiveLoss(views[0], views[1], options);
    const [computed] = await loss.data();
    loss.dispose();
    assertAlmostEquals(computed, expected, 2e-5 * Math.max(1, expected), where);
  }
  tf.dispose(views);
});
