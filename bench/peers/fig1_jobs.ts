import { fig1Command, secondsOf } from "./processes.ts";

/** How much faster two at a time are than one after the other: 2 at best. */
export interface Speedups {
  /** `deno task fig1` with two worker processes against one. */
  fig1: number;
  /** Seconds with one worker process, and with two. */
  fig1Seconds: [number, number];
  /** Two busy loops at once against one, before and after: what the machine allows. */
  control: number;
}

/** Trains the default figure from nothing, with one worker process and with two, between two runs of the control. */
export async function measureJobs(): Promise<Speedups> {
  const before = await control();
  const one = await fig1Seconds(1), two = await fig1Seconds(2);
  const after = await control();
  return { fig1: one / two, fig1Seconds: [one, two], control: (before + after) / 2 };
}

async function fig1Seconds(jobs: number): Promise<number> {
  const out = await Deno.makeTempDir();
  try {
    return await secondsOf([
      ...await fig1Command(),
      "--backend",
      "wasm",
      "--jobs",
      String(jobs),
      "--out",
      out,
    ]);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Two processes that compute without touching memory, at once; against one alone. */
async function control(): Promise<number> {
  const busy = [
    "deno",
    "eval",
    "let x = 1; for (let i = 0; i < 3e9; i++) x = (x * 5 + i) | 0; if (x === 0) console.log(x)",
  ];
  const alone = await secondsOf(busy);
  const start = performance.now();
  await Promise.all([secondsOf(busy), secondsOf(busy)]);
  return 2 * alone / ((performance.now() - start) / 1000);
}
