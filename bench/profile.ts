/** Says where the time of a training step, or of the loss alone, goes, kernel by kernel. */
import { initBackend } from "../mod.ts";
import { backendNames } from "../lib/backend/mod.ts";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { lossStep } from "./loss_step.ts";
import { models } from "./models.ts";
import { markdownTable } from "./table.ts";
import { type TrainingStep, trainingStep } from "./training_step.ts";
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

/** Milliseconds of the step of median length, after one to warm up. */
async function medianTime(step: Pick<TrainingStep, "run" | "dispose">, steps: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const start = performance.now();
    await step.run();
    if (i > 0) times.push(performance.now() - start);
  }
  step.dispose();
  return times.sort((a, b) => a - b)[steps >> 1];
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
  const stepOf = (captured: boolean) =>
    model === "loss"
      ? lossStep({ batch, dim: 128, classes })
      : trainingStep({ encoder: models[model], batch, size, classes, captured });
  // As one function, a step is a single call.
  const step = stepOf(false), profile = await profileStep(step.run, steps);
  step.dispose();
  const captures = model !== "loss" && report.backend === "tensorflow";
  const capturedMilliseconds = captures ? await medianTime(stepOf(true), steps) : undefined;
  const work = model === "loss"
    ? `H-SCL and its gradients, ${batch} embeddings × 2 views`
    : `${model}, ${batch} images × 2 views of ${size} × ${size}, H-SCL, Adam`;
  console.log(`${work}; ${report.backend}: ${report.detail}`);
  console.log(`measured by ${profile.method}\n\n${tableOf(profile)}`);
  if (capturedMilliseconds) {
    console.log(`\nas one function, as in training: ${capturedMilliseconds.toFixed(2)} ms`);
  }
  if (json !== undefined) {
    const settings = { backend: report.backend, detail: report.detail, model, batch, size, steps };
    await writeAtomically(
      json,
      JSON.stringify({ settings, ...profile, capturedMilliseconds }, null, 1) + "\n",
    );
    console.log(`\n${json}`);
  }
});
