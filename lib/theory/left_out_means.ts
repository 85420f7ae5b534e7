import { type NegativeKind, negativeKindNames } from "../core/negative_kinds.ts";
import { type Jackknife, LeftOut, type LeftOutState } from "./jackknife.ts";

/** What is averaged to judge one hardening function; each entry over the anchors at which all of it is defined. */
export interface LeftOutMeans {
  /** Assumption 1. */
  readonly assumption: Jackknife<"hSame" | "hDiff">;
  /** The premise of Theorem 2; `g` is `E[g]`. */
  readonly scenario: Jackknife<"g" | "hDiff">;
  /** The losses. */
  readonly losses: Jackknife<NegativeKind>;
  /** Those with negatives of all classes, which more anchors have. */
  readonly allClasses: Jackknife<"ucl" | "hucl">;
}

/** {@linkcode LeftOutMeans} while they are summed. */
export type LeftOutSums = { readonly [K in keyof LeftOutMeans]: LeftOut<NamesOf<LeftOutMeans[K]>> };

/** What was summed of some anchors. */
export type LeftOutStates = { readonly [K in keyof LeftOutMeans]: LeftOutState<NamesOf<LeftOutMeans[K]>> };

type NamesOf<T> = T extends Jackknife<infer Name> ? Name : never;

/** Means over no anchor. */
export function emptyMeans(count: number, columns: number): LeftOutSums {
  return {
    assumption: new LeftOut(count, columns, ["hSame", "hDiff"]),
    scenario: new LeftOut(count, columns, ["g", "hDiff"]),
    losses: new LeftOut(count, columns, negativeKindNames),
    allClasses: new LeftOut(count, columns, ["ucl", "hucl"]),
  };
}

/** Adds what was summed of other anchors. */
export function joinMeans(into: LeftOutSums, states: LeftOutStates): void {
  into.assumption.join(states.assumption);
  into.scenario.join(states.scenario);
  into.losses.join(states.losses);
  into.allClasses.join(states.allClasses);
}

/** What was summed. */
export function statesOf({ assumption, scenario, losses, allClasses }: LeftOutSums): LeftOutStates {
  return {
    assumption: assumption.state,
    scenario: scenario.state,
    losses: losses.state,
    allClasses: allClasses.state,
  };
}
