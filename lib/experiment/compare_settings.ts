import { checkArray } from "../core/checks.ts";
import { hardeningLabel } from "../hardening/settings.ts";
import { lossPreset } from "../losses/presets.ts";
import { optionWords } from "./option_words.ts";
import { checkRecord, type RunRecord, type RunSettings } from "./settings.ts";

/** A setting that several runs do not share. */
export interface DifferingSetting {
  /** Its path in `config.json`, such as `loss.temperature`. */
  setting: string;
  /** Its value in each run, as JSON; empty where a run has none. */
  values: string[];
}

/**
 * The settings in which runs differ, in the order of `config.json`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { differingSettings, type RunSettings } from "@hscl/hscl/experiment";
 * const first = { epochs: 4, loss: { name: "scl" }, seed: 0 } as RunSettings;
 * const second = { epochs: 8, loss: { name: "hscl", temperature: 0.1 }, seed: 0 } as RunSettings;
 * assertEquals(differingSettings([first, second]), [
 *   { setting: "epochs", values: ["4", "8"] },
 *   { setting: "loss.name", values: ['"scl"', '"hscl"'] },
 *   { setting: "loss.temperature", values: ["", "0.1"] },
 * ]);
 * ```
 */
export function differingSettings(all: readonly RunSettings[]): DifferingSetting[] {
  checkArray("settings", all, "settings of runs");
  const flat = all.map((settings) => new Map(entriesOf(settings)));
  const names = [...new Set(flat.flatMap((each) => [...each.keys()]))];
  return names.map((setting) => ({ setting, values: flat.map((each) => each.get(setting) ?? "") }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** What is no object, by its path. */
function entriesOf(value: object, start = ""): [path: string, json: string][] {
  return Object.entries(value).flatMap(([key, part]): [string, string][] =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? entriesOf(part, `${start}${key}.`)
      : [[`${start}${key}`, JSON.stringify(part)]]
  );
}

/** A loss in a few letters: `H-SCL β = 1`. */
export function lossLabel({ name, hardening }: RunSettings["loss"]): string {
  return `${lossPreset(name).label}${hardening ? ` ${hardeningLabel(hardening)}` : ""}`;
}

/** The settings of runs that differ in the seed at most. */
export interface SettingGroup<R> {
  /** The loss, its hardening, and what else sets it apart from the other groups. */
  label: string;
  /** The runs, in the order given. */
  runs: R[];
}

/**
 * Runs by their settings without the seed, in the order in which the first of each comes.
 *
 * @throws {TypeError} if one is no run
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupBySettings, type RunSettings } from "@hscl/hscl/experiment";
 * const run = (temperature: number, seed: number) => ({
 *   settings: { loss: { name: "scl", temperature }, seed } as RunSettings,
 * });
 * const groups = groupBySettings([run(0.5, 0), run(0.1, 0), run(0.5, 1)]);
 * assertEquals(groups.map(({ label, runs }) => [label, runs.length]), [
 *   ["SCL, loss temperature 0.5", 2],
 *   ["SCL, loss temperature 0.1", 1],
 * ]);
 * ```
 */
export function groupBySettings<R extends Pick<RunRecord, "settings">>(
  runs: readonly R[],
): SettingGroup<R>[] {
  checkArray("runs", runs, "runs");
  const groups: { settings: RunSettings; runs: R[] }[] = [];
  for (const run of runs) {
    checkRecord(run as R & RunRecord);
    const settings = { ...run.settings, seed: 0 };
    const group = groups.find((each) => differingSettings([each.settings, settings]).length === 0);
    if (group) group.runs.push(run);
    else groups.push({ settings, runs: [run] });
  }
  const differences = differingSettings(groups.map(({ settings }) => settings));
  return groups.map(({ settings, runs }, at) => ({
    label: [lossLabel(settings.loss), ...notes(settings, differences, at)].join(", "),
    runs,
  }));
}

/** What else than the loss and its hardening sets one of several settings apart. */
function notes(settings: RunSettings, differences: readonly DifferingSetting[], at: number): string[] {
  const differs = (start: string) => differences.some(({ setting }) => setting.startsWith(start));
  // What follows from the data set or the network need not be said.
  const implied = [
    "loss.name",
    "loss.hardening",
    ...(differs("dataset.") ? ["dataset.", "augmentation."] : []),
    ...(differs("encoder.name") ? ["encoder."] : []),
  ];
  const { dataset } = settings;
  return [
    ...(differs("dataset.")
      ? [`${dataset.trainImages} of ${dataset.name}${optionWords(dataset.options)}`]
      : []),
    ...(differs("encoder.name") ? [settings.encoder.name] : []),
    ...differences.flatMap(({ setting, values }) =>
      values[at] === "" || implied.some((start) => setting.startsWith(start))
        ? []
        : [`${setting.split(".").slice(-2).join(" ")} ${values[at].replaceAll('"', "")}`]
    ),
  ];
}
