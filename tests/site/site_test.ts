// The live page as a person meets it, in a real browser: all parts by pointer and keys, each number compared with the library's.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { dump, type TypedArray } from "npyjs";
import { contrastiveLoss, initBackend, normalizeRows, Random } from "@hscl/hscl";
import { type NegativeKind, negativeKindNames, negativeKinds } from "@hscl/hscl/core";
import { hardeningFromSettings, type HardeningName, type HardeningSettings } from "@hscl/hscl/hardening";
import { latentClasses } from "@hscl/hscl/data";
import { openEmbeddings, readLabels } from "@hscl/hscl/files";
import { theorySentences, theoryTables } from "@hscl/hscl/figures/theory";
import { negativeWeights } from "@hscl/hscl/samplers";
import {
  anchorStatistics,
  assumption1,
  checkTheory,
  collapseGeometry,
  harris,
  populationLosses,
  representationGeometry,
  theorem1,
  theorem2,
  type TheoryCheck,
} from "@hscl/hscl/theory";
import { browserExpected, noBrowser } from "../browser.ts";
import type { CheckReport } from "./scenarios/check.ts";
import type { Hardness, HardnessReport } from "./scenarios/hardness.ts";
import type { LearningReport } from "./scenarios/learning.ts";
import type { LooksReport } from "./scenarios/looks.ts";
import { buildPage, visit } from "./visit.ts";

const TOLERANCE = 1e-6;

function assertNear(actual: readonly number[], expected: readonly number[], what: string): void {
  assertEquals(actual.length, expected.length, what);
  actual.forEach((value, i) => {
    if (Number.isNaN(expected[i])) assert(Number.isNaN(value), what);
    else {assertAlmostEquals(
        value,
        expected[i],
        TOLERANCE * Math.max(1, Math.abs(expected[i])),
        `${what} ${i}`,
      );}
  });
}

/** A loss as the theory has it, of one view. */
function loss(points: tf.Tensor2D, kind: NegativeKind, labels: number[], settings: Settings): tf.Scalar {
  const { byLabel, hardened } = negativeKinds[kind], { hardening, temperature, negativeWeight } = settings;
  return contrastiveLoss(points, [], {
    labels,
    positives: "label",
    negatives: byLabel ? "different-label" : "all",
    reduction: "anchors",
    hardening: hardened ? hardeningFromSettings(hardening) : undefined,
    temperature,
    negativeWeight,
  }) as tf.Scalar;
}

interface Settings {
  hardening: HardeningSettings;
  temperature: number;
  negativeWeight: number;
}

/** What a link says, as anybody can read it. */
function parse(query: string) {
  const fields = new URLSearchParams(query);
  const rows = fields.get("points")!.split(";").map((row) => row.split(",").map(Number));
  const [name, ...pairs] = fields.get("hardening")!.split(",");
  const parameters: Record<string, number> = {};
  for (let i = 0; i < pairs.length; i += 2) parameters[pairs[i]] = Number(pairs[i + 1]);
  return {
    dim: rows[0].length - 1,
    values: rows.flatMap(([, ...point]) => point),
    labels: rows.map(([label]) => label),
    anchor: Number(fields.get("anchor")),
    kind: fields.get("loss") as NegativeKind,
    hardening: { name: name as HardeningName, parameters },
    temperature: Number(fields.get("T")),
    negativeWeight: Number(fields.get("Q")),
  };
}

