import { type KnnVotes, voteOnRows } from "./knn_votes.ts";
import { findNeighbours, type Neighbourhood } from "./neighbours.ts";

/** What is found out about a row of cosines: two numbers. */
export type RowJudge = (row: number, cosines: Float32Array) => readonly [number, number];

/** What judges rows, and what it needs to know: data, as no function can be sent to another thread. */
export type JudgeSettings =
  | { judge: "votes"; settings: KnnVotes }
  | { judge: "neighbours"; settings: Neighbourhood };

/** The judge that they describe. */
export function judgeOf({ judge, settings }: JudgeSettings): RowJudge {
  return judge === "votes" ? voteOnRows(settings) : findNeighbours(settings);
}
