import { fileURLToPath } from "node:url";
import { measureJobs } from "./fig1_jobs.ts";
import { measureFig1 } from "./fig1_trainings.ts";
import { interleave, ratioOf } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { type Form, Peer, type PeerSample } from "./protocol.ts";
import { describeRatio, type Detail, formName, threeDigits, type Verdict } from "./report.ts";
import { type Goal, type Row, theoryWork } from "./rows.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ours = [
  "deno",
  "run",
  "-q",
  "--no-prompt",
  "--allow-read",
  "--allow-env",
  "--allow-sys",
  "--allow-ffi",
  file("ours.ts"),
];

/** E.g. `wasm, 1 thread`. */
function where(backend: string, threads: number): string {
  return `${backend}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

/** A goal in words. */
export function goalText({ against, limit }: Goal): string {
  const side = against.length > 1 ? "PyTorch" : formName(against[0]);
  if (limit === undefined) return `none; against ${side}`;
  return `≤ ${limit} × ${side}`;
}

/** What a comparison came to. */
export interface Judged {
  verdicts: Verdict[];
  detail?: Detail;
  /** What ran, with versions. */
  versions: string[];
}

/**
 * Measures one row with processes of its own, and judges its goals.
 *
 * @param python program with PyTorch
 * @param samples turns of each side
 */
export async function judgeRow(row: Row, python: string, samples: number): Promise<Judged> {
  const peers: Peer[] = [];
  try {
    const us = await Peer.start(ours, { backend: row.backend });
    peers.push(us);
    const them = await Peer.start(
      [python, "-B", file("peer.py")],
      row.backend === "wasm" ? { threads: 1 } : {},
    );
    peers.push(them);
    const last = new Map<Form, PeerSample>();
    const forms: Form[] = ["library", ...new Set(row.goals.flatMap(({ against }) => against))];
    const contenders = forms.map((form) => {
      const peer = form === "library" || form === "product" ? us : them;
      return {
        form,
        sample: async () => {
          const sample = await peer.sample({ ...row.work, form }, row.iterations);
          last.set(form, sample);
          return sample.seconds;
        },
      };
    });
    const timings = await interleave(contenders, Math.min(samples, row.turns ?? samples));
    checkSameWork(row, last);
    const place = where(row.backend, them.threads);
    const verdicts: Verdict[] = row.goals.map((goal) => {
      const ratio = ratioOf(timings, goal.against);
      return {
        what: row.title,
        where: place,
        goal: goalText(goal),
        measured: `${describeRatio(ratio)} × ${formName(ratio.against)}`,
        met: goal.limit === undefined ? undefined : Math.max(ratio.median, ratio.best) <= goal.limit,
      };
    });
    if (row.memory) verdicts.push(memoryVerdict(row, place, last));
    return {
      verdicts,
      detail: { what: row.title, where: place, timings },
      versions: [us.description, them.description],
    };
  } finally {
    for (const peer of peers) await peer.stop();
  }
}

/**
 * That both sides did the same: networks of as many trained numbers, and, where the data are the same, the same values.
 *
 * @throws {Error} if not
 */
export function checkSameWork({ work }: Row, last: ReadonlyMap<Form, PeerSample>): void {
  const parameters = new Set([...last.values()].map((sample) => sample.parameters));
  if (parameters.size > 1) {
    throw new Error(
      `Cannot compare as both sides must train the same network: received ${[...parameters]} parameters`,
    );
  }
  if (work.kind !== "theory") return;
  const values = [...last].filter(([form]) => form !== "product").map(([, { value }]) => value);
  if (values.some((value) => !(Math.abs(value / values[0] - 1) < 1e-4))) {
    throw new Error(
      `Cannot compare as both sides must compute the same losses: received ${values.join(" and ")}`,
    );
  }
}

/** What the work of a row took in memory, against the form that its goal names. */
export function memoryVerdict(
  { title, memory }: Row,
  where: string,
  last: ReadonlyMap<Form, PeerSample>,
): Verdict {
  const { against, limit } = memory!;
  const names = {
    what: `${title}: memory`,
    where,
    goal: `≤ ${limit} × ${formName(against)}`,
  };
  const [ours, theirs] = (["library", against] as const).map((form) => last.get(form)?.grownBytes);
  if (!ours || !theirs) return { ...names, measured: "not measured: the system does not tell" };
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return {
    ...names,
    measured: `${threeDigits(ours / theirs)} × (${mebibytes(ours)}, ${mebibytes(theirs)})`,
    met: ours / theirs <= limit,
  };
}

/** What of the machine is judged without PyTorch, with its goal. */
export const jobs = { what: "`deno task fig1`, 2 jobs against 1", where: "wasm", goal: "≥ 1.7 × as fast" };

/** Trains the default figure with one worker process and with two. */
export async function judgeJobs(): Promise<Judged> {
  const { fig1, fig1Seconds: [one, two], control } = await measureJobs();
  const seconds = `${Math.round(one)} s, ${Math.round(two)} s`;
  const measured = `${fig1.toFixed(2)} × (${seconds}); two busy loops: ${control.toFixed(2)} ×`;
  return { verdicts: [{ ...jobs, measured, met: fig1 >= 1.7 }], versions: [] };
}

/** As {@linkcode jobs}. */
export const memory = { what: "resident memory over 500 steps", goal: "no growth (≤ 5 %)" };

/** Watches the resident memory of a training. */
export async function judgeMemory(backend: string): Promise<Judged> {
  const peer = await Peer.start(ours, { backend });
  try {
    const { earlyBytes, lateBytes } = await measureMemory(peer);
    const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20), growth = lateBytes / earlyBytes - 1;
    const measured = `${threeDigits(100 * growth)} % (${mebibytes(earlyBytes)} → ${
      mebibytes(lateBytes)
    } MiB)`;
    return {
      verdicts: [{ ...memory, where: backend, measured, met: growth <= 0.05 }],
      versions: [peer.description],
    };
  } finally {
    await peer.stop();
  }
}

/** As {@linkcode jobs}: the whole figure against the same trainings in PyTorch. */
export const figure = {
  what: "`deno task fig1`, whole process, two workers",
  goals: { wasm: undefined, tensorflow: 1.3 },
};

// Of the same trainings with other random numbers; another network or other views make more of a difference.
const MOST_APART = 0.03;

/**
 * That both sides learnt the same, by their mean kNN accuracies.
 *
 * @throws {Error} if not
 */
export function checkSameAccuracy(ours: number, theirs: number): void {
  if (Math.abs(ours - theirs) <= MOST_APART) return;
  throw new Error(
    `Cannot compare as the accuracies of both sides must be at most ${
      100 * MOST_APART
    } points apart: received ${[ours, theirs].map((value) => (100 * value).toFixed(1)).join(" and ")} %`,
  );
}

/** Trains the default figure here, and its networks in PyTorch, each in two processes of one thread. */
export async function judgeFigure(backend: keyof typeof figure.goals, python: string): Promise<Judged> {
  const { ours, torchvision, unaugmented, top1, count } = await measureFig1(backend, python);
  checkSameAccuracy(top1[0], top1[1]);
  const limit = figure.goals[backend],
    ratio = ours / torchvision,
    seconds = (value: number) => value.toFixed(0);
  const percent = top1.map((value) => (100 * value).toFixed(1));
  return {
    verdicts: [{
      what: figure.what,
      where: backend,
      goal: figureGoal(backend),
      measured: `${threeDigits(ratio)} × (${seconds(ours)} s, ${seconds(torchvision)} s), and ${
        threeDigits(ours / unaugmented)
      } × PyTorch without any augmentation (${
        seconds(unaugmented)
      } s); ${count} trainings, mean kNN accuracy ${percent.join(", ")} %`,
      met: limit === undefined ? undefined : ratio <= limit,
    }],
    versions: [],
  };
}

/** The goal of {@linkcode judgeFigure} in words. */
export function figureGoal(backend: keyof typeof figure.goals): string {
  const limit = figure.goals[backend], side = "the same trainings in PyTorch, transforms by torchvision";
  return limit === undefined ? `none; against ${side}` : `≤ ${limit} × ${side}`;
}

/** As {@linkcode jobs}. */
export const theoryMemory = {
  what: "all pairs of 50,000 embeddings, d = 128, 5 values of β",
  goal: "≤ 2 GiB of resident memory at most",
};

/** Most seconds of {@linkcode theoryMemory} on two cores. */
export const theorySeconds: Readonly<Record<string, number>> = { wasm: 24, tensorflow: 14 };

/** Watches the most resident memory, and the time, of a process that takes the statistics of many embeddings. */
export async function judgeTheoryMemory(backend: string): Promise<Judged> {
  const peer = await Peer.start(ours, { backend });
  try {
    const { peakBytes, seconds } = await peer.sample(theoryWork(50_000), 1);
    const what = { what: theoryMemory.what, where: backend }, most = theorySeconds[backend];
    return {
      verdicts: [
        {
          ...what,
          goal: theoryMemory.goal,
          measured: `${threeDigits(peakBytes! / 2 ** 30)} GiB`,
          met: peakBytes! <= 2 ** 31,
        },
        { ...what, goal: `≤ ${most} s`, measured: `${threeDigits(seconds)} s`, met: seconds <= most },
      ],
      versions: [peer.description],
    };
  } finally {
    await peer.stop();
  }
}
