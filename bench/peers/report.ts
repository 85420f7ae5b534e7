import { markdownTable } from "../table.ts";
import { median, type Ratio, type Timings } from "./measure.ts";

/** One line of the table of goals. */
export interface Verdict {
  what: string;
  /** E.g. `wasm, 1 thread`. */
  where: string;
  /** E.g. `≤ 2 × PyTorch`. */
  goal: string;
  /** What was measured, or why nothing was. */
  measured: string;
  /** Absent where there is no goal or nothing was measured; `unsure` if the machine had other things to do. */
  met?: boolean | "unsure";
}

/** Times of all sides in one piece of work. */
export interface Detail {
  what: string;
  where: string;
  timings: Timings;
}

/** Everything a report is made of. */
export interface Report {
  date: string;
  /** Lines on processor, load and versions. */
  circumstances: readonly string[];
  samples: number;
  verdicts: readonly Verdict[];
  details: readonly Detail[];
}

/** `0.1234 → 0.123`, `12.345 → 12.3`: three digits. */
export function threeDigits(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** `1.7 (1.5 … 2.1; best 1.6)`: median, range, and the least times against each other. */
export function describeRatio({ median, min, max, best }: Ratio): string {
  return `${threeDigits(median)} (${threeDigits(min)} … ${threeDigits(max)}; best ${threeDigits(best)})`;
}

const formNames: Record<string, string> = {
  library: "this library",
  contiguous: "PyTorch, contiguous",
  channels_last: "PyTorch, channels_last",
  paper: "PyTorch, in the manner of the paper's code",
  vectorised: "PyTorch, vectorised",
  blocks: "PyTorch, block by block",
  metric_learning: "pytorch-metric-learning",
  product: "the bare product of all pairs here",
};

/** How a form is called in a report. */
export function formName(form: string): string {
  return formNames[form] ?? form;
}

function timesTable(details: readonly Detail[]): string {
  const milliseconds = (seconds: number) => `${threeDigits(1000 * seconds)} ms`;
  return markdownTable(
    ["work", "on", "side", "median", "range"],
    details.flatMap(({ what, where, timings }) =>
      [...timings].map(([form, seconds]) => [
        what,
        where,
        formName(form),
        milliseconds(median(seconds)),
        `${milliseconds(Math.min(...seconds))} … ${milliseconds(Math.max(...seconds))}`,
      ])
    ),
  );
}

/** The report as Markdown. */
export function reportText({ date, circumstances, samples, verdicts, details }: Report): string {
  const yesNo = (met: Verdict["met"]) =>
    met === undefined ? "–" : met === "unsure" ? "?" : met ? "yes" : "**no**";
  return [
    "# Results of `deno task bench:peers`",
    "",
    `${date}. Written by the task; do not edit.`,
    "",
    ...circumstances.map((line) => `- ${line}`),
    "",
    "## Goals",
    "",
    markdownTable(
      ["work", "on", "goal", "measured", "met"],
      verdicts.map(({ what, where, goal, measured, met }) => [what, where, goal, measured, yesNo(met)]),
    ),
    "",
    "A ratio is our time divided by that of the fastest form of the other side: the median over the samples of the " +
    "quotients of neighbours in time, with their range, and the least times of both sides against each other. A goal is " +
    "met if both the median and that are: other programs slow a side with several threads more than one with one.",
    "",
    ...(details.length > 0 ? ["## Times", "", timesTable(details), ""] : []),
    `Both sides do the same: forward pass of both views one after the other, H-SCL (β = 1, T = 0.5), gradients, Adam ` +
    `(learning rate 1e-3, weight decay 1e-6; PyTorch's with \`fused=True\`), and the loss value is read every time. All ` +
    `sides are processes that stay, and take turns in one run: a second or more to warm up, then ${samples} measured turns.`,
    "",
  ].join("\n");
}
