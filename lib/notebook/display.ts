/** The method that the Deno kernel of Jupyter calls to show the last value of a cell. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** One output in several formats, keyed by MIME type; the reader's program takes the richest it knows. */
export type MediaBundle = Readonly<Record<string, unknown>>;

/** Anything that the Deno kernel shows by its own means instead of as plain text. */
export interface Displayable {
  /** The output, always with a `text/plain` entry. */
  [jupyterDisplay](): MediaBundle;
}

/**
 * A value that shows itself as the given bundle.
 *
 * @param bundle the formats; `text/plain` is what terminals and tests read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const greeting = notebook.displayable({ "text/html": "<b>Hello</b>", "text/plain": "Hello" });
 * assertEquals(greeting[notebook.jupyterDisplay]()["text/plain"], "Hello");
 * ```
 */
export function displayable(bundle: MediaBundle & { "text/plain": string }): Displayable {
  return { [jupyterDisplay]: () => bundle };
}
