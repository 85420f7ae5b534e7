// Plans of runs as files, and how they are split: what is written is read again, and every mistake is named.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError, loadDataset } from "@hscl/hscl";
import { datasetNames } from "@hscl/hscl/data";
import {
  factsOf,
  parseRunPlan,
  runHash,
  type RunPlan,
  runPlanText,
  type RunSettings,
  runsOf,
  shardOf,
} from "@hscl/hscl/experiment";
import { plannedFor } from "../../lib/experiment/planned_data.ts";

const options = { trainImages: 24, testImages: 16, height: 8, width: 8 };
const data = factsOf(await loadDataset("synthetic", options));
const sizes = { seeds: 4, epochs: 1, batchSize: 12, temperature: 0.5 };
const runs = runsOf({ backend: "cpu", data, network: "convnet", ...sizes }, [
  { name: "scl" },
  { name: "ucl" },
  { name: "hscl", hardening: { name: "exponential", parameters: { beta: 2 } } },
]);
const plan: RunPlan = { dataset: { name: "synthetic", options }, runs };
const text = runPlanText(plan);

Deno.test("a plan that was written is read as it was, and each run is in it once", () => {
  assertEquals(parseRunPlan(text, "a"), plan);
  assertEquals(runPlanText({ ...plan, runs: [...runs, runs[3]] }), text);
  // More epochs of a run are the run of fewer, too.
  const [first, ...others] = runs, more = { ...first, epochs: first.epochs + 1 };
  const longer = runPlanText({ ...plan, runs: [more, ...others] });
  assertEquals(runPlanText({ ...plan, runs: [first, more, ...others, first] }), longer);
  const none = { ...plan, runs: [] };
  assertEquals(parseRunPlan(runPlanText(none), "a"), none);
  // By these names other commands know that somebody needs the runs.
  for (const run of runs) assert(text.includes(`"run": "${runHash(run)}"`));
});

Deno.test("what is no plan is refused with its name, what must be and what came", () => {
  const written = JSON.parse(text), [first, second] = written.runs;
  const settings = (changed: object) => ({
    ...written,
    runs: [first, { ...second, settings: { ...second.settings, ...changed } }],
  });
  const named = (changed: object) => {
    const all = { ...second.settings, ...changed } as RunSettings;
    return { ...written, runs: [first, { run: runHash(all), settings: all }] };
  };
  const wrong: [unknown, string][] = [
    ["{", "it must be JSON: received something else"],
    [[1], "it must be a JSON object: received [1]"],
    [null, "it must be a JSON object: received null"],
    [{}, "it must be of version 1: received none"],
    [{ ...written, version: 2 }, "it must be of version 1: received 2"],
    [
      { ...written, dataset: undefined },
      `its data set must be one of ${datasetNames.join(", ")}: received undefined`,
    ],
    [
      { ...written, dataset: { name: "imagenet" } },
      `its data set must be one of ${datasetNames.join(", ")}: received "imagenet"`,
    ],
    [
      { ...written, dataset: { name: "synthetic", options: { sides: 3 } } },
      "its data set must have options that there are: received Cannot use options",
    ],
    [
      { ...written, dataset: { name: "mnist", options: {} } },
      'run 1 of 12 must be of mnist: received "synthetic"',
    ],
    [{ ...written, runs: undefined }, "it must have a list of runs: received undefined"],
    [{ ...written, runs: [null] }, "run 1 of 1 must be one that can be trained: received Cannot use options"],
    [{ ...written, runs: [first, first] }, `each run must be there once: received ${first.run} again`],
    [
      { ...written, runs: [first, { ...second, run: "0123456789abcdef" }] },
      `run 2 of 2 must be named as its settings say, ${second.run}: received "0123456789abcdef"`,
    ],
    [settings({ seed: 1.5 }), "run 2 of 2 must be one that can be trained: received Cannot use seed"],
    [
      settings({ format: 1 }),
      "run 2 of 2 must be one that can be trained: received Cannot train as the format",
    ],
    [
      settings({ lr: 1 }),
      "run 2 of 2 must be one that can be trained: received Cannot use options as each must be one of",
    ],
    [settings({ loss: { name: "triplet" } }), "run 2 of 2 must be one that can be trained: received Cannot"],
    [settings({ seed: 9 }), "run 2 of 2 must be named as its settings say"],
    [
      named({ backend: "wasm" }),
      "run 2 of 2 must have the backend and the images of the first: received wasm, ",
    ],
    [
      named({ dataset: { ...second.settings.dataset, digest: "abc" } }),
      "run 2 of 2 must have the backend and the images of the first: received cpu, abc",
    ],
  ];
  for (const [value, expected] of wrong) {
    const given = typeof value === "string" ? value : JSON.stringify(value);
    assertThrows(() => parseRunPlan(given, "a.json"), DataError, `Cannot read plan a.json as ${expected}`);
  }
  const broken = [{ ...runs[0], epochs: 0 }];
  assertThrows(
    () => runPlanText({ ...plan, runs: broken }),
    DataError,
    "Cannot read plan that is to be written as run 1 of 1",
  );
});

