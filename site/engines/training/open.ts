import { type ImageDataset, loadDataset } from "@hscl/hscl/data";
import { factsOf, presetOf } from "@hscl/hscl/experiment";
import { startWithWasm, type Wasm } from "../start_wasm.ts";
import { commandOf, type TrainingChoices } from "./settings.ts";

/** What an engine is started with. */
export interface OpenRequest {
  choices: TrainingChoices;
  wasm: Wasm;
}

/** What runs, and on which images. */
export interface Opened {
  backend: string;
  detail: string;
  /** Why the GPU does not run, where it does not. */
  whyNoGpu: string | undefined;
  /** What makes the same numbers without a page. */
  command: string;
  classes: readonly string[];
  trainImages: number;
  testImages: number;
}

/** The images and the backend, for the trainings. */
export let opened: { data: ImageDataset; backend: string } | undefined;

/** Starts the backend and loads the images. */
export async function open({ choices, wasm }: OpenRequest): Promise<Opened> {
  const { backend, detail, candidates } = await startWithWasm(wasm, choices.backend);
  // Those that the preset does not say are all.
  const { trainImages, testImages } = presetOf(choices.preset);
  const data = await loadDataset(choices.dataset, { trainImages, testImages });
  opened = { data, backend };
  const facts = factsOf(data), gpu = candidates.find(({ name }) => name === "webgpu");
  return {
    backend,
    detail,
    whyNoGpu: gpu?.status === "not available" ? gpu.detail : undefined,
    command: commandOf(choices, backend),
    classes: facts.classes,
    trainImages: facts.trainImages,
    testImages: facts.testImages,
  };
}
