/** A made-up member of each family: one new file (or folder), and its line in the family's table. */
export interface Member {
  /** Its name in the table. */
  name: string;
  /** Path and text of the new file. */
  file: string;
  text: string;
  /** The table, what is added to its imports, and the entry, which goes after another. */
  table: string;
  imported: string;
  after: string;
  entry: string;
}

export const members: readonly Member[] = [
  {
    name: "septic",
    file: "lib/hardening/septic.ts",
    text: `import * as tf from "@tensorflow/tfjs";
import { checkNumber } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { HardeningFamily } from "./family.ts";

/** Septic hardening, \`exp(s·u⁷)\`. */
export const septicFamily: HardeningFamily<"steepness"> = {
  formula: "exp(s·u⁷)",
  parameters: { steepness: { symbol: "s", help: "steepness", min: 0, max: 1e9, default: 3 } },
  make: ({ steepness }) => {
    checkNumber("steepness of septic hardening", steepness, { min: 0, max: 1e9 });
    return {
      name: "septic",
      parameters: { steepness },
      logEta: (cosine) => {
        const u = floatTensor("cosine", cosine);
        return tf.mul(tf.mul(tf.square(tf.mul(tf.square(u), u)), u), steepness);
      },
      logEtaAt: (u) => steepness * u ** 7,
    };
  },
  strength: { parameter: "steepness", values: [1, 5], range: [0, 1e9] },
};
`,
    table: "lib/hardening/families.ts",
    imported: `import { septicFamily } from "./septic.ts";`,
    after: "  logistic: logisticFamily,",
    entry: "\n  septic: septicFamily,",
  },
  {
    name: "anchored",
    file: "lib/losses/anchored.ts",
    text: `import { LOSS_OPTIONS, type LossOptions } from "./options.ts";
import { type LossPreset, presetOf } from "./preset.ts";

/** SCL with a mean over anchors. */
export const anchoredPreset: LossPreset<LossOptions> = presetOf<LossOptions>(
  { label: "A-SCL", supervised: true, hardening: "none", options: LOSS_OPTIONS },
  (options) => ({ ...options, positives: "label", negatives: "different-label", reduction: "anchors" }),
);
`,
    table: "lib/losses/presets.ts",
    imported: `import { anchoredPreset } from "./anchored.ts";`,
    after: "  supCon: supConPreset,",
    entry: "\n  anchored: anchoredPreset,",
  },
  {
    name: "stripes",
    file: "lib/data/stripes.ts",
    text: `import { Random } from "../core/random.ts";
import { assembleDataset, SPLIT_SIZES, type SplitSizes } from "./assemble.ts";
import type { ImageDataset, ImageSet } from "./dataset.ts";
import type { DatasetSource } from "./source.ts";

function stripes({ trainImages = 500, testImages = 500 }: SplitSizes): ImageDataset {
  const shape = { height: 12, width: 12, channels: 1 }, classes = ["upright", "level"];
  const draw = (count: number, random: Random): ImageSet => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
    const images = Uint8Array.from({ length: count * 144 }, (_, i) => {
      const across = i % 12, down = Math.floor(i / 12) % 12;
      const light = (labels[Math.floor(i / 144)] === 0 ? across : down) % 4 < 2;
      return (light ? 180 : 60) + 40 * random.uniform();
    });
    return { images, labels, count };
  };
  const random = new Random(0).child("stripes");
  const train = draw(trainImages, random.child("train")), test = draw(testImages, random.child("test"));
  return assembleDataset({ name: "stripes", shape, classes, train, test });
}

/** Striped images. */
export const stripesSource: DatasetSource = {
  label: "striped images",
  options: SPLIT_SIZES,
  load: (options) => Promise.resolve(stripes(options)),
  stamp: () => Promise.resolve("1"),
};
`,
    table: "lib/data/data_sets.ts",
    imported: `import { stripesSource } from "./stripes.ts";`,
    after: "  synthetic: syntheticSource,",
    entry: "\n  stripes: stripesSource,",
  },
  {
    name: "tiny",
    file: "lib/encoders/tiny.ts",
    text: `import { checkOptions } from "../core/checks.ts";
import { convnet } from "./convnet.ts";
import type { Network } from "./network.ts";

/** One convolution. */
export const tinyNetwork: Network<{ channels: number }> = {
  label: "tiny net",
  optionsFor: (channels) => ({ channels }),
  make: (options, random) => {
    const { channels } = checkOptions(options, { channels: true });
    return convnet({ channels, widths: [4], strides: [4], head: { hidden: 4, output: 4 } }, random);
  },
};
`,
    table: "lib/encoders/networks.ts",
    imported: `import { tinyNetwork } from "./tiny.ts";`,
    after: "  resnet50: resnet50Network,",
    entry: "\n  tiny: tinyNetwork,",
  },
  {
    name: "fig9",
    file: "lib/figures/fig9/mod.ts",
    text: `import { checkInteger, checkNumber } from "../../core/checks.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, runsOf } from "../../experiment/plan.ts";
import type { FigureRecord } from "../record.ts";
import { checkDistinctRows } from "../rows.ts";
import { type FigureContext, settingsLine } from "../settings.ts";
import { axis, baseConfig, baseLayout } from "../theme.ts";
import { digits } from "../words.ts";

interface Row {
  epoch: number;
  loss: number;
}

const title = "How the training loss of SCL falls";
const flags = {
  longest: { kind: "integer", min: 1, default: 1000, help: "Epochs to draw at most" },
} as const;

function check(rows: readonly Row[]): void {
  checkDistinctRows("Figure 9", rows, ({ epoch }) => \`epoch \${epoch}\`, "an epoch");
  for (const { epoch, loss } of rows) {
    checkInteger("epoch of a row", epoch, { min: 1 });
    checkNumber("loss of a row", loss, { min: 0 });
  }
}

function inOrder(rows: readonly Row[]): Row[] {
  check(rows);
  return rows.toSorted((a, b) => a.epoch - b.epoch);
}

/** Figure 9. */
export const record: FigureRecord<readonly Row[], FigureContext, typeof flags> = {
  name: "fig9",
  title,
  claim: "The training loss of SCL falls from epoch to epoch",
  seconds: 10,
  summary: "Trains SCL once and draws its loss.",
  flags,
  examples: ["--longest 3"],
  oneSeed: true,
  rows: async ({ plan, ensure }, { longest }) => {
    const [{ metrics }] = await ensure(runsOf(plan, [lossSettings("scl", plan.temperature)]));
    return { rows: metrics.slice(0, longest).map(({ epoch, loss }) => ({ epoch, loss })), context: contextOf(plan) };
  },
  check,
  table: (rows) => [["epoch", "loss"], ...inOrder(rows).map(({ epoch, loss }) => [\`\${epoch}\`, digits(loss)])],
  finding: (rows) => inOrder(rows).at(-1)!.loss < inOrder(rows)[0].loss ? "holds" : "fails",
  caption: (rows) => \`The training loss of SCL goes from \${digits(inOrder(rows)[0].loss)} to \${digits(inOrder(rows).at(-1)!.loss)}, one run.\`,
  draw: (rows, context) => ({
    data: [{ type: "scatter", x: inOrder(rows).map(({ epoch }) => epoch), y: inOrder(rows).map(({ loss }) => loss) }],
    layout: { ...baseLayout(title, settingsLine(context)), xaxis: axis("Epoch"), yaxis: axis("Loss") },
    config: baseConfig("fig9"),
  }),
};
`,
    table: "lib/figures/records.ts",
    imported: `import { record as fig9 } from "./fig9/mod.ts";`,
    after: "fig7, fig8",
    entry: ", fig9",
  },
];
