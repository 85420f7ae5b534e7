/**
 * What a Jupyter notebook shows: figures, tables, images, tensors, and trainings while they run. Needs the Deno kernel;
 * elsewhere the same calls make values that nothing looks at.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const shown = notebook.table([{ loss: "SCL", accuracy: 0.9312 }]); // the last value of a cell is what it shows
 * assert(notebook.jupyterDisplay in shown);
 * ```
 *
 * @module
 */
export { type Claim, claims } from "./claims.ts";
export { differences, type SharePairs } from "./differences.ts";
export { type Displayable, displayable, jupyterDisplay, type MediaBundle } from "./display.ts";
export type { Cell } from "./format.ts";
export { imageGrid, type ImageGridOptions, type ImageSelection } from "./image_grid.ts";
export { type Broadcast, live, type LiveDisplay } from "./live.ts";
export { lossLine } from "./loss_line.ts";
export { type Panel, panels, type PanelsOptions } from "./panels.ts";
export { plot, type PlotOptions } from "./plot.ts";
export { type LabelledPoints, pointMap } from "./point_map.ts";
export { plotlyMime, show } from "./show.ts";
export { type Row, table } from "./table.ts";
export { displayTensors, tensorBundle } from "./tensors.ts";
export { trainRuns } from "./train_runs.ts";
export { type TrainingProgress, trainingProgress, type TrainingStep } from "./training_progress.ts";
