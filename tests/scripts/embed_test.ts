// Embedding new images as a user does: files of NumPy, names and a map; every mistake in one line, before anything is written.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { embedImages, evaluateRun, factsOf, openRun, runExperiment, runsOf } from "@hscl/hscl/experiment";
import { openEmbeddings } from "@hscl/hscl/files";
import { parseNpy } from "@hscl/hscl/data";
import { initBackend, loadDataset, readImages } from "@hscl/hscl";
import embed from "../../scripts/embed.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const array = async (path: string) => {
  const { data, shape } = parseNpy(await Deno.readFile(path));
  return { data: data as Float32Array, shape };
};

Deno.test("new images are embedded by a run, with its settings and none typed", async (t) => {
  const folder = await Deno.makeTempDir(),
    out = join(folder, "results"),
    at = (name: string) => join(folder, name);
  await writeFiles(at("photos"), { ...series("dark", 20, 20, 16), ...series("light", 20, 200, 16) });
  await writeFiles(at("new"), { ...series("light/a", 3, 210, 30), ...series("strange", 4, 90, 9) });
  await writeFiles(at("flat"), { "b.png": { shade: 7 }, "a.png": { shade: 9, channels: 3 } });
  const { backend } = await initBackend({ backend: "wasm" });
  const data = await loadDataset("folder", { dataDir: at("photos"), imageSize: 12 });
  const plan = { backend, data: factsOf(data), network: "convnet", size: "small" } as const;
  const sizes = { seeds: 1, epochs: 1, batchSize: 8, temperature: 0.5 };
  const [settings] = runsOf({ ...plan, ...sizes }, [{ name: "scl" }]);
  const record = await runExperiment(settings, { folder: join(out, "runs"), data }), run = record.folder;
  const hash = run.split("/").at(-1)!, shape = { height: 12, width: 12, channels: 1 };

  await t.step("in folders of classes: numbers, labels, names, a map, and how to go on", async () => {
    const { code, out: text, error } = await task("embed", [
      ...[run, "--data", at("new"), "--backend", "wasm", "--out", out],
    ]);
    assertEquals(code, 0, error);
    const made = join(out, "embed", `${hash}-new`);
    assertEquals(names(made), ["embeddings.npy", "features.npy", "images.json", "labels.npy", "map.html"]);
    assertMatch(text, /^7 images: images of .*new, as 12 × 12, grey$/m);
    assertMatch(text, new RegExp(`^embeddings +\\[7, 64\\] +${made}/embeddings.npy$`, "m"));
    assertStringIncludes(
      text,
      `next: deno task check --embeddings ${made}/embeddings.npy --labels ${made}/labels.npy`,
    );
    const read = await readImages(at("new"), shape);
    const expected = await (await openRun(run)).embed(read);
    const [embeddings, features, labels] = await Promise.all(
      ["embeddings", "features", "labels"].map((name) => array(join(made, `${name}.npy`))),
    );
    assertEquals([embeddings.data, embeddings.shape], [expected.embeddings, [7, 64]]);
    assertEquals([features.data, features.shape], [expected.features, [7, expected.features.length / 7]]);
    assertEquals([...labels.data], [0, 0, 0, 1, 1, 1, 1]);
    const about = JSON.parse(await Deno.readTextFile(join(made, "images.json")));
    assertEquals([about.run, about.shape, about.classes], [hash, shape, ["light", "strange"]]);
    assertEquals([about.images.length, about.images[0]], [7, "light/a/0.png"]);
    const page = await Deno.readTextFile(join(made, "map.html"));
    for (const shown of ["light/a/2.png", "strange/3.png", `"name":"strange"`]) {
      assertStringIncludes(page, shown);
    }
    assertEquals((await openEmbeddings(join(made, "embeddings.npy"))).count, 7);
    const check = text.match(/^next: deno task check (.*)$/m)![1].split(" ");
    assertEquals((await task("check", [...check, "--backend", "cpu", "--out", out])).code, 0);
  });

  const ask = (...args: string[]) => call(embed, ...args, "--backend", "wasm", "--out", out);
  await t.step("without classes: no labels; too few for a map", async () => {
    const { code, out: text, error } = await ask(`${run}/.`, "--data", at("flat/"));
    assertEquals(code, 0, error);
    const made = join(out, "embed", `${hash}-flat`);
    assertEquals(names(made), ["embeddings.npy", "features.npy", "images.json"]);
    assertMatch(text, /^no labels, as no image is in the folder of a class$/m);
    assert(!text.includes("next:"));
    const { images } = JSON.parse(await Deno.readTextFile(join(made, "images.json")));
    assertEquals(images, ["a.png", "b.png"]);
    // What was made of other images under this name goes.
    await Deno.remove(at("flat"), { recursive: true });
    await writeFiles(at("flat"), series("", 3, 5));
    await Deno.writeTextFile(join(made, "labels.npy"), "of others");
    assertEquals((await ask(run, "--data", at("flat"), "--no-map")).code, 0);
    assertEquals(names(made), ["embeddings.npy", "features.npy", "images.json"]);
  });

  await t.step("the run's own images, scaled as they were", async () => {
    const { code, out: text, error } = await ask(hash.slice(0, 6), "--on", "test", "--data", at("photos"));
    assertEquals(code, 0, error);
    assertMatch(text, /^8 images: test images of own images, as 12 × 12, grey$/m);
    const { data: found } = await array(join(out, "embed", `${hash}-test`, "embeddings.npy"));
    assertEquals(found, (await embedImages(record, data.test, data.shape)).embeddings);
    assertEquals(found, (await array(join(run, "embeddings.npy"))).data);
    assertEquals((await evaluateRun(record, { dataDir: at("photos") })).images, 8);
  });

  await t.step("what goes wrong is one line and exit code 2, and writes nothing", async () => {
    const before = names(join(out, "embed"));
    await Deno.mkdir(at("empty"));
    await writeFiles(at("broken"), { "a.png": { shade: 1 }, "b.png": "no image" });
    await writeFiles(at("mixed"), { "a.png": { shade: 1 }, "c/b.png": { shade: 2 } });
    const cases: [string[], RegExp][] = [
      [[], /RUN is required: Folder of a run/],
      [[run, run, "--data", at("new")], /takes one RUN: received .*, too/],
      [[run], /--data is required: a folder of images, or --on test or train for the run's own/],
      [["lib", "--data", at("new")], /Cannot read run lib as config.json must be there.*deno task runs/],
      [["nothing", "--data", at("new")], /RUN must be the folder of a run.*deno task runs lists them/],
      [
        [run, "--data", at("none")],
        /Cannot read .*none as it must be a folder that can be read: received none/,
      ],
      [[run, "--data", at("empty")], /Cannot read .*empty as it must hold images.*received none/],
      [
        [run, "--data", at("broken")],
        /b\.png as it must be a PNG, JPEG or WebP image: received a file that begins/,
      ],
      [[run, "--data", at("mixed")], /every image must be in the folder of its class: received .*a\.png/],
      [[run, "--data", at("new"), "--on", "validation"], /--on must be one of new, test, train/],
      [[run, "--on", "test"], /own images as they need a data folder/],
      [
        [run, "--on", "test", "--data", at("new")],
        /images must be those of the settings, folder of \d+ \+ \d+ images, digest/,
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, out: stdout, error } = await ask(...args);
      assertEquals([code, stdout, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
      assertMatch(error, expected, `${args}`);
      assertMatch(error, /^embed: /);
    }
    const unwritable = await call(embed, run, "--data", at("new"), "--out", join(at("broken"), "a.png"));
    assertEquals(unwritable.code, 2);
    assertMatch(unwritable.error, /^embed: --out must be a folder/);
    await Deno.writeTextFile(join(run, "checkpoint", "weights.bin"), "damaged");
    const { code, error } = await ask(run, "--data", at("new"));
    assertEquals(code, 2);
    assertMatch(
      error,
      /^embed: Cannot read run .* as checkpoint\/weights.bin must have \d+ bytes: received 7$/,
    );
    assertEquals(names(join(out, "embed")), before);
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("embed takes no folder for the images of a run that are in none", async () => {
  const out = await Deno.makeTempDir();
  const { backend } = await initBackend({ backend: "wasm" });
  const images = { trainImages: 20, testImages: 10 }, data = await loadDataset("synthetic", images);
  const plan = { backend, data: factsOf(data), network: "convnet", size: "small" } as const;
  const sizes = { seeds: 1, epochs: 1, batchSize: 8, temperature: 0.5 };
  const [settings] = runsOf({ ...plan, ...sizes }, [{ name: "scl" }]);
  const { folder } = await runExperiment(settings, { folder: join(out, "runs"), data });
  const ask = (...args: string[]) =>
    call(embed, folder, "--on", "train", "--backend", "wasm", "--out", out, ...args);
  const { code, error } = await ask("--data", out);
  assertEquals(code, 2);
  assertMatch(error, /--data goes with --on train where images are in a folder: received a run of synthetic/);
  const made = await ask("--no-map");
  assertEquals(made.code, 0, made.error);
  assertMatch(made.out, /^20 images: training images of synthetic images, as 28 × 28, grey$/m);
  await Deno.remove(out, { recursive: true });
});
