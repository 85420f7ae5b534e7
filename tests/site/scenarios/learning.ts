import type { Scenario } from "../browse.ts";
import { readLearning } from "../in_page.js";
import { pause } from "../../pause.ts";

/** What the second part shows. */
export type Learning = ReturnType<typeof readLearning>;

/** What became of the second part by what a person does. */
export interface LearningReport {
  errors: string[];
  seen: Record<string, Learning>;
}

/** Steps, a run with a pause, other settings, and a reset. */
const learning: Scenario<LearningReport> = async ({ open }) => {
  const { page, errors } = await open();
  const seen: Record<string, Learning> = {};
  const look = async (name: string) => void (seen[name] = await page.evaluate(readLearning) as Learning);
  const steps = (least: number) =>
    page.waitForFunction(
      `Number(document.querySelector("#learning").dataset.steps) >= ${least}`,
      { timeout: 60_000 },
    );
  const press = (text: string) => page.click(`#learning ::-p-xpath(.//button[.="${text}"])`);
  await steps(0);
  await look("at first");
  await press("Step");
  await steps(1);
  await page.keyboard.press("Enter");
  await steps(2);
  await look("two steps");
  await press("Start");
  await steps(12);
  await press("Pause");
  await page.waitForSelector("#learning .scatterlayer .trace", { timeout: 30_000 });
  await pause(page, 1500); // the step that was under way
  await look("paused");
  await pause(page, 500);
  await look("still paused");
  await page.focus("#learning [aria-label='β, strength']");
  for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowRight");
  await press("Reset");
  await page.waitForFunction(`document.querySelector("#learning").dataset.steps === "0"`);
  await look("reset");
  await press("Step");
  await steps(1);
  await look("β = 5");

  // What is pressed faster than the points move.
  const pressAtOnce = (...texts: string[]) =>
    page.evaluate(`for (const text of ${JSON.stringify(texts)}) {
      [...document.querySelectorAll("#learning button")].find((one) => one.textContent === text).click();
    }`);
  await pressAtOnce("Step", "Step", "Step");
  await steps(4);
  await look("three steps at once");
  await press("Reset");
  await page.waitForFunction(`document.querySelector("#learning").dataset.steps === "0"`);
  await pressAtOnce("Start", "Pause", "Start");
  await steps(6);
  await pressAtOnce("Pause");
  await pause(page, 1500);
  await look("started twice");
  await pressAtOnce("Start");
  await steps(8);
  await page.select("#learning .controls select", "3");
  await pause(page, 1500);
  await look("sphere");
  return { errors, seen };
};

export default learning;
