import { models } from "../models.ts";
import { median } from "./measure.ts";
import type { Peer, Work } from "./protocol.ts";

const steps = 500;
// JavaScript's heap widens until the garbage collector has found its rhythm; a window's median passes over its waves.
const settling = 1000;
const window = 50;

/** Resident memory before and after 500 steps of training. */
export interface MemoryGrowth {
  earlyBytes: number;
  lateBytes: number;
}

/**
 * Takes 500 training steps of the small net on 8 images × 2 views, after twice as many to settle, reading the process'
 * resident memory after each.
 */
export async function measureMemory(peer: Peer): Promise<MemoryGrowth> {
  const work: Work = {
    kind: "step",
    encoder: models.convnet,
    batch: 8,
    size: 32,
    classes: 4,
    form: "library",
  };
  const resident: number[] = [];
  for (let step = 0; step < settling + steps; step++) {
    const { residentBytes } = await peer.sample(work, 1);
    resident.push(residentBytes!);
  }
  return {
    earlyBytes: median(resident.slice(settling, settling + window)),
    lateBytes: median(resident.slice(-window)),
  };
}
