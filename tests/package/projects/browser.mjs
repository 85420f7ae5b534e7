import { figures, initBackend, saveCheckpoint } from "@hscl/hscl";
import { numbers, trainingSteps } from "./steps.js";

const { backend } = await initBackend({ backend: "wasm", wasmPath: "/wasm" });
globalThis.report = {
  backend,
  losses: await trainingSteps(),
  numbers: { wasm: await numbers() },
  errors: {
    checkpoint: await saveCheckpoint({ parameters: [] }, "checkpoint").catch((error) => error.message),
    tensorflow: await initBackend({ backend: "tensorflow" }).catch((error) => error.message),
  },
  page: (await figures.figureHtml({ data: [{ y: [1, 2] }], layout: {}, config: {} }, { title: "Up" })).length,
};
