/** Trainings that are cut short again and again, and what becomes of them. */
import { fileURLToPath } from "node:url";
import { Random } from "@hscl/hscl";
import { DamagedRunError, readRun, runHash } from "@hscl/hscl/experiment";
import { snapshotsIn } from "../../lib/experiment/run_snapshot.ts";
import { trainingFolders } from "../../lib/experiment/training_folders.ts";
import { numbersOf } from "../experiment/numbers_of.ts";
import { damage } from "../fuzz/fuzz.ts";
import { type Fault, type FaultyTraining, type Said, settingsOf, STEPS } from "./faulty_training.ts";

const program = fileURLToPath(new URL("./faulty_training.ts", import.meta.url));
const EPOCHS = 3;
/** Different trainings; each is done once without a fault, to compare with. */
const TRAININGS = 3;

/** What came of a campaign. */
export interface Campaign {
  /** How often each thing went wrong. */
  faults: Record<string, number>;
  /** Runs that were trained to their end. */
  runs: number;
  /** Those that did not end, or that were not as they were written. */
  lost: string[];
  /** Files that are not, byte by byte, those of a training that nothing happened to. */
  differing: string[];
  /** The most steps that had to be done again after a fault that damaged no file, beyond those since the last state. */
  stepsLost: number;
  /** What processes ended with that were not killed, each once. */
  messages: Set<string>;
}

/** Starts the program and waits for its end; what it said, and its last line on stderr. */
async function start(
  training: Omit<FaultyTraining, "log">,
): Promise<{ said: Said[]; killed: boolean; message: string }> {
  const log = await Deno.makeTempFile();
  const args = "run -q --no-check --no-prompt --allow-read --allow-write --allow-env --allow-sys --allow-ffi"
    .split(" ");
  const child = new Deno.Command("deno", {
    args: [...args, program, JSON.stringify({ ...training, log })],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { fault } = training;
  const timer = fault.kind === "time"
    ? setTimeout(() => child.kill("SIGKILL"), fault.milliseconds)
    : undefined;
  const { signal, stderr } = await child.output();
  clearTimeout(timer);
  const said = (await Deno.readTextFile(log)).split("\n").filter((line) => line.endsWith("}"));
  await Deno.remove(log);
  const error = new TextDecoder().decode(stderr).split("\n").find((line) => line.startsWith("error: ")) ?? "";
  return { said: said.map((line) => JSON.parse(line)), killed: signal === "SIGKILL", message: error };
}

/** A fault at a random place of a training that uses the disk so often. */
function faultAt(
  random: Random,
  whole: { writes: number; renames: number; removals: number; milliseconds: number },
): Fault {
  const below = (most: number) => 1 + random.integer(most);
  switch (random.integer(9)) {
    case 0:
    case 1:
      return { kind: "time", milliseconds: random.integer(Math.ceil(whole.milliseconds)) };
    case 2:
      return { kind: "step", at: below(EPOCHS * STEPS) };
    case 3:
    case 4:
      return { kind: "write", at: below(whole.writes) };
    case 5:
      return { kind: "rename", at: below(whole.renames), after: random.integer(2) === 0 };
    case 6:
      return { kind: "remove", at: below(whole.removals), after: random.integer(2) === 0 };
    case 7:
      return { kind: "full", at: below(whole.writes) };
    default:
      return { kind: "claim", at: below(EPOCHS * STEPS - 1) };
  }
}

/** Damages one file of a training that was cut short; says which, if there is any. */
async function damageOne(runsFolder: string, random: Random): Promise<string | undefined> {
  const files: string[] = [];
  const collect = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await collect(`${folder}/${name}`);
      else if (name !== "owner") files.push(`${folder}/${name}`);
    }
  };
  for (const { folder } of await trainingFolders(runsFolder)) await collect(folder);
  if (files.length === 0) return undefined;
  const path = files.sort()[random.integer(files.length)];
  const kind = ["bytes", "cut", "empty", "missing", "folder"][random.integer(5)];
  const bytes = await Deno.readFile(path);
  // What is linked to a finished run must not change with it.
  await Deno.remove(path);
  if (kind === "bytes") await Deno.writeFile(path, damage(bytes, random).bytes);
  if (kind === "cut") await Deno.writeFile(path, bytes.subarray(0, random.integer(bytes.length + 1)));
  if (kind === "empty") await Deno.writeFile(path, new Uint8Array());
  if (kind === "folder") await Deno.mkdir(path);
  return kind;
}

