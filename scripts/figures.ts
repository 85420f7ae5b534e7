/** All figures, one after the other, and the gallery of them. Runs that several figures need are trained once. */
import type { FlagTable } from "../lib/core/flags.ts";
import { figureNames, figureRecords } from "../lib/figures/records.ts";
import { command, parseFlags, UsageError } from "./cli/mod.ts";
import { writeGallery } from "./gallery.ts";
import { drawFigure, planFigures, planFlag } from "./runs/figure.ts";
import type { AnyFigure } from "./runs/figure_content.ts";
import { withTraining } from "./runs/training.ts";
import { trainingFlags } from "./runs/training_flags.ts";
import { figuresFolder } from "./runs/write_figure.ts";

// With --force every figure would train again what the one before it has just trained.
const { force: _, ...flags } = trainingFlags;

const script = command({
  name: "figures",
  summary:
    "Makes all figures, or some, and the gallery, index.html. Runs that several figures need are trained once.",
  flags: {
    ...flags,
    only: { kind: "choices", allowed: figureNames, default: figureNames, help: "Figures to make" },
    plan: planFlag,
  },
  examples: [
    "deno task figures",
    "deno task figures --preset smoke --out /tmp/look",
    "deno task figures --only fig2,fig3 --epochs 20",
  ],
}, async ({ only, plan, ...values }, { commandOf, again }) => {
  const chosen = figureNames.filter((name) => only.includes(name)).map((name): AnyFigure =>
    figureRecords[name]
  );
  for (const { name, leastTemperature = 0 } of chosen) {
    if (values.learnTemperature && leastTemperature > 0) {
      throw new UsageError(
        `--learn-temperature goes without ${name}, whose theory is of one temperature: received both`,
      );
    }
    if (values.temperature < leastTemperature) {
      throw new UsageError(
        `--temperature must be at least ${leastTemperature} for ${name}: received ${values.temperature}`,
      );
    }
  }
  // What each takes without its own flags.
  const flagsOf = ({ name, flags }: AnyFigure) => ({
    ...parseFlags<FlagTable>({ name, summary: "", flags }, []),
    ...values,
  });
  await withTraining("figures", { ...values, force: false }, async (training, signal) => {
    if (plan !== undefined) {
      const planned = chosen.map((figure) => [figure, flagsOf(figure)] as const);
      return await planFigures(planned, training, plan, commandOf("sweep"));
    }
    for (const figure of chosen) {
      signal.throwIfAborted();
      console.log(`\n=== ${figure.name} ===`);
      await drawFigure(figure, training, flagsOf(figure), { again, signal });
    }
  });
  if (plan !== undefined) return;
  console.log("\n=== gallery ===");
  await writeGallery(figuresFolder(values));
});

export default script;
if (import.meta.main) await script.run();
