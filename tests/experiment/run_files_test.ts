// Files of a run: written anew, continued, read back.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { convnet, initBackend, Random } from "@hscl/hscl";
import { readHistory, readRun, runHash } from "@hscl/hscl/experiment";
import { RunWriter } from "../../lib/experiment/run_writer.ts";
import { claimSoon, images, network, settingsOf, stateAfter, writeRun } from "./write_runs.ts";

const settings = settingsOf(0);
const metrics = (epoch: number) => ({ epoch, loss: 1 / epoch, top1: 0.5, top5: 1, classMean: 0.4 });
const time = (epoch: number) => ({ epoch, seconds: 1, imagesPerSecond: 10 });
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("a run written again replaces the one that was there", () =>
  inFolder(async (folder) => {
    for (const seconds of [1, 2]) {
      await writeRun(folder, 0, seconds);
      assertEquals(names(folder), [runHash(settings)]);
      assertEquals((await readRun(folder, settings))!.times.map((each) => each.seconds), [seconds, seconds]);
    }
  }));

Deno.test("the history keeps every test image where there are few, in their order", () =>
  inFolder(async (folder) => {
    const encoder = convnet(network, new Random(0)), labels = Int32Array.of(4, 2, 9);
    const writer = await RunWriter.start(await claimSoon(folder, settings), settings, images);
    const embeddings = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const epoch of [0, 1]) await writer.keep({ epoch, embeddings, dim: 2, labels });
    for (const epoch of [1, 2]) writer.append(metrics(epoch), time(epoch));
    await writer.snapshot(encoder, await stateAfter(2, encoder));
    await writer.finish(embeddings, labels);
    await writer.close();
    const history = await readHistory((await readRun(folder, settings))!);
    assertEquals(history, [0, 1].map((epoch) => ({ epoch, embeddings, dim: 2, labels })));
    encoder.dispose();
  }));

/** A training that ends after the first of two epochs, with a state for it and one in the middle of the next. */
async function cutShort(folder: string): Promise<string> {
  const encoder = convnet(network, new Random(7)), labels = Int32Array.of(0, 1);
  const claim = await claimSoon(folder, settings), writer = await RunWriter.start(claim, settings, images);
  const keep = (epoch: number) =>
    writer.keep({ epoch, embeddings: Float32Array.of(epoch, 0, 0, 1), dim: 2, labels });
  await keep(0);
  await keep(1);
  writer.append(metrics(1), time(1));
  const state = await stateAfter(1, encoder);
  await writer.snapshot(encoder, state);
  await writer.snapshot(encoder, { ...state, step: 1, lossSum: 0.7, seconds: 2.5 });
  await claim.release();
  encoder.dispose();
  return claim.folder;
}

