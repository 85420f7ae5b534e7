import type { TableRecord } from "./record.ts";
import { table1 } from "./table1.ts";

/** The tables by name, in their order. */
export const tableRecords: Readonly<Record<"table1", TableRecord>> = { table1 };
