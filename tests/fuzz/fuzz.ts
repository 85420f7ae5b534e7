import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/core/random.ts";
import { testsEverything } from "../grids.ts";

/** A case that takes longer hangs; the first may need as long again to load its modules. */
const SECONDS_PER_CASE = 60;
/** Resident memory that no case may need more of. */
const MOST_BYTES = 2 * 2 ** 30;
/** The child's orders: `{ name, seed, from, to }` as JSON. */
const ORDERS = "HSCL_FUZZ_CHILD";
/** Another seed than the test's own, or a failed case alone: `7` or `7/123`. */
const chosen = Deno.env.get("HSCL_FUZZ");

/** Which cases a process is to try. */
interface Orders {
  name: string;
  seed: number;
  from: number;
  to: number;
}

/**
 * A test of thousands of made-up inputs, in `deno task test:all` only. They are tried in a process of its own (which runs
 * the module that this is called from), so that one that hangs or needs more than 2 GiB fails instead of ending the tests.
 * A failure names seed and case; `HSCL_FUZZ=<seed>/<case>` tries this one again.
 *
 * @param name of the test, one of its own in the module
 * @param seed each case is drawn from this, the name and its number alone
 * @param cases how many to try
 * @param make draws a case
 * @param check throws if the case ends in anything but what it should
 * @param seconds how long a case may take
 */
export function fuzz<T>(
  name: string,
  seed: number,
  cases: number,
  make: (random: Random) => T | Promise<T>,
  check: (made: T) => void | Promise<void>,
  seconds = SECONDS_PER_CASE,
): void {
  const orders = Deno.env.get(ORDERS);
  if (orders !== undefined) {
    const mine: Orders = JSON.parse(orders);
    if (mine.name === name) obey(mine, make, check);
  } else if (testsEverything) {
    const [otherSeed, only] = chosen?.split("/").map(Number) ?? [];
    const mine = {
      name,
      seed: otherSeed ?? seed,
      from: only ?? 0,
      to: only === undefined ? cases : only + 1,
    };
    const module = Deno.mainModule;
    Deno.test(`fuzz: ${name}, ${mine.to - mine.from} cases from seed ${mine.seed}`, () =>
      command(module, mine, seconds));
  }
}

/** Tries the cases in this process; says each before it starts. */
async function obey<T>(
  { name, seed, from, to }: Orders,
  make: (random: Random) => T | Promise<T>,
  check: (made: T) => void | Promise<void>,
): Promise<void> {
  // A promise alone would not keep the process alive.
  const alive = setInterval(() => {}, 1000);
  for (let index = from; index < to; index++) {
    Deno.stdout.writeSync(new TextEncoder().encode(`${index}\n`));
    try {
      await check(await make(new Random(seed).child(name).child(index)));
      const most = mostMemory();
      assert(most <= MOST_BYTES, `needs ${(most / 2 ** 30).toFixed(1)} GiB of memory`);
    } catch (error) {
      console.error(error instanceof Error ? error.stack ?? error.message : String(error));
      Deno.exit(1);
    }
  }
  clearInterval(alive);
}

/** The most memory that this process has had so far (on Linux), else what it has. */
function mostMemory(): number {
  try {
    const [, kilobytes] = Deno.readTextFileSync("/proc/self/status").match(/^VmHWM:\s*(\d+) kB$/m)!;
    return 1024 * Number(kilobytes);
  } catch {
    return Deno.memoryUsage().rss;
  }
}

/** Starts the process that tries the cases and watches it. */
async function command(module: string, orders: Orders, seconds: number): Promise<void> {
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "-A", "--config", config, module],
    env: { NO_COLOR: "1", [ORDERS]: JSON.stringify(orders) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  let last = orders.from, hangs = false;
  let timer: ReturnType<typeof setTimeout>;
  const watch = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, 1000 * seconds);
  };
  watch(SECONDS_PER_CASE + seconds);
  let text = "";
  for await (const more of child.stdout.pipeThrough(new TextDecoderStream())) {
    watch(seconds);
    text += more;
    const lines = text.split("\n");
    text = lines.pop()!;
    if (lines.length > 0) last = Number(lines.at(-1));
  }
  const [{ success, code, signal }, errors] = await Promise.all([child.status, said]);
  clearTimeout(timer!);
  const failure = hangs
    ? `it takes more than ${seconds} seconds`
    : `${errors}(exit code ${code}${signal ? `, ${signal}` : ""})`;
  assert(
    success && last === orders.to - 1,
    `Case ${last} of seed ${orders.seed} fails (HSCL_FUZZ=${orders.seed}/${last} tries it again): ${failure}`,
  );
}

const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Ways to damage a file, as disks, networks and editors do. Each returns new bytes. */
const damages: Record<string, (bytes: Uint8Array, random: Random) => Uint8Array> = {
  truncate: (bytes, random) => bytes.slice(0, random.integer(bytes.length + 1)),
  extend: (bytes, random) => concat(bytes, randomBytes(1 + random.integer(64), random)),
  flip: (bytes, random) =>
    changed(bytes, (copy) => copy[random.integer(copy.length)] ^= 1 << random.integer(8)),
  set: (bytes, random) => changed(bytes, (copy) => copy[random.integer(copy.length)] = random.integer(256)),
  zero: (bytes, random) => changed(bytes, (copy) => copy.fill(0, ...stretch(copy, random))),
  swap: (bytes, random) =>
    changed(bytes, (copy) => {
      const a = random.integer(copy.length), b = random.integer(copy.length);
      [copy[a], copy[b]] = [copy[b], copy[a]];
    }),
  splice: (bytes, random) => {
    const [start, end] = stretch(bytes, random);
    return concat(bytes.subarray(0, start), randomBytes(random.integer(9), random), bytes.subarray(end));
  },
  duplicate: (bytes, random) => {
    const [start, end] = stretch(bytes, random);
    return concat(bytes.subarray(0, end), bytes.subarray(start));
  },
};

/**
 * Damages bytes one to three times.
 *
 * @returns the damaged bytes (by chance the same ones), and what was done, for the message of a failure
 */
export function damage(bytes: Uint8Array, random: Random): { bytes: Uint8Array; how: string[] } {
  const names = Object.keys(damages), how: string[] = [];
  for (let left = 1 + random.integer(3); left > 0; left--) {
    const name = names[random.integer(names.length)];
    bytes = damages[name](bytes, random);
    how.push(name);
  }
  return { bytes, how };
}

/** One of the items. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)];
}

/** Uniform bytes. */
export function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function changed(bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) change(copy);
  return copy;
}

/** Where a stretch of at most 64 bytes begins and ends. */
function stretch(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.integer(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.integer(65))];
}
