import { Adam, ADAM_MOMENTS, type AdamSettings } from "./adam.ts";
import { AdamW } from "./adam_w.ts";
import { Lars, type LarsSettings } from "./lars.ts";
import type { Optimizer } from "./optimizer.ts";
import { Sgd, type SgdSettings } from "./sgd.ts";

/** An optimizer as the toolkit sees it: settings, flags and help are made of it. */
export interface OptimizerFamily<S> {
  /** How it is called. */
  readonly label: string;
  /** The kinds of its moments, as a snapshot holds them. */
  readonly moments: readonly string[];
  /** Its options besides learning rate and weight decay, with what they are where nobody says otherwise. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** One that has taken no step. */
  make(settings: S): Optimizer;
}

const adam: OptimizerFamily<AdamSettings> = {
  label: "Adam",
  moments: ADAM_MOMENTS,
  options: {},
  make: (settings) => new Adam(settings),
};
const adamw: OptimizerFamily<AdamSettings> = {
  label: "AdamW",
  moments: ADAM_MOMENTS,
  options: {},
  make: (settings) => new AdamW(settings),
};
const sgd: OptimizerFamily<SgdSettings> = {
  label: "SGD",
  moments: ["m"],
  options: { momentum: 0.9, nesterov: false },
  make: (settings) => new Sgd(settings),
};
const lars: OptimizerFamily<LarsSettings> = {
  label: "LARS",
  moments: ["m"],
  options: { momentum: 0.9, trust: 0.001 },
  make: (settings) => new Lars(settings),
};

/** The optimizers by name. */
export const optimizers = { adam, adamw, sgd, lars } as const;

/** Name of an optimizer. */
export type OptimizerName = keyof typeof optimizers;

/** The names of the optimizers. */
export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** An optimizer by its name, where it does not matter which. */
export function optimizerOf(name: OptimizerName): OptimizerFamily<unknown> {
  return optimizers[name] as OptimizerFamily<unknown>;
}
