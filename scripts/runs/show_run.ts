import { differingSettings, runLabel, type RunRecord } from "../../lib/experiment/mod.ts";
import { alignedLines, wrap } from "../cli/mod.ts";
import { age, geometryCells, geometryHead, percent, plain, size } from "./run_words.ts";
import { storedRun } from "./stored_run.ts";

function metricsTable({ metrics, times }: RunRecord): string[][] {
  const learned = metrics[0]?.temperature !== undefined;
  return [
    [
      ...["epoch", "loss", "kNN top-1", "kNN top-5", "class mean", ...geometryHead, "seconds", "images/s"],
      ...learned ? ["T"] : [],
    ],
    ...metrics.map(({ epoch, loss, top1, top5, classMean, temperature, ...geometry }, i) => [
      String(epoch),
      loss.toFixed(4),
      percent(top1),
      percent(top5),
      percent(classMean),
      ...geometryCells(geometry),
      times[i].seconds.toFixed(1),
      times[i].imagesPerSecond.toFixed(0),
      ...temperature === undefined ? [] : [temperature.toFixed(4)],
    ]),
  ];
}

/** All settings by their paths. */
function settingLines({ settings }: RunRecord): string[] {
  // Against nothing, every setting differs.
  const all = differingSettings([settings, {} as typeof settings]);
  const width = Math.max(...all.map(({ setting }) => setting.length)) + 2;
  return all.flatMap(({ setting, values: [value] }) =>
    wrap(value.replaceAll('","', '", "'), 100 - width).map((line, i) =>
      `${(i === 0 ? setting : "").padEnd(width)}${line}`
    )
  );
}

/** Prints all settings of a run, and its epochs. */
export async function showRun(typed: string, out: string, listing: string, json: boolean): Promise<void> {
  const run = await storedRun(typed, out, listing), { record, folder, bytes, modified } = run;
  if (json) return console.log(JSON.stringify(plain(run), undefined, 1));
  console.log(
    [
      runLabel(record.settings),
      `${folder}, ${size(bytes)}, ${age(modified)} old`,
      "",
      ...settingLines(record),
      "",
      ...alignedLines(metricsTable(record)),
      "accuracies in %; kNN predicts only the classes of its neighbours, also in the top-5",
    ].join("\n"),
  );
}
