/** How runs are written out. */
import type { RunMetrics, RunRecord, StoredRun } from "../../lib/experiment/mod.ts";

/** `1.25 MB`: three digits. */
export function size(bytes: number): string {
  const [unit, of] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${Number((bytes / Number(unit)).toPrecision(3))} ${of}`;
}

/** `5 min`, `3 h`, `12 days`. */
export function age(modified: Date): string {
  const minutes = Math.max(0, Date.now() - modified.getTime()) / 60_000;
  if (minutes < 60) return `${Math.floor(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60 / 24)} days`;
}

/** A share in percent. */
export const percent = (share: number) => (100 * share).toFixed(2);
/** What several runs take on the disk. */
export const total = (runs: readonly StoredRun[]) => size(runs.reduce((sum, { bytes }) => sum + bytes, 0));
/** A text that is at most so long. */
export const cut = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** A run that is as it was written. */
export type Whole = StoredRun & { record: RunRecord };

/** A run as JSON. */
export function plain({ record, ...stored }: StoredRun) {
  return { ...stored, ...(record ? { settings: record.settings, metrics: record.metrics } : {}) };
}

/** Head of the columns of {@linkcode geometryCells}. */
export const geometryHead = ["alignment", "uniformity", "rank"];

/** How the embeddings of an epoch lie; nothing is known of older runs. */
export function geometryCells(
  { alignment, uniformity, effectiveRank }: Pick<RunMetrics, "alignment" | "uniformity" | "effectiveRank">,
): string[] {
  const cell = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? "–";
  return [cell(alignment, 3), cell(uniformity, 3), cell(effectiveRank, 1)];
}
