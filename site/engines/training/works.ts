import { open } from "./open.ts";
import { advance, begin } from "./trainings.ts";

/** What the page can ask an engine of trainings: first to open the images, then to begin trainings, and to advance each a little. */
export const works = { open, begin, advance } as const;

/** Their types, for the page. */
export type TrainingWorks = typeof works;
