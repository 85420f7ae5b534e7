/** Says where the time of a training step, or of the loss alone, goes, kernel by kernel. */
import { initBackend } from "../mod.ts";
import { backendNames } from "../lib/backend/mod.ts";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { lossStep } from "./loss_step.ts";
import { models } from "./models.ts";
import { markdownTable } from "./table.ts";
import { trainingStep } from "./training_step.ts";
import { runScript } from "../scripts/cli/mod.ts";
import { profileStep, type StepProfile } from "./kernel_times.ts";

function tableOf({ kernels, milliseconds, outsideMilliseconds }: StepProfile): string {
  const share = (part: number) => `${(100 * part / milliseconds).toFixed(1)} %`;
  const row = (name: string, calls: number | undefined, part: number) => [
    name,
    calls?.toString() ?? "",
    part.toFixed(2),
    share(part),
  ];
  return markdownTable(["kernel", "calls", "ms", "share"], [
    ...kernels.map(({ name, calls, milliseconds }) => row(name, calls, milliseconds)),
    row("outside kernels", undefined, outsideMilliseconds),
    row("step", undefined, milliseconds),
  ]);
}

await runScript({
  name: "profile",
  summary: "Says where the time of one training step, or of the loss alone, goes, kernel by kernel.",
  flags: {
    backend: {
      kind: "choice",
      allowed: backendNames,
      default: "auto",
      help: "TensorFlow.js backend that computes",
    },
    model: {
      kind: "choice",
      allowed: ["loss", ...Object.keys(models) as (keyof typeof models)[]],
      default: "convnet",
      help: "Network, or H-SCL alone of random embeddings with 128 dimensions",
    },
    batch: {
      kind: "integer",
      min: 2,
      default: 32,
      help: "Images (or embeddings), each in two views",
      placeholder: "n",
    },
    size: { kind: "integer", min: 8, default: 32, help: "Height and width of the images", placeholder: "n" },
    steps: { kind: "integer", min: 1, default: 5, help: "Measured steps; the one of median length is shown" },
    json: { kind: "file", help: "File to write the numbers to as well" },
  },
  examples: [
    "deno task profile --backend wasm",
    "deno task profile --model resnet18 --batch 16 --json profile.json",
    "deno task profile --model loss --batch 512",
  ],
}, async ({ backend, model, batch, size, steps, json }) => {
  const report = await initBackend({ backend });
  const classes = 10;
  const step = model === "loss"
    ? lossStep({ batch, dim: 128, classes })
    : trainingStep({ encoder: models[model], batch, size, classes });
  const profile = await profileStep(step.run, steps);
  step.dispose();
  const work = model === "loss"
    ? `H-SCL and its gradients, ${batch} embeddings × 2 views`
    : `${model}, ${batch} images × 2 views of ${size} × ${size}, H-SCL, Adam`;
  console.log(`${work}; ${report.backend}: ${report.detail}`);
  console.log(`measured by ${profile.method}\n\n${tableOf(profile)}`);
  if (json !== undefined) {
    const settings = { backend: report.backend, detail: report.detail, model, batch, size, steps };
    await writeAtomically(json, JSON.stringify({ settings, ...profile }, null, 1) + "\n");
    console.log(`\n${json}`);
  }
});
