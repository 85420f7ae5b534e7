/** What rows say about a statement: it holds everywhere, only on average, or not even so. */
export type Verdict = "holds" | "holds on average" | "fails";
