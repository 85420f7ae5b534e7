import { fileURLToPath } from "node:url";
import type { Page } from "puppeteer-core";
import type { Scenario } from "../browse.ts";
import { readBar, readCheck, watchBar } from "../in_page.js";

/** What the part on own embeddings shows. */
export type Check = ReturnType<typeof readCheck>;

/** What became of it by what a person does. */
export interface CheckReport {
  errors: string[];
  seen: Record<string, Check>;
  /** What the bar showed while many were compared. */
  shares: number[];
}

const example = (name: string) =>
  fileURLToPath(new URL(`../../../notebooks/example/${name}.npy`, import.meta.url));
const broken = fileURLToPath(new URL("../../data/numpy/not_complex.npy", import.meta.url));

async function run(page: Page): Promise<Check> {
  await page.click(`#check ::-p-xpath(.//button[.="Check"])`);
  await page.waitForFunction(
    `document.querySelector("#check .report:not([hidden])") || !document.querySelector("#check .failure").hidden`,
    { timeout: 60_000 },
  );
  return await page.evaluate(readCheck) as Check;
}

/** Files that are chosen, dropped, and broken; the points that the page has itself; and many, which lie beside the page. */
const check: Scenario<CheckReport> = async ({ address, open }) => {
  const { page, errors } = await open();
  const seen: Record<string, Check> = {};
  const [embeddings, labels] = await page.$$("#check input[type=file]");
  await embeddings.uploadFile(example("embeddings"));
  await labels.uploadFile(example("labels"));
  await page.waitForFunction(
    `!document.querySelector("#check .buttons button[disabled]")?.textContent.includes("Check")`,
  );
  seen.chosen = await run(page);
  await embeddings.uploadFile(broken);
  await page.waitForFunction(
    `document.querySelector("#check [role=status]").textContent.includes("not_complex")`,
  );
  seen.broken = await run(page);

  const again = await open();
  const drop = await again.page.$(".drop");
  await drop!.scrollIntoView();
  const { x, y } = (await drop!.boundingBox())!, session = await again.page.createCDPSession();
  const data = { items: [], files: [example("labels"), example("embeddings")], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: x + 30, y: y + 30, data });
  }
  await again.page.waitForFunction(
    `document.querySelector("#check [role=status]").textContent.includes("labels: labels")`,
  );
  seen.dropped = await run(again.page);
  await again.page.click(`#check ::-p-xpath(.//button[contains(., "200 points")])`);
  seen.points = await run(again.page);

  const many = await open();
  await many.page.evaluate(watchBar);
  const [rows, classes] = await many.page.$$("#check input[type=file]");
  await rows.uploadFile(fileURLToPath(new URL("many.npy", address)));
  await classes.uploadFile(fileURLToPath(new URL("many_labels.npy", address)));
  await many.page.waitForFunction(
    `document.querySelector("#check [role=status]").textContent.includes("labels: many_labels")`,
  );
  seen.many = await run(many.page);
  const shares = await many.page.evaluate(readBar) as number[];
  return { errors: [...errors, ...again.errors, ...many.errors], seen, shares };
};

export default check;
