import { assert, assertEquals } from "@std/assert";
import {
  codeDigest,
  differences,
  type Notebook,
  type Output,
  outputShapes,
  problems,
} from "../../scripts/notebooks/notebook.ts";
import { normalized, notebookText } from "../../scripts/notebooks/normalize.ts";

const result = (data: Record<string, unknown>): Output => ({
  output_type: "execute_result",
  data,
  metadata: { isolated: true },
  execution_count: 7,
});
const log = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({
  output_type: "stream",
  name,
  text,
});

function notebookOf(...cells: Output[][]): Notebook {
  return {
    cells: cells.map((outputs, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: { execution: { "iopub.status.busy": "2026-01-01" } },
      source: ["const a = 1;\n", `a + ${i}`],
      execution_count: 9,
      outputs,
    })),
    metadata: { language_info: { name: "typescript", version: "6.0.3" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

const claims = (
  verdict: string,
) => ["claim   gap  verdict\n", `a ≤ b  0.50  ${verdict}\n`, "c ≤ d  0.25  fails"];

Deno.test("shapes: formats and verdicts, not numbers", () => {
  const notebook = notebookOf([
    log("x"),
    result({ "text/html": "<p>", "text/plain": claims("holds on average") }),
  ]);
  assertEquals(outputShapes(notebook), [[
    "stream stdout",
    "execute_result of text/html, text/plain; verdicts holds on average, fails",
  ]]);
});

Deno.test("differences: a new verdict, a lost output, another cell", () => {
  const before = notebookOf([result({ "text/plain": claims("holds") })], [log("1")]);
  assertEquals(differences(before, notebookOf([result({ "text/plain": claims("holds") })], [log("2")])), []);
  const [verdict] = differences(before, notebookOf([result({ "text/plain": claims("fails") })], [log("1")]));
  assert(/^cell \[1\]: .*verdicts holds, fails became .*verdicts fails, fails$/.test(verdict), verdict);
  assertEquals(differences(before, notebookOf([result({ "text/plain": claims("holds") })], [])), [
    "cell [2]: stream stdout became nothing",
  ]);
  assertEquals(differences(before, notebookOf([])), ["2 code cells became 1"]);
});

Deno.test("problems: errors and warnings with the cell's number", () => {
  const error: Output = { output_type: "error", ename: "TypeError", evalue: "no", traceback: [] };
  assertEquals(problems(notebookOf([log("fine")], [error], [log("Careful\nplease", "stderr")])), [
    "cell [2]: TypeError: no",
    "cell [3]: warning Careful",
  ]);
});

Deno.test("normalized: no times, versions or message boundaries; twice is once", () => {
  const figure = { data: [{ y: [1, 2] }], layout: {} };
  const raw = notebookOf([
    log("a\n"),
    log("b\nc"),
    result({ "text/plain": "x\ny", "application/vnd.plotly.v1+json": figure }),
  ]);
  const once = normalized(raw), text = notebookText(once);
  assertEquals(once.cells[0].outputs?.[0], {
    output_type: "stream",
    name: "stdout",
    text: ["a\n", "b\n", "c"],
  });
  assert(!/2026|6\.0\.3|isolated/.test(text));
  assertEquals(once.metadata.hscl, { executed: codeDigest(raw) });
  assert(text.includes(`"application/vnd.plotly.v1+json": ${JSON.stringify(figure)}`));
  assertEquals(JSON.parse(text), once);
  assertEquals(notebookText(normalized(JSON.parse(text))), text);
});
