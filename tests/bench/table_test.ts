import { assertEquals } from "@std/assert";
import { markdownTable } from "../../bench/table.ts";

Deno.test("columns are aligned, by characters and not by bytes; bars in cells are escaped", () => {
  assertEquals(
    markdownTable(["a", "long"], [["≤ 2 ×", "b"], ["c|d", ""]]).split("\n"),
    [
      "| a     | long |",
      "| ----- | ---- |",
      "| ≤ 2 × | b    |",
      "| c\\|d  |      |",
    ],
  );
});
