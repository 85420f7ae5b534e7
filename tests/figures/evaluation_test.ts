// Comparisons of evaluated runs, their tables, and the figure of what was taken for what: all on made-up evaluations.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { figures } from "@hscl/hscl";
import { type Measure, measureNames, type RunEvaluation, type RunSettings } from "@hscl/hscl/experiment";
import { shareInterval } from "@hscl/hscl/core";
import { settingsOf } from "../experiment/write_runs.ts";

const hardening = { name: "exponential", parameters: { beta: 1 } } as const;

/** A run whose every measure is right on some images. */
function made(
  hits: readonly number[],
  settings: Partial<RunSettings> = {},
  more: Partial<RunEvaluation> = {},
): RunEvaluation {
  const values = Float64Array.from(hits);
  const all = <T>(value: T) =>
    Object.fromEntries(measureNames.map((name) => [name, value])) as Record<Measure, T>;
  const whole = { ...settingsOf(0), ...settings }, labels = Int32Array.from(hits, () => 0);
  return {
    folder: `runs/${whole.loss.name}${whole.epochs}-${whole.seed}`,
    settings: whole,
    on: "test",
    images: hits.length,
    classes: ["a", "b"],
    k: 5,
    probe: "exact",
    converged: true,
    logLikelihood: { mean: -1, halfWidth: 0.1, count: hits.length },
    scores: all(shareInterval(values.reduce((sum, hit) => sum + hit, 0), hits.length)),
    labels,
    predictions: { knn: labels, linear: labels, classMean: labels },
    values: all(values),
    ...more,
  };
}

const scl = { loss: { name: "scl" } } as const, hscl = { loss: { name: "hscl", hardening } } as const;
const of = (total: number, hits: number, from = 0) =>
  Array.from({ length: total }, (_, i) => Number(i >= from && i < from + hits));
const first = (differences: figures.EvaluationDifference[]) => differences[0];

Deno.test("runs that differ in loss are paired by seed where two seeds are common", () => {
  const differences = figures.compareEvaluations([
    made(of(100, 50), { ...scl, seed: 0 }),
    made(of(100, 60), { ...hscl, seed: 0 }),
    made(of(100, 70), { ...scl, seed: 1 }),
    made(of(100, 81), { ...hscl, seed: 1 }),
    made(of(100, 1), { ...hscl, seed: 2 }), // has no other
  ]);
  assertEquals(differences.length, measureNames.length);
  const { label, reference, over, seeds, difference } = first(differences);
  assertEquals([label, reference, over, seeds], ["H-SCL β = 1", "SCL", "seeds", [0, 1]]);
  assertAlmostEquals(difference.mean, 0.105, 1e-12);
  // t(0.975, 1) times the standard error of 0.10 and 0.11.
  assertAlmostEquals(difference.halfWidth, 12.7062 * 0.005, 1e-4);
  assertEquals(difference.ruling, "holds");
});

Deno.test("with one seed each, images are paired, and few of them decide nothing", () => {
  const compare = (better: number, worse: number, total = 2000) => {
    const reference = made(of(total, 500), scl), own = made(of(total, 500 + better - worse, worse), hscl);
    const found = first(figures.compareEvaluations([reference, own]));
    assertEquals([found.over, found.seeds, found.difference.count], ["images", [0, 0], total]);
    return found.difference;
  };
  const { mean, halfWidth, ruling } = compare(60, 20);
  assertEquals(ruling, "holds");
  assertAlmostEquals(mean, 0.02, 1e-12);
  assertAlmostEquals(halfWidth, 1.96 * Math.sqrt(81 - 40 ** 2 / 2002) / 2002, 1e-6);
  assertEquals(compare(20, 60).ruling, "fails");
  assertEquals(compare(40, 30).ruling, "not decided");
  // Four images, all one way: by tossing coins, one of eight times.
  assertEquals(compare(4, 0).ruling, "not decided");
  assertEquals(compare(0, 0).ruling, "not decided");
});

Deno.test("several comparisons hold together, and images that ask nothing do not count", () => {
  const reference = made(of(2000, 500), scl), own = made(of(2000, 520), hscl);
  const alone = first(figures.compareEvaluations([reference, own])).difference;
  const [one, two] = figures.compareEvaluations([reference, own, made(of(2000, 510), { ...scl, epochs: 3 })]);
  assertEquals([one.measure, two.measure, one.label, two.label], [
    "knnTop1",
    "knnTop1",
    "H-SCL β = 1, epochs 2",
    "SCL, epochs 3",
  ]);
  assert(one.difference.halfWidth > 1.1 * alone.halfWidth);
  const unasked = [...of(100, 50).slice(1), NaN];
  const found = first(figures.compareEvaluations([made(unasked, scl), made(unasked, hscl)]));
  assertEquals(found.difference.count, 99);
});

