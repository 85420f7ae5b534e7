// check as a user runs it, on files as NumPy writes them.
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { initBackend, latentClasses, loadDataset, Random } from "@hscl/hscl";
import { parseNpy } from "@hscl/hscl/data";
import { factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dump, type TypedArray } from "npyjs";
import checkScript from "../../scripts/check.ts";
import { openEmbeddings, readLabels } from "../../lib/experiment/labelled_files.ts";
import { npyFile } from "../data/npy_file.ts";
import { task, taskArguments } from "../process.ts";
import { call } from "./call.ts";

/** In this process; one run of its own shows that the task's permissions are enough. */
const check = (...args: string[]) => call(checkScript, ...args);

async function save(path: string, array: TypedArray, shape: number[]): Promise<string> {
  await Deno.writeFile(path, new Uint8Array(dump(array, shape)));
  return path;
}

/** A file that NumPy wrote. */
const numpy = (name: string) => fileURLToPath(new URL(`../data/numpy/${name}`, import.meta.url));

const { embeddings, dim, labels } = latentClasses({ classes: 3, pointsPerClass: 10, spread: 0.1 });
const shape = [labels.length, dim];

/** What is said, and the files that are named at its end. */
function divided(out: string): [words: string, files: string[]] {
  const [files, ...words] = out.trimEnd().split("\n\n").toReversed();
  return [words.toReversed().join("\n\n"), files.split("\n")];
}

/** A run of made-up images in batches of 8 at T = 0.2; its folder. */
async function trainedRun(folder: string): Promise<string> {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = await loadDataset("synthetic", { trainImages: 16, testImages: 20, height: 8, width: 8 });
  const plan = {
    backend,
    data: factsOf(data),
    network: "convnet",
    size: "small",
    seeds: 1,
    epochs: 1,
  } as const;
  const [settings] = runsOf({ ...plan, batchSize: 8, temperature: 0.2 }, [{ name: "scl" }]);
  return (await runExperiment(settings, { folder, data })).folder;
}

