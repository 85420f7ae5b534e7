import { codeDigest, joined, type Notebook, type NotebookCell, type Output, type Text } from "./notebook.ts";

const PLOTLY = "application/vnd.plotly.v1+json";

/** An executed notebook without what differs from one execution to the next: times, program versions, ids of messages. */
export function normalized(notebook: Notebook): Notebook {
  let count = 0;
  return {
    cells: notebook.cells.map(({ cell_type, id, source, outputs }): NotebookCell => {
      const shared = { id, metadata: {}, source: lines(source) };
      if (cell_type === "markdown") return { cell_type, ...shared };
      count++;
      return {
        cell_type,
        execution_count: count,
        ...shared,
        outputs: merged(outputs ?? []).map((output) => normalizedOutput(output, count)),
      };
    }),
    metadata: {
      hscl: { executed: codeDigest(notebook) },
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: {
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
        pygments_lexer: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

// One console.log is one message, and how many messages arrive together is chance.
function merged(outputs: readonly Output[]): Output[] {
  const result: Output[] = [];
  for (const output of outputs) {
    const last = result.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text = joined(last.text) + joined(output.text);
    } else result.push({ ...output });
  }
  return result;
}

function normalizedOutput(output: Output, count: number): Output {
  if (output.output_type === "error") return output;
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  const entries = Object.entries(output.data).sort(([a], [b]) => a < b ? -1 : 1);
  return {
    output_type: output.output_type,
    data: Object.fromEntries(
      entries.map(([mime, value]) => [mime, mime.startsWith("text/") ? lines(value as Text) : value]),
    ),
    metadata: {},
    ...(output.output_type === "execute_result" ? { execution_count: count } : {}),
  };
}

/** Text cut after every line break, as Jupyter writes it. */
function lines(text: Text): string[] {
  return joined(text).split(/(?<=\n)/).filter((line) => line !== "");
}

/** A notebook as its file: a line per line of text, and one per figure, so that differences stay readable. */
export function notebookText(notebook: Notebook): string {
  const figures: string[] = [];
  const text = JSON.stringify(notebook, (key, value) => {
    if (key !== PLOTLY) return value;
    figures.push(JSON.stringify(value));
    return `@figure ${figures.length - 1}@`;
  }, 1);
  return text.replace(/"@figure (\d+)@"/g, (_, index) => figures[Number(index)]) + "\n";
}
