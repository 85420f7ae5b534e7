import { type NegativeKind, negativeKindNames } from "../core/negative_kinds.ts";
import { ChangeSums } from "./change_sums.ts";
import type { Columns } from "./columns.ts";
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

/** {@linkcode LeftOutMeans} of which the parts are joined. */
export type JoinedMeans = { readonly [K in keyof LeftOutMeans]: LeftOut<NamesOf<LeftOutMeans[K]>> };

/** The sums over some anchors. */
export type LeftOutSums = { readonly [K in keyof LeftOutMeans]: ChangeSums<NamesOf<LeftOutMeans[K]>> };

/** What was summed of them. */
export type LeftOutStates = { readonly [K in keyof LeftOutMeans]: LeftOutState<NamesOf<LeftOutMeans[K]>> };

type NamesOf<T> = T extends Jackknife<infer Name> ? Name : never;

/** What is averaged over the same anchors. */
const quantities = {
  assumption: ["hSame", "hDiff"],
  scenario: ["g", "hDiff"],
  losses: negativeKindNames,
  allClasses: ["ucl", "hucl"],
} as const;

/** How many quantities there are in all. */
export const QUANTITIES = Object.values(quantities).reduce((sum, { length }) => sum + length, 0);

/** Means over no anchor. */
export function emptyMeans(count: number, columns: number): JoinedMeans {
  const empty = <Name extends string>(names: readonly Name[]) => new LeftOut(count, columns, names);
  return {
    assumption: empty(quantities.assumption),
    scenario: empty(quantities.scenario),
    losses: empty(quantities.losses),
    allClasses: empty(quantities.allClasses),
  };
}

/** Sums over no anchor, in two arrays for each quantity. */
export function emptySums(columns: Columns): LeftOutSums {
  const empty = <Name extends string>(names: readonly Name[]) => new ChangeSums(columns, names);
  return {
    assumption: empty(quantities.assumption),
    scenario: empty(quantities.scenario),
    losses: empty(quantities.losses),
    allClasses: empty(quantities.allClasses),
  };
}

/** Adds what was summed of other anchors. */
export function joinMeans(into: JoinedMeans, states: LeftOutStates): void {
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
