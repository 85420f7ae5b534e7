// Files of a run: started anew, replaced, read back line by line.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { convnet, initBackend, Random } from "@hscl/hscl";
import { removeAbandonedRuns, removeOpenRuns } from "../../lib/experiment/partial_run.ts";
import { RunWriter } from "../../lib/experiment/run_record.ts";
import { readHistory, readRun, runHash } from "@hscl/hscl/experiment";
import { images, network, settingsOf } from "./write_runs.ts";

const settings = settingsOf(0);
const metrics = (epoch: number) => ({
  epoch,
  loss: 1 / epoch,
  top1: 0.5,
  top5: 1,
  seconds: 1,
  classMean: 0.4,
  imagesPerSecond: 10,
});
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("a run started again begins anew, and replaces the one that was there", () =>
  inFolder(async (folder) => {
    const encoder = convnet(network, new Random(0)),
      embeddings = Float32Array.of(1, 0, 0, 1),
      labels = Int32Array.of(0, 1);
    for (const seconds of [1, 2]) {
      // What a run that broke off had written does not come back.
      await (await RunWriter.start(folder, settings)).append(metrics(99));
      const writer = await RunWriter.start(folder, settings);
      const written = [1, 2].map((epoch) => ({ ...metrics(epoch), seconds }));
      for (const line of written) await writer.append(line);
      const { folder: own } = await writer.finish(encoder, embeddings, labels, images);
      assertEquals(own, join(folder, runHash(settings)));
      const run = await readRun(folder, settings);
      assertEquals([run!.settings, run!.metrics], [settings, written]);
      await removeOpenRuns(); // of the one that broke off
      assertEquals(names(folder), [runHash(settings)]);
    }
    encoder.dispose();
  }));

Deno.test("unfinished runs are removed once their process has ended, and by nobody before", () =>
  inFolder(async (folder) => {
    const writer = await RunWriter.start(folder, settings), [own] = names(folder);
    assert(own.startsWith(`${runHash(settings)}.partial-`), own);
    // One of a process that was killed before it had a lock, one of another machine, one whose process is gone, and what is
    // no run.
    const [early, other, left] = ["early", "other", "left"].map((name) =>
      `${runHash(settings)}.partial-${name}`
    );
    for (const name of [early, other, left, "notes.partial-x"]) await Deno.mkdir(join(folder, name));
    await Deno.mkdir(join(folder, left, "run"));
    await Deno.writeTextFile(join(folder, other, "owner"), "another machine");
    await Deno.writeTextFile(join(folder, left, "owner"), Deno.hostname());
    await removeAbandonedRuns(folder);
    assertEquals(names(folder).sort(), [own, other, "notes.partial-x"].sort());
    await removeOpenRuns();
    assertEquals(names(folder).sort(), [other, "notes.partial-x"].sort());
    await writer.discard(); // nothing left is no error, anything else is
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    await assertRejects(() => removeAbandonedRuns(file));
    await assertRejects(() => RunWriter.start(file, settings));
    await removeAbandonedRuns(join(folder, "absent"));
  }));

Deno.test("the history keeps every test image where there are few, in their order", () =>
  inFolder(async (folder) => {
    const encoder = convnet(network, new Random(0)), labels = Int32Array.of(4, 2, 9);
    const writer = await RunWriter.start(folder, settings), embeddings = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const epoch of [0, 1]) await writer.keep({ epoch, embeddings, dim: 2, labels });
    for (const epoch of [1, 2]) await writer.append(metrics(epoch));
    await writer.finish(encoder, embeddings, labels, images);
    const history = await readHistory((await readRun(folder, settings))!);
    assertEquals(history, [0, 1].map((epoch) => ({ epoch, embeddings, dim: 2, labels })));
    encoder.dispose();
  }));

Deno.test("the history comes back in the order of the epochs, not of their names", () =>
  inFolder(async (folder) => {
    const writer = await RunWriter.start(folder, settings), epochs = [2, 10, 0, 11, 1, 9, 100];
    const labels = Int32Array.of(0, 1), encoder = convnet(network, new Random(0));
    for (const epoch of epochs) {
      await writer.keep({ epoch, embeddings: Float32Array.of(epoch, 0, 0, 1), dim: 2, labels });
    }
    await writer.finish(encoder, Float32Array.of(1, 0, 0, 1), labels, images);
    const history = await readHistory({ folder: join(folder, runHash(settings)), settings, metrics: [] });
    assertEquals(history.map(({ epoch }) => epoch), epochs.toSorted((a, b) => a - b));
    assertEquals(history.map(({ embeddings }) => embeddings[0]), epochs.toSorted((a, b) => a - b));
    encoder.dispose();
  }));
