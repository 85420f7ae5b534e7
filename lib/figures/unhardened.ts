/** The hardened losses, and what each is with β = 0. */
export const unhardened = { hucl: "ucl", hscl: "scl" } as const;