Deno.test("average precisions are compared as the numbers they are", () => {
  const ap = [0.5, 0.25, 0.75], other = [0.6, 0.3, 0.95];
  const differences = figures.compareEvaluations([made(ap, scl), made(other, hscl)]);
  const { difference } = differences.find(({ measure }) => measure === "mapAtR")!;
  // Differences 0.1, 0.05 and 0.2: s = 0.0763763, t(0.975, 2) = 4.30265.
  assertAlmostEquals(difference.mean, 0.35 / 3, 1e-12);
  assertAlmostEquals(difference.halfWidth, 4.30265 * 0.0763763 / Math.sqrt(3), 1e-5);
});

Deno.test("what cannot be compared is refused; seeds of one setting make no comparison", () => {
  const one = made(of(10, 5), scl);
  assertEquals(figures.compareEvaluations([one, made(of(10, 6), { ...scl, seed: 1 })]), []);
  assertThrows(() => figures.compareEvaluations([one, one]), RangeError, "received runs/scl2-0 again");
  const refused = "must be of the same images, those of runs/scl2-0: received runs/hscl2-0";
  const others = { ...settingsOf(0).dataset, digest: "other" };
  for (
    const other of [
      made(of(10, 5), { ...hscl, dataset: others }),
      made(of(9, 5), hscl),
      made(of(10, 5), hscl, { on: "train" }),
    ]
  ) assertThrows(() => figures.compareEvaluations([one, other]), RangeError, refused);
});

Deno.test("tables have a row for each run and measure, and a word for each ruling", () => {
  const one = made(of(200, 100), scl), other = made(of(200, 160), hscl);
  assertEquals(figures.evaluationTable(one).slice(0, 2), [
    ["measure", "of", "%", "95 %"],
    ["kNN top-1", "features", "50.00", "43.14 … 56.86"],
  ]);
  assertEquals(figures.evaluationTable(one).length, 1 + measureNames.length);
  const table = figures.evaluationsTable([one, other]);
  assertEquals(table.map((row) => row.slice(0, 3)), [["run", "seed", "kNN@1"], ["SCL", "0", "50.00"], [
    "H-SCL β = 1",
    "0",
    "80.00",
  ]]);
  assertEquals(table[0].slice(2), [
    ...["kNN@1", "kNN@5", "lin@1", "lin@5", "mean h", "mean z", "ip@1", "R@1", "R@5", "MAP@R"],
  ]);
  const rows = figures.differenceTable(figures.compareEvaluations([one, other]));
  assertEquals(rows[1], ["kNN top-1", "features", "30.00 ± 6.38", "higher"]);
  const seeds = figures.compareEvaluations([
    made(of(10, 5), scl),
    made(of(10, 6), hscl),
    made(of(10, 5), { ...scl, seed: 1 }),
    made(of(10, 6), { ...hscl, seed: 1 }),
  ]);
  assertEquals(figures.differenceTable(seeds)[1].slice(2), ["10.00", "not decided: no interval"]);
});

Deno.test("the figure leaves the diagonal out and names the mistakes", () => {
  const confusions = {
    labels: [0, 0, 0, 1, 1, 2],
    predictions: [1, 1, 0, 1, 0, 2],
    classes: ["O", "0", "<i>"],
  };
  assertEquals(figures.mistakes(confusions), [
    { actual: "O", predicted: "0", images: 2, of: 3 },
    { actual: "0", predicted: "O", images: 1, of: 2 },
  ]);
  const { data: [matrix, bars], layout } = figures.confusionFigure(confusions, { subtitle: "SCL" });
  assertEquals(matrix.z, [[null, 100 * (2 / 3), 0], [50, null, 0], [0, 0, null]]);
  assertEquals(matrix.x, ["O", "0", "&lt;i&gt;"]);
  assertEquals([bars.y, bars.x, bars.customdata], [["O → 0", "0 → O"], [2, 1], [3, 2]]);
  assertEquals(bars.text, ["O → 0  2", "0 → O  1"]);
  assertEquals((layout.xaxis as { type: string }).type, "category"); // "0" is a name
  assertEquals(
    figures.confusionCaption(confusions),
    "3 of 6 images are taken for what they are. The most frequent mistakes: O taken for 0 (2 of 3) and 0 taken for O (1 of 2).",
  );
  const right = { ...confusions, predictions: confusions.labels };
  assertEquals(figures.confusionCaption(right), "6 of 6 images are taken for what they are.");
  assertEquals(figures.confusionFigure(right).data[1].y, []);
});

Deno.test("long and equal names stay apart, and what is no confusion is refused", () => {
  const classes = ["a very long name, one", "a very long name, two"];
  const { data: [{ x }], layout } = figures.confusionFigure({ labels: [0, 1], predictions: [1, 0], classes });
  assertEquals(x, ["a very lo…", "a very lo… (2)"]);
  assertEquals((layout.xaxis as { showticklabels?: boolean }).showticklabels, false); // no room for them
  assertThrows(
    () => figures.confusionFigure({ labels: [0], predictions: [2], classes }),
    RangeError,
    "received 2",
  );
  assertThrows(
    () => figures.confusionFigure({ labels: [0], predictions: [0], classes }, { titel: "x" } as object),
    TypeError,
    'received "titel"',
  );
});
