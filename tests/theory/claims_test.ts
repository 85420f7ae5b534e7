import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  anchorStatistics,
  assumption1,
  collapseGeometry,
  exponential,
  type Hardening,
  harris,
  logistic,
  polynomial,
  populationLosses,
  Random,
  theorem1,
  theorem2,
  type TheoryOptions,
  threshold,
} from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

function randomPoints(random: Random, count: number, dim: number, classes: number) {
  const labels = Array.from({ length: count }, () => random.integer(classes));
  return { embeddings: Float64Array.from({ length: count * dim }, () => random.normal()), dim, labels };
}

const families: ((random: Random) => Hardening)[] = [
  (random) => exponential(10 * random.uniform()),
  (random) => threshold(random.uniform(-1, 1)),
  (random) => polynomial(10 * random.uniform()),
  (random) => logistic(random.uniform(-1, 1), random.uniform(0.01, 1)),
];

Deno.test("10,000 random draws: Harris never violated, the mixture identity met, the order of h and of losses the same", async () => {
  const random = new Random(0).child("draws");
  let anchors = 0, failures = 0, held = 0;
  for (let draw = 0; draw < 10_000; draw++) {
    const { embeddings, dim, labels } = randomPoints(random, 3 + random.integer(6), 2 + random.integer(3), 3);
    const statistics = await anchorStatistics(embeddings, dim, labels, {
      temperature: 10 ** random.uniform(-1, 1),
      negativeWeight: 10 ** random.uniform(-1, 3),
      leaveOut: 0,
      hardenings: [families[draw % families.length](random)],
    });
    const [{ ucl, scl }] = harris(statistics);
    for (const { verdict } of [ucl, scl]) {
      if (verdict === "holds") held++;
      else assertEquals(verdict, "undefined", `draw ${draw}`); // no two points of a class, or η = 0 everywhere
    }
    const [first] = theorem1(statistics), [second] = theorem2(statistics);
    assertLess(first.mixtureError, 1e-12, `draw ${draw}`);
    assertEquals([first.exceptions, second.exceptions], [0, 0], `draw ${draw}`);
    const [{ rho }] = statistics.hardened;
    rho.forEach((share, i) => {
      const { premise, conclusion } = first;
      if (Number.isNaN(premise.gaps[i] + conclusion.gaps[i]) || share < 1e-6) return;
      anchors++;
      if (conclusion.holdsAt[i] === 0) failures++;
      assertEquals(premise.holdsAt[i], conclusion.holdsAt[i], `draw ${draw}, anchor ${i}`);
    });
  }
  assert(held > 15_000, `Harris' inequality held ${held} times`);
  assert(
    anchors > 20_000 && failures > 0.2 * anchors && failures < 0.8 * anchors,
    `${failures} of ${anchors}`,
  );
});

Deno.test("holds, holds on average, fails and undefined are told apart, undefined anchors counted", async () => {
  const at = (...degrees: number[]) =>
    Float64Array.from(degrees.flatMap((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]));
  const verdict = async (points: Float64Array, labels: number[]) => {
    const [{ verdict, share, anchors, undefinedAnchors }] = assumption1(
      await anchorStatistics(points, 2, labels),
    );
    return [verdict, share, anchors, undefinedAnchors];
  };
  assertEquals(await verdict(at(0, 10, 180, 190), [0, 0, 1, 1]), ["holds", 1, 4, 0]);
  assertEquals(await verdict(at(0, 180, 10, 190), [0, 0, 1, 1]), ["fails", 0, 4, 0]);
  // A seventh point of class 0 among those of class 1 is wrong about itself only.
  const oneAstray = await verdict(at(0, 5, 10, 180, 185, 190, 187), [0, 0, 0, 1, 1, 1, 0]);
  assertEquals(oneAstray, ["holds on average", 6 / 7, 7, 0]);
  assertEquals(await verdict(at(0, 10, 180, 190, 270), [0, 0, 1, 1, 2]), ["holds", 1, 4, 1]);
  assertEquals(await verdict(at(0, 10, 20), [0, 1, 2]), ["undefined", NaN, 0, 3]);
  assertEquals(await verdict(at(0, 10, 20), [3, 3, 3]), ["undefined", NaN, 0, 3]);
  // Ties are no violation, however they round.
  assertEquals(await verdict(at(33, 33, 33, 33), [0, 1, 1, 0]), ["holds", 1, 4, 0]);
});

Deno.test("the scenario of Theorem 2 and the order it implies, where the nearest are of the other class", async () => {
  const random = new Random(1).child("pairs");
  const centres = Array.from({ length: 10 }, () => [random.normal(), random.normal(), random.normal()]);
  const points = Float64Array.from(centres.flatMap((centre) => [...centre, ...centre]));
  const [{ premise, conclusion, exceptions }] = theorem2(
    await anchorStatistics(points, 3, centres.flatMap(() => [0, 1])),
  );
  assertEquals([premise.verdict, conclusion.verdict, exceptions], ["holds", "holds", 0]);
  assert(conclusion.gap.low > 0 && conclusion.lower.mean < conclusion.upper.mean);
});

