import * as tf from "../core/tfjs.ts";
import { describe } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";
import { jupyterDisplay, type MediaBundle } from "./display.ts";
import { type Cell, formatCell } from "./format.ts";
import { type Row, table } from "./table.ts";

const ROWS = 6, COLUMNS = 8;

/**
 * What a notebook shows of a tensor: shape, type and the first numbers. A tensor of rank 3 or more is cut into rows of
 * its last axis.
 *
 * @param tensor any tensor that is not disposed of; complex numbers are shown as `1+2i`
 * @throws {TypeError} if it is none
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, notebook } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const shown = await notebook.tensorBundle(tf.tensor2d([[1, 2], [3, 4]]));
 * assert(String(shown["text/plain"]).startsWith("Tensor [2, 2] float32"));
 * ```
 */
export async function tensorBundle(tensor: Tensor): Promise<MediaBundle> {
  if (!(tensor instanceof tf.Tensor) || tensor.isDisposed) {
    throw new TypeError(
      `Cannot show a tensor as it must be one that is not disposed of: received ${describe(tensor)}`,
    );
  }
  const { shape, dtype, size } = tensor;
  const title = `Tensor [${shape.join(", ")}] ${dtype}`;
  if (size === 0) return { "text/plain": title };
  const width = shape.at(-1) ?? 1, height = size / width;
  const values = await tensor.data();
  // Real and imaginary parts take turns.
  const cell = (at: number): Cell =>
    dtype === "complex64" ? formatComplex(Number(values[2 * at]), Number(values[2 * at + 1])) : values[at];
  const rows = Array.from({ length: Math.min(height, ROWS) }, (_, y): Row => {
    const cells = Array.from(
      { length: Math.min(width, COLUMNS) },
      (_, x) => [`[${x}]`, cell(y * width + x)] as const,
    );
    return { "": `[${y}]`, ...Object.fromEntries(cells), ...(width > COLUMNS ? { "…": "…" } : {}) };
  });
  const left = height > ROWS ? `, first ${ROWS} of ${height} rows` : "";
  return table(rows, title + left)[jupyterDisplay]();
}

function formatComplex(real: number, imaginary: number): string {
  const [a, b] = [real, imaginary].map((part) => Number.isFinite(part) ? formatCell(part) : String(part));
  return `${a}${b.startsWith("-") ? "" : "+"}${b}i`;
}

/**
 * Makes every tensor show itself in a notebook as {@linkcode tensorBundle} says, instead of as an object's fields.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { notebook } from "@hscl/hscl";
 * notebook.displayTensors();
 * assert(notebook.jupyterDisplay in tf.Tensor.prototype);
 * ```
 */
export function displayTensors(): void {
  Object.defineProperty(tf.Tensor.prototype, jupyterDisplay, {
    configurable: true,
    value(this: tf.Tensor): Promise<MediaBundle> {
      return tensorBundle(this);
    },
  });
}
