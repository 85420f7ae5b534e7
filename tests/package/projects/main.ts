import { initBackend } from "@hscl/hscl";
import { numbers, trainingSteps } from "./steps.js";

// A path that the package does not export must stay closed; a room must open.
const { hucl } = (await import("@hscl/hscl/figures")).lossStyles;
const { backend } = await initBackend({ backend: "wasm" });
const losses = await trainingSteps();
console.log(JSON.stringify({ backend, losses, numbers: { wasm: await numbers() }, style: hucl.name }));