Deno.test("one pass over several β gives what one pass each gives, and so do the functions of statistics", async () => {
  const { embeddings, dim, labels } = randomPoints(new Random(2), 60, 4, 3);
  const hardenings = [0.5, 1, 5].map(exponential),
    options: TheoryOptions = { hardenings, seed: 3, leaveOut: 20 };
  const statistics = await anchorStatistics(embeddings, dim, labels, options);
  const together = {
    assumption: assumption1(statistics),
    first: theorem1(statistics),
    second: theorem2(statistics),
    harris: harris(statistics),
    losses: populationLosses(statistics),
  };
  for (let h = 0; h < hardenings.length; h++) {
    const one = { ...options, hardenings: [hardenings[h]] };
    assertEquals(assumption1(await anchorStatistics(embeddings, dim, labels, one)), [
      together.assumption[h],
    ]);
    assertEquals(theorem1(await anchorStatistics(embeddings, dim, labels, one)), [together.first[h]]);
    assertEquals(theorem2(await anchorStatistics(embeddings, dim, labels, one)), [together.second[h]]);
    assertEquals(harris(await anchorStatistics(embeddings, dim, labels, one)), [together.harris[h]]);
    assertEquals(await populationLosses(embeddings, dim, labels, one), [together.losses[h]]);
  }
});

Deno.test("the order of losses is taken from their h, where in the losses it is lost to rounding", async () => {
  // At this T and β, ρ is far below the rounding of a loss at most anchors whose hardest negatives are of other classes.
  const { embeddings, dim, labels } = randomPoints(new Random(6), 200, 6, 5);
  for (const products of ["float64", "float32"] as const) {
    const statistics = await anchorStatistics(embeddings, dim, labels, {
      temperature: 0.05,
      hardenings: [exponential(5), exponential(40)],
      products,
      leaveOut: 0,
    });
    theorem1(statistics).forEach(({ premise, conclusion, exceptions }, h) => {
      const unseen = statistics.hardened[h].rho.filter((rho) => rho < 1e-14).length;
      assert(unseen > (h === 0 ? 5 : 50), `${unseen} anchors with a ρ that is not seen`);
      assert(premise.share > 0.02 && premise.share < 0.6, `${premise.share}`);
      assertEquals(conclusion.holdsAt, premise.holdsAt);
      assertEquals(conclusion.share, premise.share);
      assertEquals(exceptions, 0);
      // The gaps have the signs, too, and are those of the losses where these can be told apart.
      conclusion.gaps.forEach((gap, i) => {
        if (Math.abs(premise.gaps[i]) > premise.tolerance * 1e3) assertEquals(gap >= 0, premise.gaps[i] >= 0);
        const { lossAll, lossDiff } = statistics.hardened[h], rounding = 1e-4 * lossAll[i];
        assertAlmostEquals(gap, lossAll[i] - lossDiff[i], rounding, `anchor ${i}`);
      });
    });
    for (const { premise, conclusion } of theorem2(statistics)) {
      assertEquals(conclusion.holdsAt, premise.holdsAt);
    }
  }
});

Deno.test("embeddings left out are those of the seed, evenly over the classes; without any there is no interval", async () => {
  const { embeddings, dim, labels } = randomPoints(new Random(4), 30, 3, 2);
  const interval = async (leaveOut: number, seed: number) =>
    assumption1(await anchorStatistics(embeddings, dim, labels, { seed, leaveOut }))[0].gap;
  assertEquals(await interval(10, 1), await interval(10, 1));
  assert((await interval(10, 1)).low !== (await interval(10, 2)).low);
  assertEquals(await interval(30, 1), await interval(512, 2)); // all
  const { mean, low, high } = await interval(0, 0);
  assertEquals([mean, low, high], [(await interval(30, 0)).mean, NaN, NaN]);
});

testOnBackends("a representation collapsed to one point is a tie everywhere, also in float32", async () => {
  const random = new Random(5), dim = 37, point = Array.from({ length: dim }, () => random.normal());
  const embeddings = Float32Array.from({ length: 50 * dim }, (_, i) => point[i % dim]);
  const labels = Array.from({ length: 50 }, (_, i) => i % 3);
  const options: TheoryOptions = {
    hardenings: [exponential(1), exponential(20)],
    products: "float32",
  };
  const statistics = await anchorStatistics(embeddings, dim, labels, options);
  const [theorems1, theorems2, inequalities] = [theorem1, theorem2, harris].map((check) => check(statistics));
  const claims = [...theorems1, ...theorems2, ...inequalities].flatMap((report) =>
    "premise" in report ? [report.premise, report.conclusion] : [report.ucl, report.scl]
  );
  for (const { statement, verdict } of claims) assertEquals(verdict, "holds", statement);
});

Deno.test("what is wrong with the input is said in one line", async () => {
  const points = Float64Array.of(1, 0, 0, 1), labels = [0, 1];
  const refused = (change: () => Promise<unknown>, message: string, type = RangeError as ErrorConstructor) =>
    assertRejects(change, type, message);
  await refused(() => anchorStatistics(new Float64Array(), 2, []), "received 0");
  await refused(
    () => anchorStatistics(points, 3, labels),
    "must have 6 items (2 labels × dim 3): received 4",
  );
  await refused(() => anchorStatistics(points, 2, [0, 0.5]), "received 0.5 at index 1", TypeError);
  await refused(() => anchorStatistics(Float64Array.of(1, 0, 0, 0), 2, labels), "received zeros in row 1");
  await refused(() => anchorStatistics(Float32Array.of(1, 0, NaN, 0), 2, labels), "received NaN in row 1");
  await refused(() => anchorStatistics(Float32Array.of(-Infinity, 0, 1, 0), 2, labels), "-Infinity in row 0");
  const option = (options: TheoryOptions) => () => anchorStatistics(points, 2, labels, options);
  await refused(option({ temperature: 0.001 }), "temperature as it must be at least 0.01");
  await refused(option({ hardenings: [] }), "at least one");
  await refused(option({ negativeWeight: 0 }), "negativeWeight as it must be above 0");
  await refused(option({ products: "float16" as "auto" }), "products as it must be one of");
  await refused(option({ leaveOut: -1 }), "leaveOut");
  await refused(option({ seed: -1 }), "seed");
  assertThrows(() => collapseGeometry(points, 2, [0]), RangeError, "received 4");
});
