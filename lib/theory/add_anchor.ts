import type { AnchorValues } from "./anchor_values.ts";
import type { Change } from "./jackknife.ts";
import type { LeftOutSums } from "./left_out_means.ts";
import type { Range } from "./row_sums.ts";

/** How an anchor of one kind changes without each of the embeddings that are left out. */
export interface Changes {
  readonly hSame: Change;
  readonly hDiff: Change;
  readonly hAll: Change;
  readonly lossAll: Change;
  readonly lossDiff: Change;
}

/** What there is to say about the anchors of one kind, and how the last one changes. */
interface Kind {
  values: AnchorValues;
  changes: Changes;
}

/** Where an anchor is among others, and among the embeddings that are left out. */
interface Position {
  place: number;
  /** Of the anchor itself if it is left out, or −1. */
  column: number;
  /** The columns of its class. */
  same: Range;
  /** How many columns there are. */
  end: number;
}

/** Adds an anchor to the sums of one hardening function, where what they sum is defined. */
export function addAnchor(
  { assumption, scenario, losses, allClasses }: LeftOutSums,
  { values: unhardened, changes: plain }: Kind,
  { values: kind, changes: hard }: Kind,
  { place, column, same, end }: Position,
): void {
  const diff = [[0, same[0]], [same[1], end]] as const;
  const hSame = kind.hSame[place], hDiff = kind.hDiff[place], g = unhardened.hAll[place];
  const ucl = unhardened.lossAll[place], scl = unhardened.lossDiff[place];
  const hucl = kind.lossAll[place], hscl = kind.lossDiff[place];

  if (!Number.isNaN(hSame + hDiff)) {
    assumption.addAnchor({ hSame, hDiff }, column);
    assumption.addChanges({ hSame: hard.hSame }, same);
    for (const range of diff) assumption.addChanges({ hDiff: hard.hDiff }, range);
  }
  if (!Number.isNaN(hDiff + g)) {
    scenario.addAnchor({ g, hDiff }, column);
    scenario.addChanges({ g: plain.hAll }, same);
    for (const range of diff) scenario.addChanges({ g: plain.hAll, hDiff: hard.hDiff }, range);
  }
  if (!Number.isNaN(hscl)) {
    losses.addAnchor({ ucl, scl, hucl, hscl }, column);
    losses.addChanges(
      { ucl: plain.lossAll, scl: plain.lossDiff, hucl: hard.lossAll, hscl: hard.lossDiff },
      [0, end],
    );
  }
  if (!Number.isNaN(hucl)) {
    allClasses.addAnchor({ ucl, hucl }, column);
    allClasses.addChanges({ ucl: plain.lossAll, hucl: hard.lossAll }, [0, end]);
  }
}