/** Compares all that the first part shows with what the library says of the same points. */
async function checkHardness(name: string, seen: Hardness): Promise<void> {
  const { values, dim, labels, anchor, kind, ...settings } = parse(seen.shown);
  const { temperature, negativeWeight } = settings, hardening = hardeningFromSettings(settings.hardening);
  const statistics = await anchorStatistics(values, dim, labels, {
    hardenings: [hardening],
    temperature,
    negativeWeight,
    leaveOut: 0,
  });
  const [{ ucl, scl, hucl, hscl }] = populationLosses(statistics), [order] = theorem1(statistics);
  assertNear(seen.losses, [ucl, scl, hucl, hscl].map(({ mean }) => mean), `${name}: losses`);
  const [law] = harris(statistics), chain = [law.ucl, law.scl, order.conclusion];
  chain.forEach(({ lower, upper, verdict }, i) => {
    assertNear(seen.chain[i].sides, [lower.mean, upper.mean], `${name}: chain`);
    assertEquals(seen.chain[i].verdict, verdict, `${name}: chain`);
  });
  const [scenario] = theorem2(statistics);
  const claims = { assumption1: assumption1(statistics)[0], ...scenario };
  for (const { claim, words: [here, all] } of seen.claims) {
    const { gaps, holdsAt, verdict } = claims[claim as "assumption1" | "premise" | "conclusion"];
    const expected = Number.isNaN(gaps[anchor]) ? "undefined" : holdsAt[anchor] ? "holds" : "fails";
    assertEquals([here, all], [expected, verdict], `${name}: ${claim}`);
  }
  const weights = negativeWeights(anchor, { kind, embeddings: values, dim, labels, hardening, temperature });
  assertNear(seen.weights, Array.from(weights), `${name}: weights`);
  const gradient = tf.tidy(() =>
    tf.grad((x) => loss(x as tf.Tensor2D, kind, labels, settings))(tf.tensor2d(values, [labels.length, dim]))
      .dataSync()
  );
  assertNear(seen.gradient, Array.from(gradient), `${name}: gradient`);
  assertEquals(seen.dots, labels.length, name);
}

/** What the second part has to show after some steps. */
function learnt(kind: NegativeKind, steps: number, settings: Settings): number[] {
  const count = 30, dim = 2, labels = Array.from({ length: count }, (_, i) => i % 3);
  const random = new Random(0).child("points"),
    normals = Array.from({ length: count * dim }, () => random.normal());
  const points = tf.variable(tf.tidy(() => normalizeRows(tf.tensor2d(normals, [count, dim]))));
  const descent = tf.train.sgd(3);
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      descent.minimize(() => loss(points as tf.Tensor2D, kind, labels, settings));
      points.assign(normalizeRows(points as tf.Tensor2D));
    });
  }
  const [value] = tf.tidy(() => loss(points as tf.Tensor2D, kind, labels, settings).dataSync());
  const values = Float64Array.from(points.dataSync()), geometry = collapseGeometry(values, dim, labels);
  const { uniformity } = representationGeometry(values, dim, labels);
  points.dispose();
  return [value, geometry.withinClassSpread, geometry.equalInnerProducts, uniformity];
}

const settingsOf = (beta: number): Settings => ({
  hardening: { name: "exponential", parameters: { beta } },
  temperature: 0.5,
  negativeWeight: 1,
});

