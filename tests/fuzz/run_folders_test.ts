// Runs on disk, damaged as disks, programs and people do: read as they were written, or refused in one line that names them.
import { assert, assertEquals } from "@std/assert";
import { basename, dirname, join } from "node:path";
import { convnet, DataError, initBackend, loadCheckpoint, Random } from "@hscl/hscl";
import { readHistory, readRun, runHash } from "@hscl/hscl/experiment";
import { network, settingsOf, writeRun } from "../experiment/write_runs.ts";
import { damage, fuzz, pick } from "./fuzz.ts";

/** What is done to the folder of a run; `path` is one of its files. */
interface Damage {
  how: string;
  path: string;
  apply(folder: string): Promise<unknown>;
}

type Files = Map<string, Uint8Array>;

/** The files of a run by their paths in its folder. */
async function filesOf(folder: string, start = ""): Promise<Files> {
  const files: Files = new Map();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, start))) {
    const path = join(start, name);
    if (isDirectory) { for (const [inner, bytes] of await filesOf(folder, path)) files.set(inner, bytes); }
    else files.set(path, await Deno.readFile(join(folder, path)));
  }
  return files;
}

let prepared: Promise<{ run: Files; other: Files }> | undefined;

/** Two runs of different settings, written once. */
async function prepare(): Promise<{ run: Files; other: Files }> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  for (const seed of [0, 1]) await writeRun(folder, seed, seed);
  const [run, other] = await Promise.all(
    [0, 1].map((seed) => filesOf(join(folder, runHash(settingsOf(seed))))),
  );
  await Deno.remove(folder, { recursive: true });
  return { run, other };
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}

/** Writes a file anew: what is there may be a pipe by now. */
async function put(file: string, bytes: Uint8Array = new Uint8Array()): Promise<void> {
  await remove(file);
  await Deno.writeFile(file, bytes);
}

/** Ways to damage the file of a run. Where two of them meet, the later finds what the earlier has left. */
const kinds: Record<string, (file: string, bytes: Uint8Array, random: Random) => Promise<unknown>> = {
  missing: remove,
  empty: (file) => put(file),
  text: (file) => put(file, new TextEncoder().encode("<html>not found</html>\n")),
  async folder(file) {
    await remove(file);
    await Deno.mkdir(file);
  },
  async unreadable(file) {
    await Deno.chmod(file, 0);
  },
  async itself(file) {
    await remove(file);
    await Deno.symlink(basename(file), file);
  },
  async endless(file) {
    await remove(file);
    await Deno.symlink("/dev/zero", file);
  },
  async pipe(file) {
    await remove(file);
    await new Deno.Command("mkfifo", { args: [file] }).output();
  },
  async huge(file) {
    await put(file);
    await Deno.truncate(file, 2 ** 36); // takes no room
  },
  cut: (file, bytes, random) => put(file, bytes.slice(0, random.integer(bytes.length))),
  bytes: (file, bytes, random) => put(file, damage(bytes, random).bytes),
};

/** Ways to damage more than a file. */
const largeKinds: Record<string, (folder: string, random: Random) => Promise<unknown>> = {
  "no history": (folder) => remove(join(folder, "history")),
  "a file for the checkpoint": async (folder) => {
    await remove(join(folder, "checkpoint"));
    await put(join(folder, "checkpoint"));
  },
  "a file for the run": async (folder) => {
    await remove(folder);
    await put(folder);
  },
  "the files of another run": async (folder) => {
    for (const [path, bytes] of (await prepared!).other) await put(join(folder, path), bytes);
  },
  "two files change places": async (folder, random) => {
    const paths = [...(await prepared!).run.keys()], one = pick(paths, random), two = pick(paths, random);
    await Deno.rename(join(folder, one), join(folder, "third"));
    await Deno.rename(join(folder, two), join(folder, one)).catch(() => {});
    await Deno.rename(join(folder, "third"), join(folder, two));
  },
  "more epochs": async (folder) =>
    await put(join(folder, "history", "3.npy"), (await prepared!).run.get("history/1.npy")),
};

