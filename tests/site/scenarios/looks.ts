import type { Scenario } from "../browse.ts";
import { misfits, readGallery, violations } from "../in_page.js";
import { pause } from "../../pause.ts";

/** What the page looks like. */
export interface LooksReport {
  errors: string[];
  /** What does not fit, by width. */
  misfits: Record<string, ReturnType<typeof misfits>>;
  /** What axe-core finds, in light and in dark. */
  violations: Record<string, string[]>;
  gallery: ReturnType<typeof readGallery>;
}

const windows = [{ width: 390, height: 844 }, { width: 1366, height: 900 }, { width: 2560, height: 1440 }, {
  width: 3840,
  height: 2160,
}];

/** All parts in windows of all widths, light and dark; pictures of them go to the folder that HSCL_SITE_PICTURES names. */
const looks: Scenario<LooksReport> = async ({ open }) => {
  const { page, errors } = await open();
  const report: LooksReport = { errors, misfits: {}, violations: {}, gallery: [] };
  const axe = await Deno.readTextFile(new URL(import.meta.resolve("axe-core")));
  const pictures = Deno.env.get("HSCL_SITE_PICTURES");
  // Whatever a part shows only after somebody has used it.
  await page.click("#hardness summary");
  await (await page.waitForSelector(`#learning ::-p-xpath(.//button[.="Step" and not(@disabled)])`))!.click();
  await page.waitForSelector("#learning .scatterlayer .trace", { timeout: 60_000 });
  await page.click(`#check ::-p-xpath(.//button[contains(., "200 points")])`);
  await page.click(`#check ::-p-xpath(.//button[.="Check"])`);
  await page.waitForSelector("#check .report:not([hidden])", { timeout: 60_000 });
  for (const image of await page.$$("#gallery img")) {
    await image.scrollIntoView();
    await page.waitForFunction(
      (each) => (each as unknown as { naturalWidth: number }).naturalWidth > 0,
      {},
      image,
    );
  }
  report.gallery = await page.evaluate(readGallery) as LooksReport["gallery"];
  await page.evaluate(axe);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const window of windows) {
      await page.setViewport(window);
      await pause(page, 1000); // the chart follows
      const name = `${scheme} ${window.width}`;
      report.misfits[name] = await page.evaluate(misfits) as ReturnType<typeof misfits>;
      if (window.width < 2000) report.violations[name] = await page.evaluate(violations) as string[];
      if (pictures) {
        await page.screenshot({ path: `${pictures}/${scheme}-${window.width}.png`, fullPage: true });
      }
    }
  }
  return report;
};

export default looks;
