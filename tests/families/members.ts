/** A made-up member of each family: one new file (or folder), and its line in the family's table. */
export interface Member {
  /** Its name in the table. */
  name: string;
  /** Path of the new file; its text is in `made_up/<name>.txt`. */
  file: string;
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
    table: "lib/hardening/families.ts",
    imported: `import { septicFamily } from "./septic.ts";`,
    after: "  logistic: logisticFamily,",
    entry: "\n  septic: septicFamily,",
  },
  {
    name: "anchored",
    file: "lib/losses/anchored.ts",
    table: "lib/losses/presets.ts",
    imported: `import { anchoredPreset } from "./anchored.ts";`,
    after: "  supCon: supConPreset,",
    entry: "\n  anchored: anchoredPreset,",
  },
  {
    name: "stripes",
    file: "lib/data/stripes.ts",
    table: "lib/data/data_sets.ts",
    imported: `import { stripesSource } from "./stripes.ts";`,
    after: "  synthetic: syntheticSource,",
    entry: "\n  stripes: stripesSource,",
  },
  {
    name: "tiny",
    file: "lib/encoders/tiny.ts",
    table: "lib/encoders/networks.ts",
    imported: `import { tinyNetwork } from "./tiny.ts";`,
    after: "  resnet50: resnet50Network,",
    entry: "\n  tiny: tinyNetwork,",
  },
  {
    name: "fig99",
    file: "lib/figures/fig99/mod.ts",
    table: "lib/figures/records.ts",
    imported: `import { record as fig99 } from "./fig99/mod.ts";`,
    after: "fig7, fig8",
    entry: ", fig99",
  },
];