interface Case {
  damages: Damage[];
  /** Whether the run is trained again afterwards, which takes longer than all else. */
  again: boolean;
}

async function make(random: Random): Promise<Case> {
  const { run, other } = await (prepared ??= prepare()), paths = [...run.keys()];
  const damages = Array.from({ length: 1 + random.integer(2) }, (_, index): Damage => {
    const path = pick(paths, random), own = random.child(index);
    if (random.integer(10) === 0) {
      const how = pick(Object.keys(largeKinds), random);
      return { how, path: "", apply: (folder) => largeKinds[how](folder, own) };
    }
    if (random.integer(6) === 0) {
      const apply = (folder: string) => put(join(folder, path), other.get(path)!);
      return { how: "another run's", path, apply };
    }
    const how = pick(["bytes", "bytes", "bytes", ...Object.keys(kinds)], random);
    return { how, path, apply: (folder) => kinds[how](join(folder, path), run.get(path)!, own) };
  });
  return { damages, again: random.integer(32) === 0 };
}

/** Refused in one line that names the run, and nothing that a person could not read. */
function refused(error: unknown, folder: string, files: string[], how: string): void {
  assert(error instanceof DataError || error instanceof RangeError, `${how}: ${(error as Error).stack}`);
  const { message } = error;
  assert(message.includes(folder), `${how} names no run: ${message}`);
  const names = error instanceof RangeError ? ["checkpoint"] : files;
  assert(names.some((name) => message.includes(name)), `${how} names no file: ${message}`);
  assert(!message.includes("\n") && message.length < 600, `${how}: ${message}`);
}

async function check({ damages, again }: Case): Promise<void> {
  const { run } = await prepared!,
    settings = settingsOf(0),
    how = damages.map((d) => `${d.how} ${d.path}`).join(", ");
  const runs = await Deno.makeTempDir(), folder = `${runs}/${runHash(settings)}`;
  try {
    for (const [path, bytes] of run) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeFile(join(folder, path), bytes);
    }
    // The later may find no file where the earlier has been.
    for (const { apply } of damages) await apply(folder).catch(() => {});

    const encoder = convnet(network, new Random(9));
    try {
      await loadCheckpoint(encoder, `${folder}/checkpoint`);
    } catch (error) {
      refused(error, folder, [...run.keys()], how);
    } finally {
      encoder.dispose();
    }
    let accepted = false;
    try {
      const record = (await readRun(runs, settings, { sums: true }))!;
      accepted = true;
      assertEquals(record.times.map(({ epoch, seconds }) => [epoch, seconds]), [[1, 0], [2, 0]], how);
      const history = await readHistory(record);
      assertEquals(
        history.map(({ epoch, embeddings }) => [epoch, ...embeddings]),
        [0, 1, 2].map((epoch) => [epoch, 1, epoch, 0, 0]),
        how,
      );
      for (const [path, bytes] of run) {
        if (path !== "manifest.json") {
          assertEquals(await Deno.readFile(join(folder, path)), bytes, `${how}: ${path}`);
        }
      }
    } catch (error) {
      if (accepted) throw error;
      refused(error, folder, [...run.keys()], how);
    }
    if (!again) return;
    await writeRun(runs, 0, 5);
    assertEquals((await readRun(runs, settings))!.times[0].seconds, 5, how);
    const left = [...Deno.readDirSync(runs)].map(({ name }) => name).sort();
    assertEquals(
      left,
      accepted ? [runHash(settings)] : [runHash(settings), `${runHash(settings)}.damaged-1`],
      how,
    );
  } finally {
    await Deno.remove(runs, { recursive: true });
  }
}

fuzz("folders of runs", 20_220_900, 4000, make, check, 20);