Deno.test("sentences, tables, files, and the same numbers from every form of the same embeddings", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out");
  const path = (name: string) => join(folder, name);
  const exact = await save(path("f8.npy"), embeddings, shape);
  const scaled = await save(path("f4.npy"), Float32Array.from(embeddings, (x) => 8 * x), shape);
  const run = await trainedRun(join(out, "runs"));
  const long = await save(path("i8.npy"), BigInt64Array.from(labels, BigInt), [labels.length]);
  const bytes = await save(path("u1.npy"), Uint8Array.from(labels), [labels.length]);
  const floats = await save(path("labels_f4.npy"), Float32Array.from(labels), [labels.length]);

  const files = ["--embeddings", exact, "--labels", long];
  const first = await check(...files, "--beta", "0.5,5", "--out", out);
  assertEquals(first.code, 0, first.error);
  const [words, made] = divided(first.out);
  assertMatch(
    words,
    /^30 embeddings of 13 dimensions in 3 classes; T = 0.5, Q = 254, float64 products\nT \(--temperature\) and Q/,
  );
  assertMatch(words, /^Assumption 1 holds for all 30 anchors at β = 0.5 and 5\.$/m);
  assertMatch(words, /^Assumption 1: h_diff ≤ h_same\n +left .*\nβ = 0.5 .* 100.0 % +holds$/m);
  assertMatch(words, /^Theorem 2, premise: E\[g\] ≤ h_diff\n.*\n.*\nβ = 5 .* 0.0 % +fails$/m);
  assert(!words.includes("normalised"));
  for (const line of words.split("\n")) assert(line.length <= 100, line);
  const gaps = ["assumption1", "theorem1", "theorem2_premise", "theorem2", "harris_ucl", "harris_scl"];
  assertEquals(made.map((file) => file.slice(dirname(file).length + 1)), [
    ...["check.txt", "check.json", "check.html"],
    ...gaps.map((claim) => `gaps_${claim}.npy`),
  ]);
  assertEquals(dirname(made[0]), join(out, "check", "f8-1"));

  const results = JSON.parse(await Deno.readTextFile(made[1]));
  assertEquals([results.count, results.dim, results.assumption1.length], [30, 13, 2]);
  assertEquals([results.temperature, results.negativeWeight, results.products], [0.5, 254, "float64"]);
  assertEquals(results.theorem1[1].conclusion.verdict, "holds");
  assertEquals(results.geometry.logSpectrum.length, 3);
  assert(results.losses[0].hscl.mean < results.losses[0].hucl.mean);
  assertEquals(results.assumption1[0].gaps, undefined); // the files of gaps have one number per embedding
  assertEquals(results.rows.classes.map(({ name }: { name: string }) => name), ["0", "1", "2"]);
  assertEquals(words.includes(results.sentences[4].sentence), true);
  assertEquals((await Deno.readTextFile(made[0])).trim(), words.trim());
  assertStringIncludes(await Deno.readTextFile(made[2]), "Assumption 1 by class");
  const { data, shape: gapShape } = parseNpy(await Deno.readFile(made[3]));
  assertEquals(gapShape, [2, 30]);
  const means = [0, 1].map((h) => (data as Float64Array).subarray(30 * h, 30 * h + 30))
    .map((own) => own.reduce((sum, gap) => sum + gap, 0) / 30);
  means.forEach((mean, h) => assertAlmostEquals(mean, results.assumption1[h].gap.mean, 1e-12));

  // Each call has a folder of its own.
  const process = await task("check", [...files, "--beta", "0.5,5", "--out", out]);
  assertEquals(process.code, 0, process.error);
  const [again, others] = divided(process.out);
  assertEquals(again, words);
  assertEquals(dirname(others[0]), join(out, "check", "f8-2"));
  for (const [at, file] of made.entries()) {
    assertEquals(await Deno.readFile(others[at]), await Deno.readFile(file), file);
  }

  for (const labelsPath of [bytes, floats]) {
    const same = await check("--embeddings", exact, "--labels", labelsPath, "--beta", "0.5,5", "--out", out);
    assertEquals([same.code, divided(same.out)[0]], [0, words], same.error);
  }
  const other = await check("--embeddings", scaled, "--labels", bytes, "--beta", "0.5,5", "--out", out);
  const [otherWords, otherFiles] = divided(other.out);
  assertMatch(otherWords, /^rows had norms from 8 to 8: normalised$/m);
  const { losses } = JSON.parse(await Deno.readTextFile(otherFiles[1]));
  const close = Math.abs(losses[0].hscl.mean / results.losses[0].hscl.mean - 1);
  assert(close < 1e-6, `${close}`);

  // A run brings labels, names, temperature and batch with it.
  const name = basename(run).slice(0, 8);
  const fast = await check("--embeddings", name, "--products", "float32", "--backend", "wasm", "--out", out);
  assertEquals(fast.code, 0, fast.error);
  assertMatch(fast.out, /^20 embeddings of .* T = 0.2, Q = 14, float32 products$/m);
  assertMatch(fast.out, /^T .* and Q .* as in the run's training, in batches of 8$/m);
  assertMatch(fast.out, /\bclass [0-9]\b/);
  const typed = await check(
    "--embeddings",
    run,
    "--temperature",
    "1",
    "--negative-weight",
    "3",
    "--out",
    out,
  );
  assertMatch(typed.out, /T = 1, Q = 3, float64 products\n\n/);

  const steps = await check(...files, "--hardening", "threshold", "--tau", "-1,0.5", "--out", out);
  assertMatch(steps.out, /^Assumption 1 holds for .* at τ = −1 and does not apply at τ = 0.5[;.]/m);
  assertMatch(steps.out, /^τ = 0.5 +– +– +– .* 30 +undefined$/m);
  const smooth = await check(...files, "--hardening", "logistic", "--tau", "0.1", "--out", out);
  assertMatch(smooth.out, /^τ = 0.1, w = 0.1 +[\d.]/m);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an interval that may well miss, of few embeddings under strong hardening, is marked", async () => {
  const folder = await Deno.makeTempDir(), random = new Random(0).child("few");
  const few = Float64Array.from({ length: 50 * 32 }, () => random.normal());
  const points = await save(join(folder, "few.npy"), few, [50, 32]);
  const classes = await save(join(folder, "classes.npy"), Int32Array.from({ length: 50 }, (_, i) => i % 5), [
    50,
  ]);
  const of = (...more: string[]) =>
    check("--embeddings", points, "--labels", classes, "--out", folder, ...more);
  const doubtful = await of("--temperature", "0.1", "--beta", "2");
  assertMatch(doubtful.out, /^β = 2 .*\) \? +[\d.]+ % /m);
  assertMatch(doubtful.out.replaceAll("\n", " "), / \?: too few embeddings for so strong a hardening/);
  const calm = await of("--temperature", "1", "--beta", "0.5");
  assertEquals([calm.code, calm.out.includes("?")], [0, false], calm.error);
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
  await Deno.writeFile(path("empty.npy"), new Uint8Array());
  // Files with holes, which take no place on the disk.
  for (const [name, start] of [["sparse.npy", new Uint8Array()], ["longer.npy", bytes]] as const) {
    await Deno.writeFile(path(name), start);
    await Deno.truncate(path(name), 20 * 2 ** 30);
  }
  const huge = npyFile({ descr: "<f8", shape: [2_000_000_000, 1024] });
  await Deno.writeFile(path("huge.npy"), huge);
  await Deno.truncate(path("huge.npy"), huge.length + 2_000_000_000 * 1024 * 8);
  const bools = Uint8Array.from(labels);
  await Deno.writeFile(path("bool.npy"), npyFile({ descr: "|b1", shape: [30], data: bools.with(2, 2) }));
  const archive = await Deno.readFile(numpy("one.npz"));
  await Deno.writeFile(path("cut.npz"), archive.subarray(0, archive.length - 30));
  const named = await Deno.readFile(numpy("named.npz"));
  named[300] ^= 1; // among the elements of the first array
  await Deno.writeFile(path("flipped.npz"), named);
  const withLabels = (embeddingsPath: string) => ["--embeddings", embeddingsPath, "--labels", goodLabels];
  const withEmbeddings = (labelsPath: string) => ["--embeddings", good, "--labels", labelsPath];

  const cases: [string[], RegExp][] = [
    [[], /--embeddings is required/],
    [["--embeddings", good], /--labels is required unless/],
    [
      ["--embeddings", path("absent")],
      /absent as it must be a readable file: received no such file$/,
    ],
    [
      ["--embeddings", "0123"],
      /^check: --embeddings must be the folder of a run.*"0123", of which there is none/,
    ],
    [
      withLabels(path("absent.npy")),
      /absent.npy as it must be a readable file: received no such file$/,
    ],
    [
      withLabels(folder),
      /Cannot read run .* as manifest.json must be a file that can be read: received none/,
    ],
    [withLabels(join(good, "inside")), /must be a readable file: received Not a directory/],
    [
      withLabels(path("text.npy")),
      /text.npy as it must be a .npy file, .*: received the bytes 31 20 32 20 33$/,
    ],
    [withLabels(path("short.npy")), /says \[30, 13\] elements of 8 bytes, .* 3192 bytes: received 3112$/],
    [withLabels(path("empty.npy")), /empty.npy as it must be a .npy file: received an empty file$/],
    [
      withLabels(path("sparse.npy")),
      /sparse.npy as it must be a .npy file, .* received the bytes 00 00 00 00 00 00$/,
    ],
    [withLabels(path("longer.npy")), /longer.npy as .* must have 3192 bytes: received 21474836480$/],
    [
      withLabels(path("huge.npy")),
      /fit into memory: 2000000000 of 1024 dimensions need \d+\.\d GiB, received \d+\.\d GiB$/,
    ],
    [withLabels(goodLabels), /labels.npy as it must hold float16, float32 or float64: received i4/],
    [
      withLabels(await save(path("flat.npy"), embeddings, [embeddings.length])),
      /must have the shape.*\[390\]/,
    ],
    [
      withLabels(await save(path("zero.npy"), embeddings.slice().fill(0, 26, 39), shape)),
      /received zeros in row 2/,
    ],
    [
      withLabels(await save(path("nan.npy"), changed(40, NaN), shape)),
      /finite numbers: received NaN in row 3$/,
    ],
    [withLabels(await save(path("inf.npy"), changed(26, -Infinity), shape)), /received -Infinity in row 2$/],
    [
      withLabels(await altered("order.npy", "False", "0    ")),
      /order.npy as its header must .* True or False at/,
    ],
    [withLabels(await altered("hexadecimal.npy", "(30,", "(0x1e,")), /hexadecimal.npy as its header must/],
    [withLabels(numpy("not_complex.npy")), /received "<c16", complex numbers$/],
    [withLabels(numpy("not_fields.npy")), /plain numbers: received a structured array$/],
    [withLabels(numpy("not_integers.npy")), /float16, float32 or float64: received i8$/],
    [withEmbeddings(numpy("not_texts.npy")), /received "<U21", texts$/],
    [withEmbeddings(numpy("not_bytes.npy")), /received "\|S2", texts$/],
    [withEmbeddings(numpy("not_dates.npy")), /received "<M8\[s\]", dates$/],
    [withEmbeddings(numpy("not_objects.npy")), /received "\|O", Python objects$/],
    [withLabels(numpy("packed.npz")), /one called embeddings, .*packed.npz:a\): received a, b$/],
    [withLabels(numpy("packed.npz:c")), /packed.npz:c as it must hold an array called c: received a, b$/],
    [withLabels(numpy("absent.npz:a")), /must be a readable file: received no such file$/],
    [withLabels(path("cut.npz")), /cut.npz as it must be a whole .npz file: received .*central directory/i],
    [
      withLabels(path("flipped.npz")),
      /must be a whole .npz file: received embeddings.npy has another checksum/,
    ],
    [
      withEmbeddings(await save(path("one.npy"), new Int32Array(30).fill(7), [30])),
      /at least two classes, as every claim compares classes: received 7 for all 30 embeddings$/,
    ],
    [
      withEmbeddings(await save(path("all.npy"), Int32Array.from(labels, (_, i) => i), [30])),
      /two embeddings in some class, .*: received 30 different labels for 30 embeddings$/,
    ],
    [
      withEmbeddings(await save(path("nan_labels.npy"), new Float32Array(30).fill(NaN), [30])),
      /nan_labels.npy as it must hold integers: received NaN at index 0$/,
    ],
    [withEmbeddings(path("bool.npy")), /bool.npy as it must hold 0 or 1: received 2 at index 2$/],
    [
      withEmbeddings(await save(path("few.npy"), labels.subarray(1), [29])),
      /each of the 30 embeddings: received 29/,
    ],
    [
      withEmbeddings(await save(path("half.npy"), Float64Array.from(labels, (l) => l / 2), [30])),
      /half.npy as it must hold integers: received 0.5 at index 10/,
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

Deno.test("every form in which NumPy writes the same embeddings and labels reads as the same", async () => {
  const embeddingsOf = async (name: string) => {
    const open = await openEmbeddings(numpy(name)), { values, norms } = await open.read();
    return { values: [...values], norms, count: open.count, dim: open.dim };
  };
  const expected = await embeddingsOf("f8.npy");
  assertEquals([expected.count, expected.dim, expected.values.slice(0, 5)], [12, 4, [1, 0, 0, 1, 0.546875]]);
  const forms = [
    "f4",
    "f2",
    "f8_big_endian",
    "f4_fortran",
    "f2_big_endian_fortran",
    "f8_version_2",
    "f8_version_3",
  ];
  const archives = ["one.npz", "named.npz", "named.npz:embeddings", "packed.npz:a"];
  for (const name of [...forms.map((form) => `${form}.npy`), ...archives]) {
    assertEquals(await embeddingsOf(name), expected, name);
  }
  const types = ["i8", "i8_large", "i2_big_endian", "u8_large", "u1", "f8"].map((type) =>
    `labels_${type}.npy`
  );
  for (const name of [...types, "named.npz", "named.npz:more", "packed.npz:b"]) {
    const { indices, classes } = await readLabels(numpy(name), 12);
    assertEquals([[...indices], classes], [[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], 3], name);
  }
  const { indices, classes } = await readLabels(numpy("labels_b1.npy"), 12);
  assertEquals([[...indices], classes], [[1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0], 2]);

  const out = await Deno.makeTempDir();
  // Of 64 bits, a label is what it is.
  const given = ["--embeddings", numpy("f8.npy"), "--labels", numpy("labels_i8_large.npy")];
  const large = await check(...given, "--out", out);
  const tables = await Promise.all([["f8.npy", "labels_i8.npy"], ["packed.npz:a", "packed.npz:b"]].map(
    async ([embeddings, labels], i) => {
      const files = ["--embeddings", numpy(embeddings), "--labels", numpy(labels)];
      const { code, out: stdout, error } = await task("check", [...files, "--out", join(out, `${i}`)]);
      assertEquals(code, 0, error);
      return divided(stdout)[0];
    },
  ));
  assertEquals(tables[0], tables[1]);
  assertMatch(large.out, /^β = 0.5 +1152921504606846977 +4 +50.0 % /m, large.error);
  assertMatch(tables[0], /^12 embeddings of 4 dimensions in 3 classes/);
  await Deno.remove(out, { recursive: true });
});

Deno.test("rows of any length are read: images as they are", async () => {
  const folder = await Deno.makeTempDir(), wide = 224 * 224 * 3;
  const values = Float32Array.from({ length: 6 * wide }, (_, i) => Math.sin(i * i));
  const files = [
    ...["--embeddings", await save(join(folder, "wide.npy"), values, [6, wide])],
    ...["--labels", await save(join(folder, "labels.npy"), Int32Array.of(0, 1, 0, 1, 0, 1), [6])],
  ];
  const { code, out, error } = await check(...files, "--out", folder);
  assertEquals(code, 0, error);
  assertMatch(out, /^6 embeddings of 150528 dimensions in 2 classes/);
  await Deno.remove(folder, { recursive: true });
});

const onUnix = { ignore: Deno.build.os === "windows" };

Deno.test("what never ends or never begins is refused at once", onUnix, async () => {
  const folder = await Deno.makeTempDir(), pipe = join(folder, "pipe");
  // A machine with little more than Deno has no mkfifo.
  const made = await new Deno.Command("deno", {
    args: ["eval", `new Deno.Command("mkfifo", { args: [${JSON.stringify(pipe)}] }).outputSync()`],
    stderr: "null",
  }).output();
  for (
    const [path, received] of [
      ["/dev/zero", "a device or socket"],
      ["/dev/stdin", "a path that Deno keeps from programs"],
      ...(made.success ? [[pipe, "a pipe"]] : []),
    ]
  ) {
    const { code, error } = await task("check", ["--embeddings", path, "--labels", path, "--out", folder]);
    assertEquals([code, error.split("\n").length], [2, 2], error);
    assertStringIncludes(
      error,
      `${path} as it must be a file that can be read twice (save what a pipe carries first): received ${received}`,
    );
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  "long work says what it does and how long it will take; Ctrl-C ends it with one line",
  onUnix,
  async () => {
    const folder = await Deno.makeTempDir(), count = 20_000, out = join(folder, "out");
    const values = Float32Array.from({ length: 8 * count }, (_, i) => Math.sin(i * i));
    const files = [
      ...["--embeddings", await save(join(folder, "many.npy"), values, [count, 8])],
      ...[
        "--labels",
        await save(join(folder, "labels.npy"), Int32Array.from({ length: count }, (_, i) => i % 9), [count]),
      ],
    ];
    const child = new Deno.Command("deno", {
      args: [
        ...await taskArguments("check"),
        ...files,
        "--products",
        "float64",
        "--backend",
        "cpu",
        "--out",
        out,
      ],
      env: { NO_COLOR: "1" },
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let said = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (/about/.test(text)) child.kill("SIGINT");
    }
    const { code, stdout } = await child.output().catch(async () => ({ ...await child.status, stdout: "" }));
    assertEquals(code, 130, said);
    assertMatch(
      said,
      /^check: all pairs will take about \d+ .*\n(check: comparing .*\n)*check: stopped; nothing was written\n$/m,
    );
    assertEquals(String(stdout), "");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["labels.npy", "many.npy"]);
    await Deno.remove(folder, { recursive: true });
  },
);
