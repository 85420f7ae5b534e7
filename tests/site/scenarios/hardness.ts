import type { Page } from "puppeteer-core";
import type { Scenario } from "../browse.ts";
import { readHardness } from "../in_page.js";
import { pause } from "../../pause.ts";

/** What the first part shows. */
export type Hardness = ReturnType<typeof readHardness>;

/** What became of the first part by what a person does. */
export interface HardnessReport {
  errors: string[];
  /** After each action, by its name. */
  seen: Record<string, Hardness>;
  /** Which point the keys reached. */
  focused: string[];
  /** How the sphere was turned, before and after a drag and a key. */
  turns: string[];
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector("#hardness-work[aria-busy=false]", { timeout: 30_000 });
}

async function center(page: Page, selector: string): Promise<{ x: number; y: number }> {
  await page.evaluate(
    `document.querySelector(".field").scrollIntoView({ block: "center", behavior: "instant" })`,
  );
  const { x, y, width, height } = (await (await page.$(selector))!.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

async function drag(page: Page, from: { x: number; y: number }, right: number, down: number): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + right, from.y + down, { steps: 8 });
  await page.mouse.up();
}

/** The control with a label. */
const control = (label: string, kind: "select" | "input") =>
  `#hardness .controls ::-p-xpath(.//label[span="${label}"]//${kind})`;

/** Everything of the first part, by pointer and keys. */
const hardness: Scenario<HardnessReport> = async ({ open }) => {
  const { page, errors } = await open();
  const seen: Record<string, Hardness> = {}, focused: string[] = [], turns: string[] = [];
  const look = async (name: string, at = page) => {
    await settled(at);
    seen[name] = await at.evaluate(readHardness) as Hardness;
  };
  const select = async (label: string, value: string) => {
    const found = await page.$(control(label, "select"));
    await found!.select(value);
  };
  // puppeteer refuses to focus what is SVG.
  const focusPoint = (index: number) =>
    page.evaluate(`document.querySelector("[data-point='${index}']").focus()`);
  const focusedPoint = () =>
    page.evaluate("document.activeElement.getAttribute('data-point')") as Promise<string>;
  const turn = () =>
    page.$eval("[aria-label='Turn, in degrees']", (input) => (input as unknown as { value: string }).value);

  await settled(page);
  await page.click("#hardness summary");
  await look("at first");
  await drag(page, await center(page, "[data-point='4'] .hit"), 90, -260);
  await look("dragged");
  await page.mouse.click(...Object.values(await center(page, "[data-point='6'] .hit")) as [number, number]);
  await look("clicked");

  // From the control before the field, as a person comes there.
  await page.focus("#hardness-title ~ p a, header nav li:last-child a");
  await page.keyboard.press("Tab");
  focused.push(await focusedPoint());
  for (const key of ["PageDown", "PageDown", "PageUp"] as const) {
    await page.keyboard.press(key);
    focused.push(await focusedPoint());
  }
  await page.keyboard.press("ArrowRight");
  await page.keyboard.down("Shift");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.up("Shift");
  await look("moved by keys");
  await page.keyboard.press("Enter");
  await look("anchor by keys");
  await pause(page, 700); // what is said waits for a pause
  await look("said");

  for (const kind of ["ucl", "scl", "hucl"]) {
    await select("Loss of weights and gradient", kind);
    await look(`loss ${kind}`);
  }
  await page.focus("[aria-label='β, strength']");
  for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowRight");
  await look("β by keys");
  await page.click("[aria-label='T, the temperature, typed']", { count: 3 });
  await page.keyboard.type("0.2\n");
  await look("T typed");
  for (const family of ["threshold", "polynomial", "logistic"]) {
    await select("Hardening function η(u)", family);
    await look(`η ${family}`);
  }
  await page.click("#hardness ::-p-text(Add a point)");
  await look("added");
  await page.click("#hardness ::-p-text(Remove the point)");
  await look("removed");
  await page.click("#hardness ::-p-text(Copy the link)");
  await look("copied at once");

  await select("Space", "3");
  await select("Hardening function η(u)", "exponential");
  await look("sphere");
  turns.push(await turn());
  await drag(page, await center(page, ".field"), 120, 30);
  turns.push(await turn());
  await focusPoint(0);
  await page.keyboard.down("Alt");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.up("Alt");
  turns.push(await turn());
  await drag(page, await center(page, "[data-point='1'] .hit"), 40, 40);
  await focusPoint(2);
  await page.keyboard.press("ArrowUp");
  await look("moved on the sphere");
  for (const preset of ["simplex", "antipodal", "overlapping", "crowd"]) {
    await select("Points", preset);
    await look(`${preset} on the sphere`);
    await select("Space", "2");
    await look(preset);
    await select("Space", "3");
  }
  await select("Points", "simplex");
  for (let i = 0; i < 20; i++) await page.click("#hardness ::-p-text(Remove the point)");
  await look("three left");
  await select("Points", "outlier");
  await pause(page, 700);
  await look("to be linked");
  const linked = await open(seen["to be linked"].link);
  await settled(linked.page);
  await linked.page.click("#hardness summary");
  await look("linked", linked.page);
  return { errors: [...errors, ...linked.errors], seen, focused, turns };
};

export default hardness;
