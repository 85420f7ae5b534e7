/** Which TensorFlow.js backend runs, and why. */
export {
  type BackendCandidate,
  type BackendName,
  backendNames,
  type BackendOptions,
  type BackendReport,
  initBackend,
} from "./init.ts";
