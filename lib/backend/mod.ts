/**
 * Which TensorFlow.js backend runs, and why.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { backendNames, initBackend } from "@hscl/hscl/backend";
 * const { candidates } = await initBackend({ backend: "cpu" });
 * assertEquals(candidates.length, backendNames.length - 1); // "auto" is none of them
 * ```
 *
 * @module
 */
export { captured, type CapturedOptions } from "./captured.ts";
export { uncaptured } from "../core/capturing.ts";
export {
  type BackendCandidate,
  type BackendName,
  backendNames,
  type BackendOptions,
  type BackendReport,
  initBackend,
} from "./init.ts";
