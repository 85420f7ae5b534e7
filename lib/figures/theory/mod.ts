/**
 * What the theory's checks say of embeddings, in sentences, tables and a picture. Apart from the other figures, so that a page which
 * only checks embeddings need not load data sets and networks.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheory } from "@hscl/hscl/theory";
 * import { theorySentences } from "@hscl/hscl/figures/theory";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1];
 * const sentences = theorySentences(await checkTheory(corners, 2, labels), labels);
 * assertEquals(sentences.map(({ verdict }) => verdict).slice(0, 3), ["holds", undefined, "holds"]);
 * ```
 *
 * @module
 */
export type { FigureDetail } from "../record.ts";
export { theoryFigure } from "./draw.ts";
export { type TheoryClassRow, type TheoryRow, type TheoryRows, theoryRows } from "./rows.ts";
export { type TheorySentence, theorySentences } from "./sentences.ts";
export { theoryTables } from "./tables.ts";
