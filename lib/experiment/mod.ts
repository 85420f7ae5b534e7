/**
 * Experiments: from settings to recorded runs, and what can be read from them.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { factsOf, listRuns, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const plan = { backend, data: factsOf(data), network: "convnet", seeds: 1, epochs: 1, batchSize: 10 } as const;
 * const folder = await Deno.makeTempDir();
 * for (const settings of runsOf({ ...plan, temperature: 0.5 }, [{ name: "ucl" }, { name: "scl" }])) {
 *   await runExperiment(settings, { folder, data });
 * }
 * const { runs } = await listRuns(folder);
 * assert(runs.length === 2 && runs.every(({ metrics }) => metrics.length === 1));
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { type GraphPreset, graphPresetOf, graphPresets } from "./graphs/presets.ts";
export { ensureGraphRun, type GraphRunOptions, readGraphRun, trainGraphRun } from "./graphs/run.ts";
export {
  type GraphPlan,
  graphRunHash,
  type GraphRunRecord,
  type GraphRunSettings,
  graphRunsOf,
} from "./graphs/settings.ts";
export { costWarnings } from "./expected_costs.ts";
export { type DatasetFacts, datasetFacts, factsOf, type KnownFacts } from "./dataset_facts.ts";
export {
  type DifferingSetting,
  differingSettings,
  groupBySettings,
  type SettingGroup,
} from "./compare_settings.ts";
export {
  type EvaluateOptions,
  evaluateRun,
  type Measure,
  type MeasureLabels,
  measureNames,
  measures,
  type OtherImages,
  type RunEvaluation,
} from "./evaluate_run.ts";
export { type AugmentationKind, augmentationKinds } from "./augmentation.ts";
export { collapseMessage, type EpochGeometry } from "./epoch_geometry.ts";
export { effectiveNegatives, negativeCosines } from "./effective_negatives.ts";
export { type EpochStatistics, historyStatistics, negativeWeightOf } from "./history_statistics.ts";
export { type ImportedRuns, type ImportOptions, importRuns } from "./import_runs.ts";
export { listRuns, openRun, type Run, type RunList } from "./list_runs.ts";
export {
  contextOf,
  datasetLabel,
  type Experiment,
  type Plan,
  type PlanContext,
  runsOf,
  type ScoredRun,
  usualNeighbours,
} from "./plan.ts";
export { type Preset, type PresetName, presetNames, presetOf, presets } from "./presets.ts";
export { runExperiment, type RunOptions } from "./run_experiment.ts";
export { type EpochEmbeddings, readHistory } from "./run_history.ts";
export { RunTakenError } from "./run_claim.ts";
export type { RunOwner } from "./run_owner.ts";
export { runLabel } from "./run_label.ts";
export type { PlannedData } from "./planned_data.ts";
export type { RunScores } from "./run_scores.ts";
export { parseRunPlan, type RunPlan, runPlanText, shardOf } from "./run_plan.ts";
export { DamagedRunError, writeManifest } from "./run_manifest.ts";
export { readRun, type ReadRunOptions } from "./run_record.ts";
export { type RunReferences, runReferences } from "./run_references.ts";
export { removeStoredRun } from "./remove_stored_run.ts";
export { setAside } from "./set_aside.ts";
export { type StoredRun, storedRuns } from "./stored_runs.ts";
export {
  type AugmentationSettings,
  type EpochTime,
  runHash,
  type RunMetrics,
  type RunRecord,
  type RunSettings,
} from "./settings.ts";
export { readTestEmbeddings } from "./test_embeddings.ts";
export { type EpochOptions, type RunTraining, type TrainedEpoch, trainingOf } from "./training_of.ts";
export { embedImages, trainedEncoder } from "./trained_encoder.ts";
export { lossSettings } from "./loss_flags.ts";
