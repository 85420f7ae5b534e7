/**
 * A program that trains one run and has one thing go wrong meanwhile. Argument: a {@linkcode FaultyTraining} in JSON. What it has
 * done is in its log, a JSON value a line.
 */
import { initBackend, loadDataset } from "@hscl/hscl";
import { factsOf, runExperiment, runHash, type RunSettings, runsOf } from "@hscl/hscl/experiment";

/** What goes wrong. `at` counts from 1. */
export type Fault =
  | { kind: "none" }
  /** Killed from outside after some time. */
  | { kind: "time"; milliseconds: number }
  /** Killed after a step. */
  | { kind: "step"; at: number }
  /** Killed when half of a write is done. */
  | { kind: "write"; at: number }
  /** Killed before a file or folder gets another name, or right after it. */
  | { kind: "rename"; at: number; after: boolean }
  /** Killed before a file or folder is removed, or right after it. */
  | { kind: "remove"; at: number; after: boolean }
  /** From a write on, the disk is full. */
  | { kind: "full"; at: number }
  /** After a step, another process seems to have taken the run over. */
  | { kind: "claim"; at: number };

/** What the program is told. */
export interface FaultyTraining {
  runsFolder: string;
  settings: RunSettings;
  /** Whether a state is kept after every step, rather than after every epoch. */
  everyStep: boolean;
  fault: Fault;
  log: string;
}

/** What it says: where it goes on, how far it came, and in the end how often it used the disk. */
export type Said =
  | { resumed: number }
  | { reached: number }
  | { done: true; writes: number; renames: number; removals: number };

/** The images of all these trainings. */
export const images = () =>
  loadDataset("synthetic", { height: 8, width: 8, trainImages: 30, testImages: 12 });

/** Steps of an epoch of them. */
export const STEPS = 3;

/** Their settings. */
export async function settingsOf(seed: number, backend: string, epochs: number): Promise<RunSettings> {
  const sizes = { seeds: 1, epochs, batchSize: 10, temperature: 0.5 };
  const plan = {
    backend,
    data: factsOf(await images()),
    network: "convnet",
    size: "small",
    ...sizes,
  } as const;
  const [settings] = runsOf(plan, [{
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  }]);
  return { ...settings, seed };
}

/** What another machine does that believes this process gone: and then it gives the run up. */
function takeOver(runsFolder: string, hash: string): void {
  const [old] = Array.from(Deno.readDirSync(runsFolder), ({ name }) => name)
    .filter((name) => name.startsWith(`${hash}.training-`));
  const other = `${runsFolder}/${hash}.training-${Number(old.split("-").at(-1)) + 1}`;
  Deno.mkdirSync(other);
  const owner = { host: "elsewhere", pid: 1, silence: 300, released: true };
  Deno.writeTextFileSync(`${other}/owner`, JSON.stringify(owner));
  Deno.removeSync(`${runsFolder}/${old}/owner`);
  for (const { name } of [...Deno.readDirSync(`${runsFolder}/${old}`)]) {
    Deno.renameSync(`${runsFolder}/${old}/${name}`, `${other}/${name}`);
  }
  Deno.removeSync(`${runsFolder}/${old}`);
}

if (import.meta.main) {
  const { runsFolder, settings, everyStep, fault, log }: FaultyTraining = JSON.parse(Deno.args[0]);
  const say = (what: Said) => Deno.writeTextFileSync(log, JSON.stringify(what) + "\n", { append: true });
  const kill = () => Deno.kill(Deno.pid, "SIGKILL");
  let writes = 0, renames = 0, removals = 0, steps = 0;

  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = async function (bytes: Uint8Array) {
    writes++;
    if (fault.kind === "write" && writes === fault.at) {
      await write.call(this, bytes.subarray(0, bytes.length >> 1));
      kill();
    }
    if (fault.kind === "full" && writes >= fault.at) throw new Error("No space left on device (os error 28)");
    return await write.call(this, bytes);
  };
  for (const name of ["rename", "link"] as const) {
    const original = Deno[name] as (from: string | URL, to: string | URL) => Promise<void>;
    Object.assign(Deno, {
      [name]: async (from: string, to: string) => {
        const isNow = fault.kind === "rename" && ++renames === fault.at;
        if (fault.kind !== "rename") renames++;
        if (isNow && !fault.after) kill();
        await original(from, to);
        if (isNow) kill();
      },
    });
  }

  const { remove } = Deno;
  Object.assign(Deno, {
    remove: async (path: string, options?: Deno.RemoveOptions) => {
      removals++;
      const isNow = fault.kind === "remove" && removals === fault.at;
      if (isNow && !fault.after) kill();
      await remove(path, options);
      if (isNow) kill();
    },
  });

  await initBackend({ backend: settings.backend as "cpu" });
  const data = await images();
  await runExperiment(settings, {
    folder: runsFolder,
    data,
    snapshotMinutes: everyStep ? 1e-9 : 5,
    wait: false,
    onResume: (epochs, steps) => say({ resumed: epochs * STEPS + steps }),
    onStep({ epoch, step }) {
      steps++;
      say({ reached: (epoch - 1) * STEPS + step });
      if (fault.kind === "step" && steps === fault.at) kill();
      if (fault.kind !== "claim" || steps !== fault.at) return;
      takeOver(runsFolder, runHash(settings));
    },
  });
  say({ done: true, writes, renames, removals });
}