async function hardnessByHand(folder: string): Promise<void> {
  const { errors, seen, focused, turns } = await visit<HardnessReport>(folder, "hardness");
  assertEquals(errors, []);
  for (const [name, each] of Object.entries(seen)) await checkHardness(name, each);
  const state = (name: string) => parse(seen[name].shown);
  assert(state("dragged").values[8] !== state("at first").values[8], "the pointer moves point 5");
  assertEquals(state("clicked").anchor, 6);
  assertEquals(focused, ["6", "7", "8", "7"], "Tab, Page Down, Page Down, Page Up");
  assert(state("moved by keys").values.join() !== state("clicked").values.join(), "keys move a point");
  assertEquals(state("anchor by keys").anchor, Number(focused.at(-1)));
  assertStringIncludes(seen.said.status, "Assumption 1");
  assertAlmostEquals(state("β by keys").hardening.parameters.beta, 2.5, 1e-9);
  assertEquals(state("T typed").temperature, 0.2);
  assertEquals(seen.added.dots, seen.removed.dots + 1);
  assertEquals(new Set(turns).size, 3, `turns: ${turns}`);
  assert(state("moved on the sphere").values.join() !== state("sphere").values.join());
  assertEquals(seen.crowd.dots, 200);
  const verdict = (name: string) => seen[name].claims.find(({ claim }) => claim === "assumption1")!.words[1];
  assertEquals(verdict("overlapping"), "fails");
  assertEquals(seen.overlapping.chain[2].verdict, "fails");
  assertEquals(verdict("simplex"), "holds");
  assertEquals(seen["at first"].claims[0].words, ["fails", "holds on average"], "the far outlier");
  assertEquals(seen.linked.shown, seen["to be linked"].shown);
  // What is said of a preset is said no more once its points have changed.
  for (const [name, preset] of [["at first", "one far outlier"], ["to be linked", "one far outlier"]]) {
    assertEquals(seen[name].preset, preset, name);
    assertStringIncludes(seen[name].words, "Assumption 1 fails", name);
  }
  for (const [name, words] of [["dragged", "Points of your own."], ["linked", "The points of a link."]]) {
    assertEquals([seen[name].preset, seen[name].words], ["your own", words], name);
  }
  const { link, shown } = seen["copied at once"], [, query] = link.split("?");
  assertEquals(new URLSearchParams(query).toString(), shown);
  assert(seen["copied at once"].said !== "");
  assertEquals([seen["three left"].dots, seen["three left"].said], [3, "3 points are the fewest."]);
}

async function watchThemLearn(folder: string): Promise<void> {
  const { errors, seen } = await visit<LearningReport>(folder, "learning");
  assertEquals(errors, []);
  const cases = [["at first", 0, 1], ["two steps", 2, 1], ["reset", 0, 5], ["β = 5", 1, 5]] as const;
  for (const [name, steps, beta] of cases) {
    assertEquals(seen[name].steps, steps, name);
    negativeKindNames.forEach((kind, i) =>
      assertNear(seen[name].values[i], learnt(kind, steps, settingsOf(beta)), `${name}: ${kind}`)
    );
  }
  // However many were asked for at once, each step goes on from where the one before has ended.
  for (const name of ["three steps at once", "started twice"]) {
    const { steps, values } = seen[name];
    if (name.startsWith("three")) assertEquals(steps, 4);
    negativeKindNames.forEach((kind, i) =>
      assertNear(values[i], learnt(kind, steps, settingsOf(5)), `${name}: ${kind}, ${steps} steps`)
    );
  }
  assertEquals(seen.sphere.steps, 0);
  assert(seen.sphere.places.every((places) => !places.includes("NaN")));
  const { paused } = seen;
  assert(paused.steps >= 12);
  assertEquals(paused.curves, 16, "four losses in four panels");
  assertEquals(seen["still paused"], paused);
  assertEquals(new Set(paused.places).size, 4, "each loss moves the points its own way");
  assertStringIncludes(paused.words[3] ?? "", `H-SCL after ${paused.steps} steps`);
  // Rounding grows from step to step, so that after many of them only fewer digits agree.
  negativeKindNames.forEach((kind, i) =>
    paused.values[i].forEach((value, k) =>
      assertAlmostEquals(value, learnt(kind, paused.steps, settingsOf(1))[k], 1e-3, `paused: ${kind}`)
    )
  );
}

const npy = (values: TypedArray, shape: number[]) => new Uint8Array(dump(values, shape));

/** Exact means of each claim, as the page tells them: left, right, gap, and the share of anchors. */
function claimsOf(checked: TheoryCheck): number[][] {
  const [assumption] = checked.assumption1, [first] = checked.theorem1, [second] = checked.theorem2;
  const [law] = checked.harris;
  return [assumption, first.conclusion, second.premise, second.conclusion, law.ucl, law.scl]
    .map(({ lower, upper, gap, share }) => [lower.mean, upper.mean, gap.mean, share]);
}

