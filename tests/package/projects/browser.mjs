import { figures, initBackend, saveCheckpoint } from "@hscl/hscl";
import { numbers, trainingSteps } from "./steps.js";

// A wrong address is said, and does not stand in the way of the right one.
const wrongPath = await initBackend({ backend: "wasm", wasmPath: "/nowhere" }).catch((error) =>
  error.message
);
const { backend } = await initBackend({ backend: "wasm", wasmPath: "/wasm" });
globalThis.report = {
  backend,
  losses: await trainingSteps(),
  numbers: { wasm: await numbers() },
  errors: {
    wrongPath,
    checkpoint: await saveCheckpoint({ parameters: [] }, "checkpoint").catch((error) => error.message),
    tensorflow: await initBackend({ backend: "tensorflow" }).catch((error) => error.message),
  },
  page: (await figures.figureHtml({ data: [{ y: [1, 2] }], layout: {}, config: {} }, { title: "Up" })).length,
};
