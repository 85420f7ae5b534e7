import { tableRecord } from "./record.ts";

/** Table 1: accuracy of the four losses on images. */
export const table1 = tableRecord({
  name: "table1",
  title: "Accuracy of the four losses on each data set",
  claim: "Labels raise the accuracy, and so do hard negatives",
  seconds: 240,
  measures: { knn: "kNN", linear: "linear probe", classMean: "class means" },
});
