// @ts-types="npm:@types/d3-array@3.2.2"
import { median as middle } from "d3-array";
import type { Form } from "./protocol.ts";

/** One of the sides that are compared. */
export interface Contender {
  form: Form;
  /** Does the work once or a few times; gives the seconds of one. */
  sample(): Promise<number>;
}

// Long enough for engines to compile what is hot.
const WARM_UP_SECONDS = 1;

/** Seconds of every sample, by form, in the order they were taken: equal positions are neighbours in time. */
export type Timings = Map<Form, number[]>;

/**
 * Lets all sides take turns: a second or more each to warm up, then `samples` rounds in which each is measured once, every round
 * starting with another side. What else the machine does then falls on all sides alike.
 */
export async function interleave(contenders: readonly Contender[], samples: number): Promise<Timings> {
  for (const { sample } of contenders) {
    for (let seconds = 0; seconds < WARM_UP_SECONDS;) seconds += await sample();
  }
  const timings: Timings = new Map(contenders.map(({ form }) => [form, []]));
  for (let round = 0; round < samples; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { form, sample } = contenders[(round + turn) % contenders.length];
      timings.get(form)!.push(await sample());
    }
  }
  return timings;
}

/** Middle value, the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  return middle(values)!;
}

/** Ours over theirs. */
export interface Ratio {
  /** The fastest of the forms compared with, by its median. */
  against: Form;
  /** Median, least and largest over the rounds. */
  median: number;
  min: number;
  max: number;
  /** Our least time over the least of all their forms: the least disturbed by other programs. */
  best: number;
}

/** Round by round, our seconds divided by those of the fastest of the given forms. */
export function ratioOf(timings: Timings, against: readonly Form[]): Ratio {
  const [fastest] = against.toSorted((a, b) => median(timings.get(a)!) - median(timings.get(b)!));
  const theirs = timings.get(fastest)!;
  const least = Math.min(...against.flatMap((form) => timings.get(form)!));
  const ratios = timings.get("library")!.map((seconds, round) => seconds / theirs[round]);
  return {
    against: fastest,
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    best: Math.min(...timings.get("library")!) / least,
  };
}
