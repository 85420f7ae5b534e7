/** The hardened losses, and what each is with β = 0. */
export const unhardened = { hucl: "ucl", hscl: "scl" } as const;

/** The hardened losses, in the order of every figure. */
export const hardenedLosses = Object.keys(unhardened) as (keyof typeof unhardened)[];