Deno.test("a training goes on from its last good state, and says which files of a later one are not", () =>
  inFolder(async (folder) => {
    const damages: [string, (work: string) => Promise<unknown>, string, number[] | undefined][] = [
      ["nothing", () => Promise.resolve(), "", [2, 1, 0.7, 2.5]],
      [
        "a byte of the weights",
        async (work) => {
          const path = `${work}/snapshots/2-1/checkpoint/weights.bin`, bytes = await Deno.readFile(path);
          bytes[9] ^= 4;
          await Deno.writeFile(path, bytes);
        },
        "2-1 as checkpoint/weights.bin must be as it was written: received other bytes",
        [2, 0, 0, 0],
      ],
      [
        "the moments",
        (work) => Deno.truncate(`${work}/snapshots/2-1/snapshot/moments.bin`, 3),
        "2-1 as snapshot/moments.bin must have",
        [2, 0, 0, 0],
      ],
      [
        "the list of sums",
        (work) => Deno.remove(`${work}/snapshots/2-1/snapshot/files.json`),
        "2-1 as snapshot/files.json must be a file that can be read: received none",
        [2, 0, 0, 0],
      ],
      [
        "times that are no JSON",
        (work) => Deno.writeTextFile(`${work}/snapshots/2-1/timing.jsonl`, "{"),
        "",
        [2, 1, 0.7, 0],
      ],
      [
        "a folder for the state",
        async (work) => {
          await Deno.remove(`${work}/snapshots/2-1/snapshot/state.json`);
          await Deno.mkdir(`${work}/snapshots/2-1/snapshot/state.json`);
        },
        "2-1 as snapshot/state.json must be a file: received a folder",
        [2, 0, 0, 0],
      ],
      [
        "the history, which both need",
        (work) => Deno.remove(`${work}/history/1.npy`),
        "as history/1.npy must be a file that can be read: received none",
        undefined,
      ],
    ];
    for (const [name, damage, says, expected] of damages) {
      const work = await cutShort(folder);
      assertEquals(names(`${work}/snapshots`), ["2-0", "2-1"]);
      await damage(work);
      const claim = await claimSoon(folder, settings), told: string[] = [];
      assert(claim.folder !== work && !claim.crashed);
      const encoder = convnet(network, new Random(0));
      const writer = await RunWriter.start(claim, settings, images);
      const state = await writer.resume(encoder, (message) => told.push(message));
      assertEquals(
        state && [state.epoch, state.step, state.lossSum, state.seconds],
        expected,
        `${name}: ${told}`,
      );
      if (says === "") assertEquals(told, [], name);
      else {
        assert(told[0]?.includes(says), `${name}: ${told}`);
        assert(told.every((line) => line.includes("goes on from an earlier state")));
      }
      if (state) assertEquals(state.optimizer.step, 2);
      await claim.remove();
      encoder.dispose();
      assertEquals(names(folder), []);
    }
  }));

Deno.test("only the last two states stay, and those that go further than the training", () =>
  inFolder(async (folder) => {
    const encoder = convnet(network, new Random(0)), one = { ...settings, epochs: 1 };
    const claim = await claimSoon(folder, settings), writer = await RunWriter.start(claim, one, images);
    await writer.keep({ epoch: 0, embeddings: Float32Array.of(1, 0), dim: 2, labels: Int32Array.of(0) });
    const state = await stateAfter(0, encoder);
    const places = async (epoch: number, step: number) => {
      await writer.snapshot(encoder, { ...state, epoch, step });
      return names(`${claim.folder}/snapshots`);
    };
    assertEquals(await places(7, 3), ["7-3"]); // of a longer training
    assertEquals(await places(1, 1), ["1-1", "7-3"]);
    assertEquals(await places(1, 9), ["1-1", "1-9", "7-3"]);
    assertEquals(await places(1, 10), ["1-10", "1-9", "7-3"]);
    writer.append(metrics(1), time(1));
    assertEquals(await places(2, 0), ["1-10", "2-0", "7-3"]);
    await writer.finish(Float32Array.of(1, 0), Int32Array.of(0));
    await writer.close();
    // The longer one waits.
    assertEquals(names(folder), [runHash(settings), `${runHash(settings)}.training-1`]);
    encoder.dispose();
  }));

Deno.test("a claim that was taken over writes no more", () =>
  inFolder(async (folder) => {
    const encoder = convnet(network, new Random(0));
    const claim = await claimSoon(folder, settings), writer = await RunWriter.start(claim, settings, images);
    // As another machine does that has heard nothing of this one for too long.
    await Deno.remove(`${claim.folder}/owner`);
    await Deno.mkdir(`${folder}/${runHash(settings)}.training-2`);
    const labels = Int32Array.of(0, 1), embeddings = Float32Array.of(1, 0, 0, 1);
    const taken = "no other process may be training it";
    await assertRejects(() => writer.keep({ epoch: 0, embeddings, dim: 2, labels }), Error, taken);
    await assertRejects(async () => writer.snapshot(encoder, await stateAfter(1, encoder)), Error, taken);
    await assertRejects(() => writer.finish(embeddings, labels), Error, taken);
    // A disk that is gone.
    await Deno.remove(folder, { recursive: true });
    await Deno.mkdir(folder);
    const gone = `Cannot write ${claim.folder} as it must stay where it is: received none`;
    await assertRejects(() => writer.keep({ epoch: 0, embeddings, dim: 2, labels }), Error, gone);
    await claim.release();
    encoder.dispose();
  }));