async function checkYourEmbeddings(folder: string): Promise<void> {
  const many = latentClasses({ classes: 5, pointsPerClass: 500, overlap: 0.5, spread: 0.4 });
  await Deno.writeFile(`${folder}/many.npy`, npy(many.embeddings, [2500, many.dim]));
  await Deno.writeFile(`${folder}/many_labels.npy`, npy(many.labels, [2500]));
  const { errors, seen, shares } = await visit<CheckReport>(folder, "check");
  assertEquals(errors, []);
  const file = (name: string) => new URL(`../../notebooks/example/${name}.npy`, import.meta.url).pathname;
  const open = await openEmbeddings(file("embeddings")), { values } = await open.read();
  const { indices } = await readLabels(file("labels"), open.count);
  const checked = await checkTheory(values, open.dim, indices, { negativeWeight: 254 });
  const claims = claimsOf(checked);
  const sentences = theorySentences(checked, indices), tables = theoryTables(checked, indices);
  for (const name of ["chosen", "dropped"]) {
    assertEquals(seen[name].failure, "");
    claims.forEach((claim, i) => assertNear(seen[name].claims[i], claim, `${name}: claim ${i}`));
    assertEquals(seen[name].sentences, sentences.map(({ sentence }) => sentence));
    assertEquals(seen[name].verdicts, sentences.flatMap(({ verdict }) => verdict ?? []));
    assertEquals(seen[name].tables, tables.map(({ title, table }) => ({ title, table })));
  }
  assertStringIncludes(seen.broken.failure, "Cannot read not_complex.npy");
  assertEquals(seen.points.claims.length, claims.length);

  // More than 2,048 are compared by the backend, in the page by wasm.
  await initBackend({ backend: "wasm" });
  const there = await checkTheory(many.embeddings, many.dim, many.labels, { negativeWeight: 254 });
  await initBackend({ backend: "cpu" });
  assertEquals(there.products, "float32");
  claimsOf(there).forEach((claim, i) => assertNear(seen.many.claims[i], claim, `many: claim ${i}`));
  assert(shares.length > 5 && shares.every((share, i) => i === 0 || share >= shares[i - 1]), `${shares}`);
}

async function looks(folder: string): Promise<void> {
  const { errors, misfits, violations, gallery } = await visit<LooksReport>(folder, "looks");
  assertEquals(errors, []);
  for (const [window, found] of Object.entries(misfits)) {
    assertEquals(found, { scroll: false, wide: [], small: [] }, window);
  }
  for (const [window, found] of Object.entries(violations)) assertEquals(found, [], window);
  const text = (await Deno.readTextFile(new URL("../../docs/figures.md", import.meta.url))).replaceAll(
    /\s+/g,
    " ",
  );
  assertEquals(gallery.length, 8);
  for (const { title, caption, width, large } of gallery) {
    assert(!caption.includes("<!--"), caption);
    assert(width > 800, `${title} is ${width} px wide`);
    assertStringIncludes(text, caption);
    assert((await Deno.stat(`${folder}/${large}`)).size > 0);
  }
}

const why = browserExpected ? "" : ` (ignored: ${noBrowser})`;

Deno.test(`the live page${why}`, { ignore: !browserExpected, sanitizeResources: false }, async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "hscl site " });
  try {
    await initBackend({ backend: "cpu" });
    await buildPage(folder);
    await t.step("opens with less than 3 MB", async () => {
      let bytes = 0;
      for (const file of ["index.html", "style.css", "page.js", "theory.js"]) {
        bytes += (await Deno.stat(`${folder}/${file}`)).size;
      }
      assert(bytes > 1e5 && bytes < 3e6, `${bytes} bytes`);
    });
    await t.step("hardness by hand, by pointer and keys", () => hardnessByHand(folder));
    await t.step("watch them learn", () => watchThemLearn(folder));
    await t.step("check your embeddings", () => checkYourEmbeddings(folder));
    await t.step("fits and reads, light and dark, from phones to 4K; the gallery", () => looks(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