Deno.test("shards are disjoint, together all, of nearly one size, and follow from the runs whatever their order", () => {
  const names = (some: readonly RunSettings[]) => some.map(runHash);
  for (const count of [1, 2, 3, 5, 12, 20]) {
    const shards = Array.from({ length: count }, (_, at) => shardOf(runs, at + 1, count));
    assertEquals(names(shards.flat()).sort(), names(runs).sort());
    const lengths = shards.map(({ length }) => length);
    assert(Math.max(...lengths) - Math.min(...lengths) <= 1, lengths.join());
    assertEquals(lengths.filter((length) => length === 0).length, Math.max(0, count - runs.length));
    const reordered = [...runs].reverse();
    assertEquals(shards.map(names), shards.map((_, at) => names(shardOf(reordered, at + 1, count))));
  }
  // Documented: dealt out in the order of the names.
  const inOrder = names(runs).sort();
  assertEquals(names(shardOf(runs, 2, 5)), [inOrder[1], inOrder[6], inOrder[11]]);
  for (const [index, count] of [[0, 2], [3, 2], [1, 0], [1.5, 2], [1, NaN]]) {
    const error = assertThrows(() => shardOf(runs, index, count), Error);
    assert(/Cannot use (shard|number of shards) as it must be/.test(error.message), error.message);
  }
});

Deno.test("a plan of several data sets says of which each run is, also of a validation split", () => {
  const split = "synthetic (validation split)";
  const validating = runs.map((run) => ({ ...run, dataset: { ...run.dataset, name: split, digest: "v" } }));
  const both: RunPlan = {
    ...plan,
    others: [{ ...plan.dataset, validation: 0.2 }],
    runs: [...runs, ...validating],
  };
  const written = runPlanText(both);
  assertEquals(parseRunPlan(written, "a"), both);
  const json = JSON.parse(written);
  const wrong: [object, string][] = [
    [{ ...json, others: undefined }, `run 13 of 24 must be of synthetic: received "${split}"`],
    [{ ...json, others: [json.dataset] }, "each data set must be there once: received synthetic again"],
    [{ ...json, others: {} }, "its other data sets must be a list: received"],
    [{ ...json, others: [{ name: "imagenet" }] }, "its data set must be one of mnist"],
    [
      { ...json, others: [{ ...json.others[0], validation: 1 }] },
      "the share to validate with must be one: received Cannot use validation",
    ],
  ];
  for (const [value, expected] of wrong) {
    const refused = `Cannot read plan a.json as ${expected}`;
    assertThrows(() => parseRunPlan(JSON.stringify(value), "a.json"), DataError, refused);
  }
  const other = { ...validating[0], seed: 9, dataset: { ...validating[0].dataset, digest: "w" } };
  assertThrows(
    () => runPlanText({ ...both, runs: [...both.runs, other] }),
    DataError,
    "run 25 of 25 must have the backend and the images of the first",
  );
});

Deno.test("a plan of several versions of one data set tells them apart by the digest of their images", () => {
  const digests = ["a".repeat(64), "b".repeat(64)], [first, second] = digests;
  const of = (digest: string) => runs.map((run) => ({ ...run, dataset: { ...run.dataset, digest } }));
  const noisy = { ...plan.dataset, options: { ...plan.dataset.options, labelNoise: 0.4 } };
  const both: RunPlan = {
    dataset: { ...plan.dataset, digest: first },
    others: [{ ...noisy, digest: second }],
    runs: digests.flatMap(of),
  };
  const written = runPlanText(both), json = JSON.parse(written);
  assertEquals(parseRunPlan(written, "a"), both);
  const all = [both.dataset, ...both.others!];
  assertEquals(digests.map((digest) => plannedFor(all, { name: "synthetic", digest })), all);
  assertEquals(plannedFor(all, { name: "mnist", digest: first }), undefined);
  assertEquals(plannedFor([plan.dataset], { name: "synthetic", digest: second }), plan.dataset);
  const wrong: [object, string][] = [
    [
      { ...json, others: undefined },
      `run 13 of 24 must be of synthetic: received another version, ${second}`,
    ],
    [
      { ...json, others: [{ ...noisy, digest: first }] },
      "each data set must be there once: received synthetic again",
    ],
    // Which of the two is meant, nobody can tell.
    [{ ...json, others: [noisy] }, "each data set must be there once: received synthetic again"],
    [
      { ...json, others: [{ ...noisy, digest: "abc" }] },
      "the digest of its images must be 64 hexadecimal digits",
    ],
  ];
  for (const [value, expected] of wrong) {
    const refused = `Cannot read plan a.json as ${expected}`;
    assertThrows(() => parseRunPlan(JSON.stringify(value), "a.json"), DataError, refused);
  }
});
