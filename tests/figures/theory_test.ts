import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { checkTheory, figures, latentClasses, type TheoryCheck } from "@hscl/hscl";
import { exponential, type Hardening, logistic, threshold } from "@hscl/hscl/hardening";
import { alignedLines } from "../../scripts/cli/mod.ts";
import { assertSnapshot } from "./snapshot.ts";

const points = (overlap: number) => latentClasses({ classes: 3, pointsPerClass: 10, overlap, spread: 0.1 });
const { labels } = points(0);

const known = new Map<string, Promise<TheoryCheck>>();

/** The checks of made-up classes, each made once. */
function checked(overlap: number, hardenings: Hardening[], more = {}): Promise<TheoryCheck> {
  const key = JSON.stringify([overlap, hardenings, more]), { embeddings, dim } = points(overlap);
  const made = known.get(key) ??
    checkTheory(embeddings, dim, labels, { hardenings, negativeWeight: 254, ...more });
  known.set(key, made);
  return made;
}

/** The sentence on a claim. */
async function sentence(
  claim: string,
  overlap: number,
  hardenings: Hardening[],
  more = {},
  names?: string[],
) {
  const all = figures.theorySentences(await checked(overlap, hardenings, more), labels, names);
  return all.find((each) => each.claim === claim)!;
}

const betas = (...values: number[]) => values.map((beta) => exponential(beta));

Deno.test("theorySentences: classes that lie apart", async () => {
  const check = await checked(0, betas(0.5, 5));
  const all = figures.theorySentences(check, labels);
  assertEquals(all.map(({ claim, verdict }) => [claim, verdict]), [
    ["assumption1", "holds"],
    ["classes", undefined],
    ["theorem1", "holds"],
    ["theorem2", "undefined"],
    ["harris", "holds"],
    ["convergence", "holds"],
    ["geometry", undefined],
  ]);
  assertEquals(all[0].sentence, "Assumption 1 holds for all 30 anchors at β = 0.5 and 5.");
  assertEquals(all[1].sentence, "Class by class at β = 0.5, Assumption 1 holds at every anchor.");
  assertMatch(all[2].sentence, /^Theorem 1 holds: .*; averaged over all anchors H-SCL is [\d.]+ below it at/);
  assertMatch(
    all[3].sentence,
    /^Theorem 2 is not tested, as no anchor has its premise; .* UCL is .* above it/,
  );
  assertMatch(all[6].sentence, /^The class means of the 3 classes use 2 of at most 2 directions; /);
  for (const { sentence } of all) assertMatch(sentence, /^[^.].*\.$/);
});

