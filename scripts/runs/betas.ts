import type { RunSettings } from "../../lib/train/mod.ts";
import { type Flag, UsageError } from "../cli/mod.ts";

/** The flag `--betas`: several strengths β above 0 of the exponential hardening. */
export function betasFlag(values: readonly number[], help: string) {
  return { kind: "numbers", above: 0, default: values, help } as const satisfies Flag;
}

/** The different values of the flag `--betas`, ascending. */
export function betasOf(values: readonly number[], most: number): number[] {
  const betas = [...new Set(values)].sort((a, b) => a - b);
  if (betas.length <= most) return betas;
  throw new UsageError(`--betas must be at most ${most} different values: received ${betas.length}`);
}

/** The β that a run was trained with; 0 without hardening. */
export function betaOf({ loss: { hardening } }: RunSettings): number {
  return hardening ? Number(hardening.parameters.beta) : 0;
}
