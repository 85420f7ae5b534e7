import { differingSettings, runLabel } from "../../lib/experiment/mod.ts";
import { alignedLines, UsageError, wrap } from "../cli/mod.ts";
import { cut, percent, plain } from "./run_words.ts";
import { storedRun } from "./stored_run.ts";

/** Prints what two runs differ in. */
export async function compareRuns(
  typed: readonly string[],
  out: string,
  commandOf: (name: string) => string,
  json: boolean,
): Promise<void> {
  const listing = commandOf("runs"),
    [a, b] = [await storedRun(typed[0], out, listing), await storedRun(typed[1], out, listing)];
  if (a.name === b.name) throw new UsageError(`compare takes two different runs: received ${a.name} twice`);
  const settings = differingSettings([a.record.settings, b.record.settings]);
  const [first, second] = [a, b].map(({ record }) => record.metrics.at(-1)!);
  if (json) {
    return console.log(JSON.stringify({ runs: [plain(a), plain(b)], settings }, undefined, 1));
  }
  const shares = [["kNN top-1 (%)", "top1"], ["kNN top-5 (%)", "top5"], [
    "class mean (%)",
    "classMean",
  ]] as const;
  console.log(
    [
      ...alignedLines([
        ["", a.name, b.name],
        ["", runLabel(a.record.settings), runLabel(b.record.settings)],
        ...settings.map((
          { setting, values },
        ) => [cut(setting, 28), ...values.map((value) => cut(value, 33))]),
      ]),
      "",
      ...alignedLines([
        ["last epoch", "", "", "difference"],
        ["loss", first.loss.toFixed(4), second.loss.toFixed(4), (second.loss - first.loss).toFixed(4)],
        ...shares.map(([words, name]) => [
          words,
          percent(first[name]),
          percent(second[name]),
          percent(second[name] - first[name]),
        ]),
      ]),
      "",
      ...wrap(
        `${commandOf("evaluate")} ${a.name.slice(0, 8)} ${
          b.name.slice(0, 8)
        } says which differences the test images decide`,
      ),
    ].join("\n"),
  );
}
