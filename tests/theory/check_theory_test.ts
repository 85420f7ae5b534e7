import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  anchorStatistics,
  assumption1,
  checkConvergence,
  checkTheory,
  claimByClass,
  collapseGeometry,
  harris,
  populationLosses,
  theorem1,
  theorem2,
} from "@hscl/hscl/theory";
import { exponential } from "@hscl/hscl/hardening";
import { latentClasses } from "@hscl/hscl/data";

const { embeddings, dim, labels } = latentClasses({
  classes: 4,
  pointsPerClass: 8,
  overlap: 0.5,
  spread: 0.4,
});
const options = { hardenings: [exponential(0.5), exponential(5)], temperature: 0.3, negativeWeight: 7 };

Deno.test("checkTheory says what each of its parts says alone, and can be sent to another thread", async () => {
  const stages: string[] = [], shares: number[] = [];
  const check = await checkTheory(embeddings, dim, labels, options, (stage, share) => {
    if (share === undefined) return stages.push(stage);
    assertEquals(stage, "comparing all pairs");
    shares.push(share);
  });
  const statistics = await anchorStatistics(embeddings, dim, labels, options);
  assertEquals(
    structuredClone(check),
    {
      count: 32,
      dim,
      temperature: 0.3,
      negativeWeight: 7,
      products: "float64",
      losses: populationLosses(statistics),
      assumption1: assumption1(statistics),
      theorem1: theorem1(statistics),
      theorem2: theorem2(statistics),
      harris: harris(statistics),
      convergence: checkConvergence(embeddings, dim, labels, options),
      geometry: collapseGeometry(embeddings, dim, labels),
    },
  );
  assertEquals(stages.length, 4);
  assertEquals(stages[0], "comparing all pairs");
  assertEquals(shares, [1], "so few are one block");
  await assertRejects(() => checkTheory(embeddings, dim, labels, options, 3 as never), TypeError, "onStage");
});

Deno.test("claimByClass divides a report by class, and leaves undefined anchors out", async () => {
  // Alone in its class, the last has no h_same.
  const own = [...labels, 99], points = Float64Array.of(...embeddings, ...embeddings.subarray(0, dim));
  const [report] = assumption1(await anchorStatistics(points, dim, own, options));
  const classes = claimByClass(report, own);
  assertEquals(classes.map(({ label, anchors }) => [label, anchors]), [
    [0, 8],
    [1, 8],
    [2, 8],
    [3, 8],
    [99, 0],
  ]);
  for (const { label, share, meanGap } of classes.slice(0, 4)) {
    const gaps = [...report.gaps].filter((_, i) => own[i] === label);
    assertAlmostEquals(meanGap, gaps.reduce((sum, gap) => sum + gap, 0) / 8, 1e-12);
    assertAlmostEquals(share, gaps.filter((gap) => gap >= 0).length / 8, 1e-12);
  }
  assertEquals([classes[4].share, classes[4].meanGap], [NaN, NaN]);
  assertThrows(() => claimByClass(report, labels), RangeError, "labels");
  assertThrows(() => claimByClass(undefined as never, labels), TypeError, "report");
});
