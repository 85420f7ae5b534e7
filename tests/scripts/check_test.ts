// check as a user runs it, on files as NumPy writes them.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { latentClasses } from "@hscl/hscl";
import { writeManifest } from "@hscl/hscl/train";
import { dirname, join } from "node:path";
import { dump, type TypedArray } from "npyjs";
import checkScript from "../../scripts/check.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

/** In this process; one run of its own shows that the task's permissions are enough. */
const check = (...args: string[]) => call(checkScript, ...args);

async function save(path: string, array: TypedArray, shape: number[]): Promise<string> {
  await Deno.writeFile(path, new Uint8Array(dump(array, shape)));
  return path;
}

const { embeddings, dim, labels } = latentClasses({ classes: 3, pointsPerClass: 10, spread: 0.1 });
const shape = [labels.length, dim];

Deno.test("a table, a JSON file, and the same numbers from every form of the same embeddings", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out");
  const path = (name: string) => join(folder, name);
  const exact = await save(path("f8.npy"), embeddings, shape);
  const scaled = await save(path("f4.npy"), Float32Array.from(embeddings, (x) => 8 * x), shape);
  const run = path("run");
  await Deno.mkdir(run);
  await save(join(run, "embeddings.npy"), embeddings, shape);
  await save(join(run, "labels.npy"), labels, [labels.length]);
  for (const name of ["config.json", "metrics.jsonl", "checkpoint/weights.json", "checkpoint/weights.bin"]) {
    await Deno.mkdir(dirname(join(run, name)), { recursive: true });
    await Deno.writeTextFile(join(run, name), "");
  }
  await writeManifest(run);
  const long = await save(path("i8.npy"), BigInt64Array.from(labels, BigInt), [labels.length]);
  const bytes = await save(path("u1.npy"), Uint8Array.from(labels), [labels.length]);
  const floats = await save(path("labels_f4.npy"), Float32Array.from(labels), [labels.length]);

  const json = async () => JSON.parse(await Deno.readTextFile(join(out, "check", "check.json")));
  const first = await check("--embeddings", run, "--beta", "0.5,5", "--out", out);
  assertEquals(first.code, 0, first.error);
  assertMatch(first.out, /^30 embeddings of 13 dimensions in 3 classes; T = 0.5, Q = 1, float64 products$/m);
  assertMatch(first.out, /^exponential beta 0.5 +Assumption 1 +h_diff ≤ h_same .* 100.0 % +holds$/m);
  assertMatch(first.out, /^exponential beta 5 +Theorem 2, if +E\[g\] ≤ h_diff .* 0.0 % +fails$/m);
  assert(!first.out.includes("normalised"));
  const results = await json();
  const process = await task("check", ["--embeddings", run, "--beta", "0.5,5", "--out", out]);
  assertEquals([process.code, process.out], [0, first.out + "\n"], process.error);
  assertEquals(await json(), results);
  assertEquals(results.assumption1.length, 2);
  assertEquals(results.theorem1[1].conclusion.verdict, "holds");
  assertEquals(results.geometry.logSpectrum.length, 3);
  assert(results.losses[0].hscl.mean < results.losses[0].hucl.mean);
  assertEquals(results.assumption1[0].gaps, undefined); // one number per embedding is for the library

  for (const labelsPath of [long, bytes, floats]) {
    const same = await check("--embeddings", exact, "--labels", labelsPath, "--beta", "0.5,5", "--out", out);
    assertEquals([same.code, same.out], [0, first.out], same.error);
  }
  const other = await check("--embeddings", scaled, "--labels", bytes, "--beta", "0.5,5", "--out", out);
  assertMatch(other.out, /^rows had norms from 8 to 8: normalised$/m);
  const close = Math.abs((await json()).losses[0].hscl.mean / results.losses[0].hscl.mean - 1);
  assert(close < 1e-6, `${close}`);

  const fast = await check("--embeddings", run, "--products", "float32", "--backend", "wasm", "--out", out);
  assertEquals(fast.code, 0, fast.error);
  const steps = await check("--embeddings", run, "--hardening", "threshold", "--tau", "-1,0.5", "--out", out);
  assertMatch(steps.out, /^threshold tau 0.5 +Assumption 1 .*\(30 undefined\) +undefined$/m);
  const smooth = await check("--embeddings", run, "--hardening", "logistic", "--tau", "0.1", "--out", out);
  assertMatch(smooth.out, /^logistic tau 0.1 width 0.1 +Assumption 1 /m);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what is wrong is one line and exit code 2, and leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out");
  const path = (name: string) => join(folder, name);
  const good = await save(path("good.npy"), embeddings, shape);
  const goodLabels = await save(path("labels.npy"), labels, [labels.length]);
  const changed = (index: number, value: number) => embeddings.map((x, i) => i === index ? value : x);
  const bytes = await Deno.readFile(good);
  const altered = async (name: string, from: string, to: string) => {
    const copy = bytes.slice(), header = new TextDecoder().decode(bytes.subarray(10, 128));
    copy.set(new TextEncoder().encode(header.replace(from, to).slice(0, 118)), 10);
    await Deno.writeFile(path(name), copy);
    return path(name);
  };
  await Deno.writeFile(path("short.npy"), bytes.subarray(0, bytes.length - 80));
  await Deno.writeTextFile(path("text.npy"), "1 2 3");
  const withLabels = (embeddingsPath: string) => ["--embeddings", embeddingsPath, "--labels", goodLabels];
  const withEmbeddings = (labelsPath: string) => ["--embeddings", good, "--labels", labelsPath];

  const cases: [string[], RegExp][] = [
    [[], /--embeddings is required/],
    [["--embeddings", good], /--labels is required unless/],
    [withLabels(path("absent.npy")), /absent.npy must be a readable file: received no such file/],
    [withLabels(path("text.npy")), /text.npy must be a whole little-endian .npy file: received /],
    [withLabels(path("short.npy")), /short.npy must hold the 390 values of its header: received 380/],
    [withLabels(goodLabels), /labels.npy must hold float32 or float64: received i4/],
    [
      withLabels(await save(path("flat.npy"), embeddings, [embeddings.length])),
      /must have the shape.*\[390\]/,
    ],
    [
      withLabels(await save(path("zero.npy"), embeddings.slice().fill(0, 26, 39), shape)),
      /received zeros in row 2/,
    ],
    [withLabels(await save(path("nan.npy"), changed(40, NaN), shape)), /NaN or an infinity in row 3/],
    [withLabels(await altered("fortran.npy", "False", "True ")), /C order.*: received Fortran order/],
    [withLabels(await altered("big.npy", "<f8", ">f8")), /little-endian/],
    [
      withEmbeddings(await save(path("few.npy"), labels.subarray(1), [29])),
      /each of the 30 embeddings: received 29/,
    ],
    [
      withEmbeddings(await save(path("half.npy"), Float64Array.from(labels, (l) => l / 2), [30])),
      /half.npy must hold integers: received 0.5 at index 10/,
    ],
    [
      withEmbeddings(await save(path("square.npy"), labels, [15, 2])),
      /shape \[embeddings\]: received \[15, 2\]/,
    ],
    [[...withLabels(good), "--tau", "0.5"], /--tau is no parameter of --hardening exponential/],
    [[...withLabels(good), "--beta", "-1"], /--beta must be numbers of at least 0/],
    [[...withLabels(good), "--temperature", "0"], /--temperature must be a number of at least 0.01/],
  ];
  for (const [args, expected] of cases) {
    const { code, out: stdout, error } = await check(...args, "--out", out);
    assertEquals(code, 2, `${args}: ${error}`);
    assertEquals(stdout, "");
    assertMatch(error, expected);
    assertEquals(error.split("\n").length, 1, error);
    assertStringIncludes(error, "check: ");
  }
  const left: string[] = [];
  for await (const { name } of Deno.readDir(folder)) left.push(name);
  assert(!left.includes("out"));
  await Deno.remove(folder, { recursive: true });
});