Deno.test("theorySentences: classes that overlap, worst class first and by its name", async () => {
  const assumption = await sentence("assumption1", 1, betas(1));
  assertEquals(assumption.verdict, "fails");
  assertMatch(assumption.sentence, /^Assumption 1 holds for .* at β = 1; on average it fails\.$/);
  const names = ["ants", "bees", "cats"], classes = await sentence("classes", 1, betas(1), {}, names);
  assertMatch(
    classes.sentence,
    /^Class by class at β = 1, Assumption 1 fails on average in 3 of 3: class (ants|bees|cats) \(/,
  );
  const gaps = [...classes.sentence.matchAll(/mean gap −([\d.]+)/g)].map(([, gap]) => Number(gap));
  assertEquals(gaps, gaps.toSorted((a, b) => b - a));
  assertEquals(gaps.length, 3);
});

Deno.test("theorySentences: a rule goes with every verdict, and tells the tolerance of a slope", async () => {
  const all = figures.theorySentences(await checked(0, betas(1)), labels);
  for (const { verdict, rule } of all) assertEquals(rule !== "", verdict !== undefined);
  const { sentence: words, rule } = all.find(({ claim }) => claim === "convergence")!;
  assertMatch(words, /to within 0\.15 of the slope −1, holds for all 4 losses \(slopes −[\d.]+ to −[\d.]+\)/);
  assertMatch(rule, /within 0\.15 of −1.*tolerance/);
  assertStringIncludes(all[0].rule, "−1e-12 of the larger side");
});

Deno.test("theorySentences: a slope that is not −1 up to its interval is said to be within the tolerance", async () => {
  const check = await checked(0, betas(1));
  const slope = { mean: -0.963, low: -0.982, high: -0.94 };
  const convergence = check.convergence.map((report) => ({ ...report, slope, verdict: "holds" as const }));
  const words = figures.theorySentences({ ...check, convergence }, labels)[5].sentence;
  assertStringIncludes(
    words,
    "(slope −0.963); in 4 of them −1 lies outside of the 95 % interval, but within the tolerance.",
  );
});

Deno.test("theorySentences: a broken theorem is no result but a fault", async () => {
  const check = await checked(0, betas(1));
  const theorem1 = check.theorem1.map((report) => ({ ...report, exceptions: 2 }));
  const [, , first] = figures.theorySentences({ ...check, theorem1 }, labels);
  assertEquals(first.verdict, "fails");
  assertMatch(
    first.sentence,
    /^Theorem 1 is contradicted at 2 anchors at β = 1, a fault of the computation;/,
  );
});

Deno.test("theorySentences: functions of any family, and those that draw nothing", async () => {
  const none = await sentence("assumption1", 0, [threshold(-1), threshold(1)]);
  assertEquals(
    none.sentence,
    "Assumption 1 holds for all 30 anchors at τ = −1 and does not apply at τ = 1.",
  );
  const several = await sentence("assumption1", 0, [logistic(0, 0.1), logistic(0.5, 0.1)]);
  assertStringIncludes(several.sentence, "at τ = 0 and 0.5.");
  const both = await sentence("assumption1", 0, [logistic(0, 0.1), logistic(0.5, 0.2)]);
  assertStringIncludes(both.sentence, "at (τ = 0, w = 0.1) and (τ = 0.5, w = 0.2).");
  const mixed = await sentence("assumption1", 0, [exponential(1), threshold(-1)]);
  assertStringIncludes(mixed.sentence, "at exponential β = 1 and threshold τ = −1.");
  const twice = await sentence("assumption1", 0, betas(1, 1));
  assertStringIncludes(twice.sentence, "at β = 1.");
});

Deno.test("theoryTables: at most 100 characters wide, each kind of number explained", async () => {
  const cases: [Hardening[], Record<string, number>][] = [
    [betas(0.5, 1, 5), {}],
    [betas(1), { temperature: 0.01, negativeWeight: 1 }],
    [[logistic(0, 0.1), logistic(0.25, 0.15)], { temperature: 0.02 }],
    [[threshold(-1), threshold(0.999)], {}],
  ];
  for (const [hardenings, more] of cases) {
    const tables = figures.theoryTables(await checked(0.7, hardenings, more), labels, [
      "a".repeat(70),
      "b",
      "c",
    ]);
    for (const { table } of tables) {
      for (const line of alignedLines(table)) assert(line.length <= 100, line);
    }
    assertEquals(tables.map(({ title }) => title.split(":")[0]).slice(1, 7), [
      "Assumption 1",
      "Theorem 1, conclusion",
      "Theorem 2, premise",
      "Theorem 2, conclusion",
      "Harris",
      "Harris",
    ]);
    const notes = tables.map(({ note }) => note).join(" ");
    for (const word of ["left, right", "in brackets", "mean gap:", "slope:", "holds on average:"]) {
      assertStringIncludes(notes, word);
    }
  }
});

Deno.test("theoryTables: numbers of the reports", async () => {
  const check = await checked(0.7, betas(1)), [losses, assumption] = figures.theoryTables(check, labels);
  const { ucl, hscl, anchors } = check.losses[0], { share, verdict } = check.assumption1[0];
  assertEquals(losses.table[1][1], String(Number(ucl.mean.toPrecision(4))));
  assertEquals(losses.table[1][4], String(Number(hscl.mean.toPrecision(4))));
  assertEquals(losses.table[1].at(-1), `${anchors}`);
  assertEquals(assumption.table[1].slice(-2), [`${(100 * share).toFixed(1)} %`, verdict]);
});

Deno.test("theoryFigure: a snapshot, and many classes cut to those that fare worst", async () => {
  const rows = figures.theoryRows(await checked(0.7, betas(0.5, 5)), labels, ["<b>", "b", "c"]);
  const figure = figures.theoryFigure(rows);
  await assertSnapshot("theory", figure);
  assert(!JSON.stringify(figure).includes('<b>"'), "names from outside cannot become markup");
  assertEquals(JSON.parse(JSON.stringify(rows)), rows);

  const classes = Array.from({ length: 50 }, (_, place) => ({
    ...rows.classes[0],
    name: `n${place}`,
    shares: [1, (place * 7) % 50 / 50],
  }));
  const { data } = figures.theoryFigure({ ...rows, classes });
  const [heat] = data.filter(({ type }) => type === "heatmap"), z = heat.z as number[][];
  assertEquals(z.length, 30);
  assertEquals(z.map(([, share]) => Math.round(share)), Array.from({ length: 30 }, (_, place) => 2 * place));
});

Deno.test("theoryRows and theoryFigure refuse what cannot be drawn", async () => {
  const check = await checked(0, betas(1)), rows = figures.theoryRows(check, labels);
  assertThrows(() => figures.theoryRows(check, labels, ["a"]), RangeError, "Cannot name 3 classes");
  assertThrows(() => figures.theoryRows(check, [0]), RangeError, "labels");
  assertThrows(() => figures.theorySentences(3 as never, labels), TypeError, "check");
  assertThrows(() => figures.theoryFigure({ ...rows, rows: [] }), RangeError, "must be a hardening function");
  assertThrows(
    () => figures.theoryFigure({ ...rows, rows: Array(25).fill(rows.rows[0]) }),
    RangeError,
    "at most 24",
  );
  assertThrows(() => figures.theoryFigure(undefined as never), TypeError, "rows");
});
