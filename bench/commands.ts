/**
 * How long commands take as whole processes, from an idle machine's shell: `--help`, a training of one step and a figure that is
 * drawn anew with its pictures; medians and ranges of 9. With the folder of another checkout, in turns with its.
 * The goals are seconds on an Intel Xeon with AVX-512; elsewhere only the ratio to a checkout says whether they are met.
 *
 *     deno run -A bench/commands.ts [other checkout]
 */
import { join } from "node:path";
import { median } from "./peers/measure.ts";
import { root, secondsOf } from "./peers/processes.ts";
import { threeDigits } from "./peers/report.ts";
import { markdownTable } from "./table.ts";

const ROUNDS = 9;

const training =
  "train --loss hscl --backend wasm --force --epochs 1 --train-images 124 --batch-size 124 --test-images 62";

/** What is typed after `deno task`; `out` is a folder of its own. */
const commands: Record<string, { typed: (out: string) => string; goal: number }> = {
  "`fig1 --help`": { typed: () => "fig1 --help", goal: 0.17 },
  "a training of one step, evaluated and kept": {
    typed: (out) => `${training} --out ${out}`,
    goal: 1,
  },
  "`fig1 --preset smoke` drawn anew, with PNG and SVG": {
    typed: (out) => `fig1 --preset smoke --backend wasm --out ${out}`,
    goal: 1.5,
  },
};

const checkouts = [root, ...Deno.args], work = await Deno.makeTempDir({ prefix: "hscl-commands-" });
const lines: string[][] = [];
try {
  for (const [name, { typed, goal }] of Object.entries(commands)) {
    const times: number[][] = checkouts.map(() => []);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, checkout] of checkouts.entries()) {
        const words = typed(join(work, String(index))).split(" ");
        const seconds = await secondsOf(["deno", "task", ...words], checkout);
        if (round > 0) times[index].push(seconds); // the first one trains and fills caches
      }
    }
    const [ours, others] = times;
    const range = (values: number[]) =>
      [median(values), Math.min(...values), Math.max(...values)].map(threeDigits);
    const [middle, least, most] = range(ours);
    const ratio = others && range(ours.map((seconds, round) => seconds / others[round]));
    lines.push([
      name,
      `${middle} s (${least} … ${most})`,
      ...(ratio ? [`${ratio[0]} × (${ratio[1]} … ${ratio[2]})`] : []),
      `${goal} s`,
    ]);
  }
} finally {
  await Deno.remove(work, { recursive: true });
}
const other = checkouts.length > 1 ? ["of the other checkout"] : [];
console.log(markdownTable(["command", "takes", ...other, "goal"], lines));
