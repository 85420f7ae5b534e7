/** Side by side with PyTorch: the same training steps and losses, measured in turns, as a table of goals. */
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { runScript } from "../scripts/cli/mod.ts";
import { load, processor } from "./machine.ts";
import {
  figure,
  figureGoal,
  goalText,
  jobs,
  type Judged,
  judgeFigure,
  judgeJobs,
  judgeMemory,
  judgeRow,
  judgeTheoryMemory,
  memory,
  theoryMemory,
} from "./peers/judge.ts";
import { findPython, NoPython } from "./peers/python.ts";
import { type Detail, reportText, type Verdict } from "./peers/report.ts";
import { rowNames, rows } from "./peers/rows.ts";

const backends = ["wasm", "tensorflow"] as const;
const resultsFile = fileURLToPath(new URL("RESULTS.md", import.meta.url));

// Quiet between rows, for threads that wait actively to go to sleep.
const PAUSE_MILLISECONDS = 1000;

/** What follows in the file, which other programs have measured, from this heading on. */
const OTHERS = "\n# Memory, and what a run costs\n";

async function otherResults(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => ""), at = text.indexOf(OTHERS);
  return at < 0 ? "" : text.slice(at);
}

const BUSY =
  "the machine was busy with other things, from which sides with several threads suffer most: no goal is judged";

await runScript({
  name: "bench:peers",
  summary:
    "Measures training steps and losses against PyTorch, side by side in one run, and writes the results.",
  flags: {
    python: {
      kind: "string",
      placeholder: "path",
      help: "Python that has PyTorch (a virtual environment in the user's cache, made if absent)",
    },
    only: { kind: "choices", allowed: rowNames, default: rowNames, help: "What to measure" },
    backends: { kind: "choices", allowed: backends, default: backends, help: "Backends to measure" },
    samples: {
      kind: "integer",
      min: 1,
      max: 1000,
      default: 5,
      help: "Measured turns of each side",
      placeholder: "n",
    },
    out: {
      kind: "file",
      help: "File to write (bench/RESULTS.md if everything is measured, else none)",
    },
  },
  examples: [
    "deno task bench:peers",
    "deno task bench:peers --only convnet,loss --backends wasm --samples 11",
  ],
}, async ({ python: path, only, backends: chosen, samples, out }) => {
  const say = (line: string) => console.error(`bench:peers: ${line}`);
  const verdicts: Verdict[] = [], details: Detail[] = [], versions = new Set<string>();
  const loadBefore = load(), busy = loadBefore > 0.5;

  /** Measures, tells and keeps; a failure is told in place of the numbers. */
  const attempt = async (
    names: { what: string; where: string; goal: string },
    judge: () => Promise<Judged>,
  ) => {
    try {
      const judged = await judge();
      for (const { what, where, goal, measured } of judged.verdicts) {
        say(`${what}, ${where}: ${measured}; goal ${goal}`);
      }
      verdicts.push(...judged.verdicts);
      if (judged.detail) details.push(judged.detail);
      for (const version of judged.versions) versions.add(version);
    } catch (error) {
      const measured = `not measured: ${error instanceof Error ? error.message : error}`;
      say(`${names.what}, ${names.where}: ${measured}`);
      verdicts.push({ ...names, measured });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  };

  const compared = rows.filter(({ name, backend }) => only.includes(name) && chosen.includes(backend));
  const namesOf = ({ title, backend, goals }: typeof rows[number]) => ({
    what: title,
    where: backend,
    goal: goals.map(goalText).join("; "),
  });
  const figures = only.includes("figure") ? chosen : [];
  const figureNames = (backend: typeof chosen[number]) => ({
    what: figure.what,
    where: backend,
    goal: figureGoal(backend),
  });
  if (compared.length + figures.length > 0) {
    try {
      const python = await findPython(path, say);
      for (const row of compared) await attempt(namesOf(row), () => judgeRow(row, python, samples));
      for (const backend of figures) {
        await attempt(figureNames(backend), () => judgeFigure(backend, python));
      }
    } catch (error) {
      if (!(error instanceof NoPython)) throw error;
      say(`PyTorch is not available, nothing is compared with it: ${error.message}`);
      for (const row of compared) {
        verdicts.push({ ...namesOf(row), measured: "not measured: PyTorch is not available" });
      }
      for (const backend of figures) {
        verdicts.push({ ...figureNames(backend), measured: "not measured: PyTorch is not available" });
      }
    }
  }
  if (only.includes("fig1") && chosen.includes("wasm")) await attempt(jobs, judgeJobs);
  for (const backend of only.includes("memory") ? chosen : []) {
    await attempt({ ...memory, where: backend }, () => judgeMemory(backend));
    await attempt({ ...theoryMemory, where: backend }, () => judgeTheoryMemory(backend));
  }

  const text = reportText({
    date: new Date().toISOString().slice(0, 10),
    circumstances: [
      ...(busy ? [BUSY] : []),
      `machine: ${processor()}, ${navigator.hardwareConcurrency} cores, ${Deno.build.os} ${Deno.build.arch}; load ` +
      `${loadBefore.toFixed(1)} before, ${load().toFixed(1)} after`,
      `versions: Deno ${Deno.version.deno}${[...versions].map((version) => `; ${version}`).join("")}`,
    ],
    samples,
    verdicts: verdicts.map((verdict) =>
      busy && verdict.met !== undefined ? { ...verdict, met: "unsure" } : verdict
    ),
    details,
  });
  console.log(text);
  const everything = only.length === rowNames.length && chosen.length === backends.length;
  const target = out ?? (everything ? resultsFile : undefined);
  if (target !== undefined) {
    await writeAtomically(target, text.trimEnd() + "\n" + await otherResults(target));
    console.log(target);
  }
});
