import type { DrawnRecord } from "../../lib/figures/record.ts";
import { record as fig9 } from "../../lib/figures/fig9/mod.ts";
import { record as table2 } from "../../lib/figures/table2/mod.ts";
import { tableRecords } from "../../lib/figures/tables/records.ts";

/** What is drawn of more than one plan of runs, or of other runs than those of images; each has a script of its own. */
export const moreRecords = [fig9, ...Object.values(tableRecords), table2] as readonly DrawnRecord[];
