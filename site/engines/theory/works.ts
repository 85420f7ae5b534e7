import { check } from "./check.ts";
import { hardness } from "./hardness.ts";
import { learn, scatter } from "./learn.ts";
import { tables } from "./tables.ts";

/** What the page can ask the engine of the theory. */
export const works = { tables, hardness, scatter, learn, check } as const;

/** Their types, for the page. */
export type TheoryWorks = typeof works;