/** The furthest state that is kept of a run, in steps. */
async function keptSteps(runsFolder: string): Promise<number> {
  const [work] = await trainingFolders(runsFolder);
  const [last] = work ? await snapshotsIn(work.folder) : [];
  return last ? (last.epoch - 1) * STEPS + last.step : 0;
}

/** Trains runs, each of which some faults happen to, until there were so many. */
export async function campaign(seed: number, faults: number, backend: string): Promise<Campaign> {
  const result: Campaign = {
    faults: {},
    runs: 0,
    lost: [],
    differing: [],
    stepsLost: 0,
    messages: new Set(),
  };
  const folder = await Deno.makeTempDir(), random = new Random(seed);
  const wholes = new Map<number, Awaited<ReturnType<typeof train>>>();
  const train = async (training: number) => {
    const settings = await settingsOf(training, backend, EPOCHS), began = performance.now();
    const { said, message } = await start({
      runsFolder: `${folder}/whole`,
      settings,
      everyStep: true,
      fault: { kind: "none" },
    });
    const milliseconds = performance.now() - began, end = said.at(-1);
    if (!end || !("done" in end)) throw new Error(`Cannot train: ${message}`);
    return { ...end, milliseconds, settings, files: numbersOf(`${folder}/whole/${runHash(settings)}`) };
  };
  try {
    let done = 0;
    for (let run = 0; done < faults; run++) {
      const own = random.child(run), training = run % TRAININGS;
      if (!wholes.has(training)) wholes.set(training, await train(training));
      const whole = wholes.get(training)!, { settings, files: expected } = whole;
      const everyStep = run % 2 === 0, hash = runHash(settings);

      const runsFolder = `${folder}/${run}`;
      await Deno.mkdir(runsFolder);
      for (let again = own.integer(6) + 1; again > 0 && done < faults; again--) {
        const fault = faultAt(own, whole);
        const { said, killed, message } = await start({ runsFolder, settings, everyStep, fault });
        if (said.some((each) => "done" in each)) break; // before the fault came
        done++;
        result.faults[fault.kind] = (result.faults[fault.kind] ?? 0) + 1;
        if (!killed) {
          result.messages.add(message.replace(/ \S*\/\S+/g, " …").replace(/process \d+ on \S+/, "process …"));
        }
        const finished = await readRun(runsFolder, settings); // throws if there is half of one
        const reached = Math.max(0, ...said.map((each) => "reached" in each ? each.reached : 0));
        const kept = finished ? EPOCHS * STEPS : await keptSteps(runsFolder);
        // A state is written after a step, or after an epoch and its evaluation.
        const allowed = everyStep ? 1 : STEPS;
        if (reached > 0) result.stepsLost = Math.max(result.stepsLost, reached - kept - allowed);
        if (own.integer(4) === 0) {
          const kind = await damageOne(runsFolder, own);
          if (kind) result.faults[`damage: ${kind}`] = (result.faults[`damage: ${kind}`] ?? 0) + 1;
        }
      }
      const last = await start({ runsFolder, settings, everyStep, fault: { kind: "none" } });
      result.runs++;
      const what = `run ${run} of seed ${seed}`;
      if (!last.said.some((each) => "done" in each)) {
        result.lost.push(`${what}: ${last.message}`);
        continue;
      }
      try {
        if (!await readRun(runsFolder, settings, { sums: true })) result.lost.push(`${what}: not there`);
      } catch (error) {
        if (!(error instanceof DamagedRunError)) throw error;
        result.lost.push(`${what}: ${error.message}`);
      }
      const files = numbersOf(`${runsFolder}/${hash}`);
      for (const name of new Set([...Object.keys(files), ...Object.keys(expected)])) {
        if (files[name] !== expected[name]) result.differing.push(`${what}: ${name}`);
      }
      const others = [...Deno.readDirSync(runsFolder)].map(({ name }) => name).filter((name) =>
        name !== hash
      );
      if (others.length > 0) result.lost.push(`${what}: left ${others}`);
      await Deno.remove(runsFolder, { recursive: true });
    }
    return result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [seed, faults, backend] = [Number(Deno.args[0]), Number(Deno.args[1]), Deno.args[2]];
  const { messages, ...result } = await campaign(seed, faults, backend);
  console.log(JSON.stringify({ ...result, messages: [...messages] }, undefined, 1));
}
