import { labelledEmbeddings, parseNpy } from "@hscl/hscl/data";
import {
  type FigureDetail,
  type TheoryRows,
  theoryRows,
  type TheorySentence,
  theorySentences,
  theoryTables,
} from "@hscl/hscl/figures/theory";
import { hardeningFromSettings, type HardeningSettings } from "@hscl/hscl/hardening";
import { checkTheory } from "@hscl/hscl/theory";
import { startWithWasm, type Wasm } from "../start_wasm.ts";

/** A file that somebody dropped. */
export interface DroppedFile {
  name: string;
  bytes: Uint8Array;
}

/** What is asked of two files. */
export interface CheckRequest {
  embeddings: DroppedFile;
  labels: DroppedFile;
  hardening: HardeningSettings;
  temperature: number;
  negativeWeight: number;
  wasm: Wasm;
}

/** What the page hears while it waits. */
export interface CheckNews {
  stage: string;
  /** How much of it is done, 0 … 1, where that is known. */
  share?: number;
}

/** What the page says of two files. */
export interface CheckAnswer {
  count: number;
  dim: number;
  classes: number;
  products: string;
  /** Smallest and largest norm of a row. */
  norms: [smallest: number, largest: number];
  sentences: TheorySentence[];
  tables: FigureDetail[];
  rows: TheoryRows;
  /** Exact means of each claim: left, right, gap, and the share of anchors. */
  claims: number[][];
}

/** Checks all claims on the embeddings of two `.npy` files: what `deno task check` says of them. */
export async function check(
  { embeddings, labels, hardening, temperature, negativeWeight, wasm }: CheckRequest,
  tell: (news: CheckNews) => void,
): Promise<CheckAnswer> {
  tell({ stage: "reading the files" });
  const read = ({ name, bytes }: DroppedFile) => parseNpy(bytes, name);
  const opened = labelledEmbeddings(read(embeddings), read(labels), {
    embeddings: embeddings.name,
    labels: labels.name,
  });
  const { values, count, dim, classes, indices } = opened;
  // Thousands of embeddings are compared by the backend, for which the one of the rest of this engine is slow.
  await startWithWasm(wasm, "wasm");
  const options = { hardenings: [hardeningFromSettings(hardening)], temperature, negativeWeight };
  const checked = await checkTheory(values, dim, indices, options, (stage, share) => tell({ stage, share }));
  const [assumption] = checked.assumption1, [first] = checked.theorem1, [second] = checked.theorem2;
  const [ofHarris] = checked.harris;
  const reports = [
    assumption,
    first.conclusion,
    second.premise,
    second.conclusion,
    ofHarris.ucl,
    ofHarris.scl,
  ];
  return {
    count,
    dim,
    classes,
    products: checked.products,
    norms: opened.norms,
    sentences: theorySentences(checked, indices),
    tables: theoryTables(checked, indices),
    rows: theoryRows(checked, indices),
    claims: reports.map(({ lower, upper, gap, share }) => [lower.mean, upper.mean, gap.mean, share]),
  };
}
