import type { Page } from "puppeteer-core";
import type { Scenario } from "../browse.ts";
import { misfits, readTraining, violations } from "../in_page.js";
import { pause } from "../../pause.ts";

/** What the card of a loss says of itself. */
interface CardState {
  step?: string;
  done?: string;
  mapped?: string;
}

/** What the part on training shows. */
export type Training = Omit<ReturnType<typeof readTraining>, "cards"> & { cards: Record<string, CardState> };

/** What became of it by what a person does. */
export interface TrainingReport {
  errors: string[];
  seen: Record<string, Training>;
  /** What does not fit, and what axe-core finds, of a part that has been used. */
  misfits: Record<string, ReturnType<typeof misfits>>;
  violations: string[];
}

const byName = (name: string) => `#training ::-p-aria([name="${name}"])`;
const button = (text: string) => `#training ::-p-xpath(.//button[.="${text}"])`;

const read = async (page: Page) => await page.evaluate(readTraining) as Training;

async function until(page: Page, condition: string): Promise<void> {
  await page.waitForFunction(condition, { timeout: 600_000, polling: 50 });
}

/** Types another value in place of the one that is there. */
async function type(page: Page, name: string, value: string): Promise<void> {
  await page.click(byName(name), { count: 3 });
  await page.keyboard.type(value);
  await page.keyboard.press("Enter");
}

/** Waits until all trainings stand between two steps. */
async function standing(page: Page): Promise<void> {
  let last = "";
  // A step takes longer on a busy machine.
  for (let same = 0; same < 3;) {
    const now = JSON.stringify((await read(page)).words);
    same = now === last && !now.includes("embeds") ? same + 1 : 0;
    last = now;
    await pause(page, 1000);
  }
}

const isDone = `document.querySelector("#training [role=status]").textContent === "Done."`;

/** Two losses on 500 images: choices, a pause, single steps, a change of β, an end before its time. */
const training: Scenario<TrainingReport> = async ({ open }) => {
  const { page, errors } = await open();
  const seen: Record<string, Training> = {};
  // A page that still scrolls is clicked in the wrong place.
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  // By keys: the second amount of images.
  await page.focus(byName("How much"));
  await page.keyboard.press("ArrowDown");
  await page.select(byName("Computes on"), "wasm");
  for (const loss of ["UCL", "H-UCL"]) await page.click(`#training .which ::-p-aria([name="${loss}"])`);
  await type(page, "Seed, typed", "1.4"); // a seed is a whole number
  seen["before"] = await read(page);
  await page.click(button("Start"));
  await until(page, `[...document.querySelectorAll("#training .card[data-step]")].length === 2`);
  await page.click(button("Pause"));
  await standing(page);
  seen["paused"] = await read(page);
  await page.click(button("One step"));
  await until(
    page,
    `[...document.querySelectorAll("#training .card[data-step]")].every((card, i) =>
      card.dataset.step !== ${JSON.stringify(Object.values(seen.paused.cards).map(({ step }) => step))}[i])`,
  );
  await standing(page);
  seen["one step on"] = await read(page);
  await page.focus(button("Go on"));
  await page.keyboard.press("Enter");
  await until(page, isDone);
  seen["done"] = await read(page);

  const report: TrainingReport = { errors, seen, misfits: {}, violations: [] };
  await page.evaluate(await Deno.readTextFile(new URL(import.meta.resolve("axe-core"))));
  report.violations = await page.evaluate(violations) as string[];
  const pictures = Deno.env.get("HSCL_SITE_PICTURES");
  for (const width of [390, 1366, 2560]) {
    await page.setViewport({ width, height: 900 });
    report.misfits[width] = await page.evaluate(misfits) as ReturnType<typeof misfits>;
    if (pictures) {
      await (await page.$("#training"))!.screenshot({ path: `${pictures}/training-${width}.png` });
    }
  }

  await page.setViewport({ width: 1366, height: 900 });
  await page.click(`#training .which ::-p-aria([name="SCL"])`);
  await page.click(button("Start"));
  await until(page, `document.querySelector("#training tbody tr")`);
  await page.focus(byName("β, also while it trains"));
  for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowRight");
  await until(page, isDone);
  seen["with another β"] = await read(page);

  await page.click(button("Start"));
  await until(page, `document.querySelector("#training .card[data-step]")`);
  await page.click(button("Stop"));
  seen["stopped"] = await read(page);
  await page.click(`#training .which ::-p-aria([name="H-SCL"])`);
  await page.click(button("Start"));
  seen["without a loss"] = await read(page);
  return report;
};

export default training;
