import { initBackend, loadDataset, saveCheckpoint } from "@hscl/hscl";
import { numbers, trainingSteps } from "./steps.js";

const messageOf = (promise) => promise.then(() => "no error", (error) => error.message);

const { backend } = await initBackend();
const report = { backend, losses: await trainingSteps(), numbers: {}, errors: {} };
for (const backend of ["cpu", "wasm"]) {
  await initBackend({ backend });
  report.numbers[backend] = await numbers();
}
report.errors = {
  tensorflow: await messageOf(initBackend({ backend: "tensorflow" })),
  webgpu: await messageOf(initBackend({ backend: "webgpu" })),
  cifar10: await messageOf(loadDataset("cifar10", { dataDir: "." })),
  checkpoint: await messageOf(saveCheckpoint({ parameters: [] }, "checkpoint")),
};
console.log(JSON.stringify(report));
