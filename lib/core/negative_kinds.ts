/**
 * The four distributions of negatives that the losses and samplers are named for: `byLabel` leaves out those of the anchor's
 * own label, `hardened` weights the rest by η of their cosine.
 */
export const negativeKinds = {
  ucl: { byLabel: false, hardened: false },
  scl: { byLabel: true, hardened: false },
  hucl: { byLabel: false, hardened: true },
  hscl: { byLabel: true, hardened: true },
} as const;

/** Name of a distribution of negatives. */
export type NegativeKind = keyof typeof negativeKinds;

/** Their names, in the order of the table. */
export const negativeKindNames: readonly NegativeKind[] = Object.keys(negativeKinds) as NegativeKind[];
