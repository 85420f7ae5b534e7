// The comparison with PyTorch, with peers that only pretend to compute: no PyTorch is needed.
import {
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import { checkSameAccuracy, checkSameWork, memoryVerdict } from "../../bench/peers/judge.ts";
import { interleave, median, ratioOf } from "../../bench/peers/measure.ts";
import { type Form, Peer, PeerError, type Work } from "../../bench/peers/protocol.ts";
import { reportText } from "../../bench/peers/report.ts";
import { rows } from "../../bench/peers/rows.ts";
import { task } from "../process.ts";

const fake = ["deno", "run", "-q", "--no-prompt", fileURLToPath(new URL("./fake_peer.ts", import.meta.url))];
const work: Work = { kind: "loss", batch: 4, dim: 2, classes: 2, form: "library" };

Deno.test("peers are told what to do, answer, and end with their input", async () => {
  const peer = await Peer.start(fake, { threads: 3 });
  assertEquals([peer.description, peer.threads], ["a fake", 3]);
  assertEquals(await peer.sample(work, 5), { seconds: 0.5, value: 1.5, parameters: 4 });
  await assertRejects(() => peer.sample({ ...work, batch: 0 }, 1), PeerError, "no batch");
  await assertRejects(() => peer.sample({ ...work, dim: 0 }, 1), PeerError, "the loss is not finite");
  assertEquals((await peer.sample(work, 1)).seconds, 0.1); // a refusal does not end it
  await peer.stop();
});

Deno.test("a peer that cannot start says why in one line", async () => {
  await assertRejects(() => Peer.start(["/absent/python"], {}), PeerError, "cannot be started");
  await assertRejects(() => Peer.start(fake, { backend: "broken" }), PeerError, "no such backend");
});

Deno.test("sides take turns, and each round begins with another", async () => {
  const order: string[] = [];
  const side = (form: Form, seconds: number) => ({
    form,
    sample: () => {
      order.push(form[0]);
      return Promise.resolve(seconds);
    },
  });
  const timings = await interleave([side("library", 3), side("paper", 2), side("vectorised", 1)], 3);
  assertEquals(order.join(""), "lpv" + "lpv" + "pvl" + "vlp");
  assertEquals([...timings.values()], [[3, 3, 3], [2, 2, 2], [1, 1, 1]]);
});

Deno.test("a ratio is the median of quotients of neighbours, against the fastest form", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
  const timings = new Map<Form, number[]>([
    ["library", [2, 3, 10]],
    ["contiguous", [0.5, 2.5, 5]],
    ["channels_last", [1, 2, 4]],
  ]);
  assertEquals(ratioOf(timings, ["contiguous", "channels_last"]), {
    against: "channels_last",
    median: 2,
    min: 1.5,
    max: 2.5,
    best: 4, // against the least time of any form
  });
  assertAlmostEquals(ratioOf(timings, ["contiguous"]).median, 2);
});

Deno.test("sides that did not do the same are not compared", () => {
  const sample = (value: number, parameters = 0) => ({ seconds: 1, value, parameters });
  const row = (kind: string) => rows.find(({ work }) => work.kind === kind)!;
  // Other random data on both sides, so only the networks can be compared.
  checkSameWork(row("step"), new Map([["library", sample(1, 9)], ["contiguous", sample(2, 9)]]));
  assertThrows(
    () => checkSameWork(row("step"), new Map([["library", sample(1, 9)], ["contiguous", sample(1, 8)]])),
    Error,
    "received 9,8 parameters",
  );
  const samples = (value: number) =>
    new Map<Form, ReturnType<typeof sample>>([
      ["library", sample(2)],
      ["product", sample(-7)],
      ["blocks", sample(value)],
    ]);
  checkSameWork(row("theory"), samples(2.0001));
  assertThrows(() => checkSameWork(row("theory"), samples(2.001)), Error, "received 2 and 2.001");
  assertThrows(() => checkSameWork(row("theory"), samples(NaN)), Error, "received 2 and NaN");
});

Deno.test("memory is judged by what it grew since both sides were ready", () => {
  const row = rows.find(({ memory }) => memory !== undefined)!;
  const samples = (ours: number | undefined, theirs: number | undefined) =>
    new Map<Form, ReturnType<typeof sample>>([["library", sample(ours)], ["vectorised", sample(theirs)]]);
  const sample = (grownBytes: number | undefined) => ({ seconds: 1, value: 1, parameters: 0, grownBytes });
  const mebi = 2 ** 20, good = memoryVerdict(row, "wasm", samples(20 * mebi, 200 * mebi));
  assertEquals([good.measured, good.met], ["0.1 × (20 MiB, 200 MiB)", true]);
  assertEquals(memoryVerdict(row, "wasm", samples(50 * mebi, 200 * mebi)).met, false);
  const untold = memoryVerdict(row, "wasm", samples(50 * mebi, undefined));
  assertEquals([untold.measured, untold.met], ["not measured: the system does not tell", undefined]);
});

Deno.test("the report tells goals, what was measured, and whether they are met", () => {
  const text = reportText({
    date: "2026-11-24",
    circumstances: ["machine: a | b"],
    samples: 2,
    verdicts: [
      { what: "step", where: "wasm", goal: "≤ 2 × PyTorch", measured: "1.5 (1 … 2)", met: true },
      { what: "loss", where: "wasm", goal: "≤ 1 × PyTorch", measured: "3 (2 … 4)", met: false },
      { what: "kNN", where: "wasm", goal: "≤ 1 × PyTorch", measured: "1 (1 … 9)", met: "unsure" },
      { what: "memory", where: "tensorflow", goal: "none", measured: "not measured: no binding" },
    ],
    details: [{ what: "step", where: "wasm", timings: new Map([["library", [0.0123, 0.0125]]]) }],
  });
  for (
    const line of [
      "- machine: a | b",
      "| work   | on         | goal          | measured                 | met    |",
      "| step   | wasm       | ≤ 2 × PyTorch | 1.5 (1 … 2)              | yes    |",
      "| loss   | wasm       | ≤ 1 × PyTorch | 3 (2 … 4)                | **no** |",
      "| kNN    | wasm       | ≤ 1 × PyTorch | 1 (1 … 9)                | ?      |",
      "| memory | tensorflow | none          | not measured: no binding | –      |",
      "| step | wasm | this library | 12.4 ms | 12.3 ms … 12.5 ms |",
    ]
  ) assertStringIncludes(text, line + "\n");
});

Deno.test("without a Python that has PyTorch, the task says so and ends well", async () => {
  const args = "--python /absent/python --only loss --backends wasm".split(" ");
  const { code, out, error } = await task("bench:peers", args);
  assertEquals(code, 0, error);
  assertStringIncludes(error.split("\n")[0], "PyTorch is not available");
  assertStringIncludes(out, "not measured: PyTorch is not available");
});

Deno.test("peers: trainings of different networks are not compared", () => {
  checkSameAccuracy(0.859, 0.841);
  assertThrows(() => checkSameAccuracy(0.859, 0.771), Error, "received 85.9 and 77.1 %");
  assertThrows(() => checkSameAccuracy(0.859, NaN), Error, "received 85.9 and NaN %");
});
