import { type ProductBlock, productRows, type ProductSource } from "../backend/wasm/product_rows.ts";
import { judgeOf, type JudgeSettings } from "./row_judges.ts";

/** What a thread needs to judge rows. */
export interface JudgeSetup {
  source: ProductSource;
  settings: JudgeSettings;
}

/** Makes what judges a block of rows: two numbers each. */
export function judgeBlocks({ source, settings }: JudgeSetup): (block: ProductBlock) => Float64Array {
  const rowsOf = productRows(source), judge = judgeOf(settings);
  return (block) => {
    const found = new Float64Array(2 * block.count);
    let row = 0;
    for (const cosines of rowsOf(block)) {
      found.set(judge(block.first + row, cosines), 2 * row);
      row++;
    }
    return found;
  };
}
