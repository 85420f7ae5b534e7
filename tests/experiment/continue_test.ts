// Runs that are continued, lengthened, repaired and waited for.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import {
  embedImages,
  readHistory,
  readRun,
  readTestEmbeddings,
  runExperiment,
  runHash,
  type RunOptions,
  type RunSettings,
  runsOf,
  RunTakenError,
} from "@hscl/hscl/experiment";
import type { LossSettings } from "@hscl/hscl/train";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import { ownerState } from "../../lib/experiment/run_owner.ts";
import { numbersOf } from "./numbers_of.ts";
import { data, plan } from "./tiny.ts";

const linear = { kind: "linear", from: 0, to: 2 } as const;
const beta1 = { name: "exponential", parameters: { beta: 1 } } as const;

const settingsOf = (epochs: number, loss: LossSettings = { name: "hscl", hardening: beta1 }): RunSettings => {
  return runsOf({ ...plan, epochs, batchSize: 8 }, [loss])[0];
};

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

/** A training that counts its steps and says where it goes on. */
async function train(folder: string, settings: RunSettings, options: Partial<RunOptions> = {}) {
  const steps: string[] = [], said: string[] = [];
  const record = await runExperiment(settings, {
    folder,
    data,
    onStep: ({ epoch, step }) => void steps.push(`${epoch}/${step}`),
    onResume: (epochs, steps) => void said.push(`after ${epochs} and ${steps}`),
    onDamage: (message) => void said.push(message),
    onWait: (owner) => void said.push(`wait for ${owner?.pid}`),
    ...options,
  });
  return { record, steps, said };
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("more epochs continue a run, to what it would be in one go; fewer are what it was then", () =>
  inFolder(async (folder) => {
    const one = `${folder}/one`, two = `${folder}/two`;
    const short = await train(one, settingsOf(2));
    assertEquals(short.steps.length, 6);
    const long = await train(one, settingsOf(5));
    assertEquals([long.steps[0], long.steps.length, long.said], ["3/1", 9, ["after 2 and 0"]]);
    assertEquals(long.record.metrics.map(({ epoch }) => epoch), [1, 2, 3, 4, 5]);
    assertEquals(long.record.metrics.slice(0, 2), short.record.metrics);
    assertEquals(names(one), [runHash(settingsOf(2))]);
    const straight = await train(two, settingsOf(5));
    assertEquals(numbersOf(long.record.folder), numbersOf(straight.record.folder));

    const then = await train(one, settingsOf(2));
    assertEquals([then.steps, then.said, then.record.trained], [[], [], 5]);
    assertEquals(then.record.metrics, short.record.metrics);
    assertEquals((await readHistory(then.record)).map(({ epoch }) => epoch), [0, 1, 2]);
    // Also for who has a record of before it was trained further, as another program may do meanwhile.
    assertEquals(short.record.trained, 2);
    for (const { record } of [then, short]) {
      const { embeddings } = await readTestEmbeddings(record);
      assertEquals(embeddings, (await readHistory(then.record)).at(-1)!.embeddings);
      // The weights of then are gone, and those of now are not theirs.
      await assertRejects(
        () => embedImages(record, data.test, data.shape),
        Error,
        "after 2 epochs as they must be its last: received a run of 5",
      );
    }
    assertEquals((await readRun(one, settingsOf(3)))!.metrics.length, 3);
    assertEquals(await readRun(one, settingsOf(6)), undefined);
  }));

Deno.test("where a schedule depends on the number of epochs, each number is a run of its own", () =>
  inFolder(async (folder) => {
    const annealed = {
      name: "hscl",
      hardening: { name: "exponential", parameters: { beta: linear } },
    } as const;
    const short = await train(folder, settingsOf(2, annealed)),
      long = await train(folder, settingsOf(3, annealed));
    assertEquals([long.steps.length, long.said, names(folder).length], [9, [], 2]);
    assert(short.record.metrics[1].loss !== long.record.metrics[1].loss);
    const optimizer = { learningRate: { kind: "cosine", from: 1e-2, to: 1e-3 } as const, weightDecay: 0 };
    const [one, other] = [2, 3].map((epochs) => ({ ...settingsOf(epochs), optimizer }));
    await train(folder, one);
    assertEquals((await train(folder, other)).steps.length, 9);
    assertEquals(names(folder).length, 4);
  }));

Deno.test("a training that is stopped keeps its state, and goes on to the same run; a shorter one leaves it alone", () =>
  inFolder(async (folder) => {
    const whole = await train(`${folder}/whole`, settingsOf(4)), cut = `${folder}/cut`;
    const controller = new AbortController();
    await assertRejects(
      () =>
        train(cut, settingsOf(4), {
          signal: controller.signal,
          onStep: ({ epoch, step }) => epoch === 3 && step === 2 && controller.abort(new Error("enough")),
        }),
      Error,
      "enough",
    );
    const hash = runHash(settingsOf(4));
    assertEquals(names(cut), [`${hash}.training-1`]);
    assertEquals(names(`${cut}/${hash}.training-1/snapshots`), ["3-0", "3-2"]);
    const short = await train(cut, settingsOf(1));
    assertEquals([short.steps[0], short.steps.length], ["1/1", 3]);
    assertEquals(names(cut), [hash, `${hash}.training-2`]);
    const { record, steps, said } = await train(cut, settingsOf(4));
    assertEquals([steps, said], [["3/3", "4/1", "4/2", "4/3"], ["after 2 and 2"]]);
    assertEquals(numbersOf(record.folder), numbersOf(whole.record.folder));
    assertEquals(names(cut), [hash]);
  }));

Deno.test("who waited for a longer training that was stopped leaves its states alone", () =>
  inFolder(async (folder) => {
    const short = await train(folder, settingsOf(1)), hash = runHash(settingsOf(1));
    const controller = new AbortController();
    const stop = ({ epoch, step }: { epoch: number; step: number }) =>
      epoch === 3 && step === 2 && controller.abort(new Error("enough"));
    await assertRejects(
      () => train(folder, settingsOf(4), { signal: controller.signal, onStep: stop }),
      Error,
      "enough",
    );
    // It was not there when it was looked for, and is once it is claimed: of a process that was killed in between.
    await Deno.rename(short.record.folder, `${folder}/${hash}.training-1/finished`);
    const again = await train(folder, settingsOf(1));
    assertEquals([again.steps, again.record.trained], [[], 1]);
    assertEquals(names(folder), [hash, `${hash}.training-2`]);
    assertEquals((await train(folder, settingsOf(4))).said, ["after 2 and 2"]);
  }));

Deno.test("force begins again from the start, whatever is there", () =>
  inFolder(async (folder) => {
    const first = await train(folder, settingsOf(2)),
      again = await train(folder, settingsOf(2), { force: true });
    assertEquals([again.steps.length, again.said], [6, []]);
    assertEquals(numbersOf(again.record.folder), numbersOf(first.record.folder));
    assertEquals(names(folder), [runHash(settingsOf(2))]);
  }));

// Every file of a run, and what is left to do when it is damaged.
for (
  const [file, stepsAgain] of [
    ["config.json", 0],
    ["metrics.jsonl", 6],
    ["timing.jsonl", 0],
    ["embeddings.npy", 0],
    ["labels.npy", 0],
    ["manifest.json", 0],
    ["history/0.npy", 6],
    ["history/2.npy", 6],
    ["history/labels.npy", 6],
    ["checkpoint/weights.bin", 6],
    ["checkpoint/weights.json", 6],
    ["checkpoint/description.json", 6],
    ["snapshot/state.json", 6],
    ["snapshot/moments.bin", 6],
    ["snapshot/moments.json", 6],
    ["snapshot/files.json", 6],
  ] as const
) {
  Deno.test(`a run with a damaged ${file} is named, set aside, and put together of what is good`, () =>
    inFolder(async (folder) => {
      const settings = settingsOf(2),
        { record } = await train(folder, settings),
        good = numbersOf(record.folder);
      const path = `${record.folder}/${file}`, bytes = await Deno.readFile(path);
      const damages: Record<string, () => Promise<unknown>> = {
        "a flipped bit": () => Deno.writeFile(path, bytes.with(bytes.length - 3, bytes.at(-3)! ^ 1)),
        cut: () => Deno.truncate(path, bytes.length >> 1),
        empty: () => Deno.truncate(path, 0),
        missing: () => Deno.remove(path),
        "a folder": async () => {
          await Deno.remove(path);
          await Deno.mkdir(path);
        },
      };
      let count = 0;
      for (const [how, damage] of Object.entries(damages)) {
        await damage();
        const { steps, said, record: again } = await train(folder, settings, { sums: true });
        assertEquals(
          again.times.some(({ seconds }) => Number.isNaN(seconds)),
          file === "timing.jsonl" && how !== "a flipped bit",
        );
        assert(said[0]?.startsWith(`Cannot read run ${record.folder} as ${file} must `), `${how}: ${said}`);
        assertEquals(steps.length, stepsAgain, `${how}: ${said}`);
        assertEquals(numbersOf(record.folder), good, how);
        assertEquals(names(folder).length, ++count + 1);
        assert(names(folder).includes(`${runHash(settings)}.damaged-${count}`), how);
      }
    }));
}

Deno.test("one process trains a run, the other waits and finds it, or is told who has it", () =>
  inFolder(async (folder) => {
    const settings = settingsOf(2);
    const [one, other] = await Promise.all([train(folder, settings), train(folder, settings)]);
    assertEquals([one.steps.length, other.steps.length].sort(), [0, 6]);
    const said = [...one.said, ...other.said];
    // It may not have said yet who it is.
    assert(said.length === 1 && [`wait for ${Deno.pid}`, "wait for undefined"].includes(said[0]), `${said}`);
    assertEquals(one.record, other.record);

    const claim = await claimRun(folder, runHash(settingsOf(3)));
    const error = await assertRejects(() => train(folder, settingsOf(3), { wait: false }), RunTakenError);
    assertEquals(error.owner, { host: Deno.hostname(), pid: Deno.pid });
    const controller = new AbortController(),
      waiting = train(folder, settingsOf(3), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await assertRejects(() => waiting, Error, "enough");
    await claim.release();
    assertEquals((await train(folder, settingsOf(3))).said, ["after 2 and 0"]);
  }));

Deno.test("the owner of another machine is believed as long as it is heard of, and then no more", () =>
  inFolder(async (folder) => {
    const settings = settingsOf(1), work = `${folder}/${runHash(settings)}.training-4`;
    await Deno.mkdir(work);
    const owner = { host: "elsewhere", pid: 7, silence: 300, released: false };
    await Deno.writeTextFile(`${work}/owner`, JSON.stringify(owner));
    const error = await assertRejects(() => train(folder, settings, { wait: false }), RunTakenError);
    assertEquals(error.owner, { host: "elsewhere", pid: 7 });
    const heard = new Date(Date.now() - 301_000);
    await Deno.utime(`${work}/owner`, heard, heard);
    assertEquals((await train(folder, settings, { wait: false })).steps.length, 3);
    assertEquals(names(folder), [runHash(settings)]);
  }));

Deno.test("an owner that was heard of in a time to come, before a clock was set back, is gone", () =>
  inFolder(async (folder) => {
    const settings = settingsOf(1), work = `${folder}/${runHash(settings)}.training-1`;
    const later = new Date(Date.now() + 3_600_000);
    await Deno.mkdir(work);
    await Deno.utime(work, later, later);
    assertEquals(await ownerState(work), { alive: false, crashed: true });
    const owner = { host: "elsewhere", pid: 7 };
    await Deno.writeTextFile(`${work}/owner`, JSON.stringify({ ...owner, silence: 300, released: false }));
    await Deno.utime(`${work}/owner`, later, later);
    assertEquals(await ownerState(work), { alive: false, crashed: true, owner });
  }));

Deno.test("what has the name of a training's folder but is none is in nobody's way, nor what is there for an owner's file", () =>
  inFolder(async (folder) => {
    const settings = settingsOf(1), name = runHash(settings), work = `${folder}/${name}.training-1`;
    await Deno.writeTextFile(`${folder}/${name}.training-3`, "");
    await Deno.mkdir(`${work}/owner`, { recursive: true });
    await Deno.utime(work, new Date(0), new Date(0));
    const claim = await claimRun(folder, name);
    assertEquals([claim.folder, claim.crashed], [`${folder}/${name}.training-4`, true]);
    await claim.remove();
    assertEquals(names(folder), [`${name}.training-3`]);
  }));

Deno.test("who looks whether an owner lives is not taken for it by another who looks", () =>
  inFolder(async (folder) => {
    const work = `${folder}/${runHash(settingsOf(1))}.training-1`;
    await Deno.mkdir(work);
    const owner = { host: Deno.hostname(), pid: 7 };
    await Deno.writeTextFile(`${work}/owner`, JSON.stringify({ ...owner, silence: 300, released: false }));
    const looks = await Promise.all(Array.from({ length: 50 }, () => ownerState(work)));
    for (const look of looks) assertEquals(look, { alive: false, crashed: true, owner });
  }));

Deno.test("who only looks needs no right to write", () =>
  inFolder(async (folder) => {
    const work = `${folder}/${runHash(settingsOf(1))}.training-1`;
    await Deno.mkdir(work);
    await Deno.writeTextFile(`${work}/owner`, "");
    const ended = await new Deno.Command("deno", {
      args: ["run", "-q", "--no-prompt", `--allow-read`, "--allow-sys", "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const module = new URL("../../lib/experiment/mod.ts", import.meta.url).href;
    const writer = ended.stdin.getWriter();
    await writer.write(new TextEncoder().encode(
      `import { storedRuns } from ${JSON.stringify(module)};\n` +
        `console.log((await storedRuns(${JSON.stringify(folder)})).map(({ state }) => state).join());`,
    ));
    await writer.close();
    assertEquals(new TextDecoder().decode((await ended.output()).stdout), "left\n");
  }));

Deno.test("what was left of the training of a finished run goes when the run is asked for, unless it goes further", () =>
  inFolder(async (folder) => {
    const { record } = await train(folder, settingsOf(2)), name = runHash(settingsOf(2));
    const leave = async (state: string) => {
      const work = `${folder}/${name}.training-1`, owner = { host: Deno.hostname(), pid: 7, silence: 300 };
      await Deno.mkdir(`${work}/snapshots/${state}`, { recursive: true });
      await Deno.writeTextFile(`${work}/owner`, JSON.stringify({ ...owner, released: false }));
    };
    await leave("3-0");
    assertEquals((await train(folder, settingsOf(2))).record, record);
    assertEquals(names(folder), [name]);
    await leave("3-1");
    for (let time = 0; time < 2; time++) {
      assertEquals((await train(folder, settingsOf(2))).record, record);
      assertEquals(names(folder), [name, `${name}.training-2`]);
      assertEquals(names(`${folder}/${name}.training-2/snapshots`), ["3-1"]);
    }
  }));

Deno.test("a training that fails before there is a state of it leaves nothing", () =>
  inFolder(async (folder) => {
    const { encoder } = settingsOf(1), wrong = { ...encoder, widths: [] } as typeof encoder;
    await assertRejects(() => train(folder, { ...settingsOf(1), encoder: wrong }), Error, "strides");
    const onStep = () => {
      throw new Error("enough");
    };
    await assertRejects(() => train(folder, settingsOf(1), { onStep }), Error, "enough");
    assertEquals(names(folder), []);
    // One that has some is left to be continued.
    const onEpoch = onStep;
    await assertRejects(() => train(folder, settingsOf(2), { onEpoch }), Error, "enough");
    assertEquals(names(folder), [`${runHash(settingsOf(2))}.training-1`]);
    const stopped = { folder: `${folder}/new`, data, signal: AbortSignal.abort(new Error("before")) };
    await assertRejects(() => runExperiment(settingsOf(3), stopped), Error, "before");
    assertEquals(names(folder), [`${runHash(settingsOf(2))}.training-1`]);
  }));
