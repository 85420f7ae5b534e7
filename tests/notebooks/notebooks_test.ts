// The committed notebooks without Jupyter; `deno task notebooks --check` executes them.
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeCells, codeDigest, joined, type Notebook, problems } from "../../scripts/notebooks/notebook.ts";
import { normalized, notebookText } from "../../scripts/notebooks/normalize.ts";

const root = fileURLToPath(new URL("../../", import.meta.url)), folder = join(root, "notebooks");
const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => /ipynb$/.test(name))
  .sort();
const texts = names.map((name) => Deno.readTextFileSync(join(folder, name)));
const notebooks = texts.map((text): Notebook => JSON.parse(text));

Deno.test("the notebooks are there, of modest size", () => {
  assertEquals(names, [
    "01_losses_and_hardness.ipynb",
    "02_train_and_compare.ipynb",
    "03_theory_checks.ipynb",
    "04_negative_samplers.ipynb",
    "05_your_own_embeddings.ipynb",
    "06_choose_beta_and_t.ipynb",
    "07_train_on_your_own_images.ipynb",
  ]);
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  assert(size < 4e6, `${size} characters`);
});

/** What viewers would need a network for, or would not show: LaTeX and MathML, and what is fetched when a page is opened. */
function needsNetwork(text: string): string[] {
  const withoutCode = text.replaceAll(/```[\s\S]*?```|`[^`]*`/g, "");
  const found = [
    // Pages take MathJax from a network.
    /\$[^$]+\$/g,
    /\\[a-zA-Z]+/g,
    /\\[([]/g,
    // JupyterLab and GitHub remove it.
    /<math\b/g,
    /!\[[^\]]*\]\((?!data:|attachment:)[^)]*\)/g,
    /<(?:script|link|iframe|object|embed|video|audio)\b/g,
    /\b(?:src|srcset|href|poster|data)\s*=\s*["']?(?:https?:)?\/\/[^"'\s>]*/g,
    /@import\b|\burl\((?!["']?data:)[^)]*\)/g,
  ];
  return found.flatMap((pattern) => withoutCode.match(pattern) ?? []);
}

Deno.test("what needs a network is found, and what does not is left alone", () => {
  const fetched = [
    "with $x$ there",
    "$$\na\n$$",
    "\\(x\\)",
    "\\[x\\]",
    "\\frac",
    "<math><mi>x</mi></math>",
    "![plot](https://example.com/plot.png)",
    "![plot](plot.png)",
    '<img src="https://example.com/plot.png">',
    "<img src=//example.com/plot.png>",
    "<script>1</script>",
    '<link rel="stylesheet" href="style.css">',
    '<p style="background:url(https://example.com/a.png)">',
  ];
  for (const text of fetched) assert(needsNetwork(text).length > 0, text);
  const read = [
    "_x_<sup>+</sup> ≤ 1, `$x$` and `\\frac`",
    "```sh\necho $HOME $PATH\n```",
    "costs $5",
    '<img alt="A figure" src="data:image/png;base64,AAAA//8=">',
    "[notebook 02](02_train_and_compare.ipynb)",
  ];
  for (const text of read) assertEquals(needsNetwork(text), [], text);
});

notebooks.forEach((notebook, index) => {
  const name = names[index], stale = "run: deno task notebooks";

  Deno.test(`${name}: outputs are those of its code, without errors or warnings`, () => {
    assertEquals(notebook.metadata.hscl?.executed, codeDigest(notebook), stale);
    assertEquals(problems(notebook), []);
    assertEquals(codeCells(notebook).map(({ execution_count }) => execution_count), [
      ...codeCells(notebook).map((_, i) => i + 1),
    ]);
    assert(codeCells(notebook).some(({ outputs }) => (outputs ?? []).length > 0), stale);
    assertEquals(texts[index], notebookText(normalized(notebook)), stale);
  });

  Deno.test(`${name}: figures come with a picture, and no output has a script`, () => {
    const outputs = codeCells(notebook).flatMap(({ outputs = [] }) => outputs);
    const shown = outputs.flatMap((output) => "data" in output ? [output.data] : []);
    const figures = shown.filter((data) => "application/vnd.plotly.v1+json" in data);
    assert(figures.length > 0);
    for (const data of figures) {
      assert(joined(data["text/html"] as string[]).startsWith("<img "), `a figure has no picture; ${stale}`);
    }
    for (const data of shown) assert(!JSON.stringify(data["text/html"] ?? "").includes("<script"));
  });

  Deno.test(`${name}: reads without a network, formulas too`, () => {
    const prose = notebook.cells.filter(({ cell_type }) => cell_type === "markdown");
    assertEquals(prose.flatMap(({ source }) => needsNetwork(joined(source))), []);
    const outputs = codeCells(notebook).flatMap(({ outputs = [] }) => outputs);
    for (const data of outputs.flatMap((output) => "data" in output ? [output.data] : [])) {
      for (const mime of ["text/html", "text/markdown", "text/latex", "image/svg+xml"]) {
        assertEquals(needsNetwork(joined(data[mime] as string[] ?? "")), [], mime);
      }
    }
  });

  Deno.test(`${name}: prose before code, cells of at most 40 lines, public imports only`, () => {
    assertEquals(notebook.cells[0].cell_type, "markdown");
    const sources = codeCells(notebook).map(({ source }) => joined(source));
    for (const source of sources) assert(source.split("\n").length <= 40, source);
    const specifiers = [...sources.join("\n").matchAll(/from "([^"]+)"|import\("([^"]+)"/g)].map((match) =>
      match[1]
    );
    for (const specifier of specifiers) {
      assert(/^(@hscl\/hscl(\/\w+)?|@tensorflow\/tfjs|fast-png)$/.test(specifier), `imports ${specifier}`);
    }
  });
});

Deno.test("own images take at most twelve lines from the training to a map of new ones", () => {
  const [notebook] = notebooks.filter((_, index) => names[index].startsWith("07"));
  const core = ["train", "evaluate", "map"].map((id) => notebook.cells.find((cell) => cell.id === id)!);
  const lines = core.flatMap(({ source }) => joined(source).split("\n"));
  assert(lines.length <= 12, `${lines.length} lines`);
});

// Deno 2.9 finds fault with every notebook that it formats itself, so deno.json leaves them out.
Deno.test("the code of all notebooks is formatted", async () => {
  const work = await Deno.makeTempDir();
  try {
    for (const [index, notebook] of notebooks.entries()) {
      for (const { id, source } of codeCells(notebook)) {
        await Deno.writeTextFile(join(work, `${names[index].slice(0, 2)}-${id}.ts`), joined(source) + "\n");
      }
    }
    const { success, stderr } = await new Deno.Command("deno", {
      args: ["fmt", "--check", `--config=${join(root, "deno.json")}`, work],
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});

// The kernel runs TypeScript without checking it.
Deno.test("the code of all notebooks has the right types", async () => {
  const work = await Deno.makeTempDir();
  try {
    const files = await Promise.all(notebooks.map(async (notebook, index) => {
      const file = join(work, `${names[index]}.ts`);
      const code = codeCells(notebook).map(({ source }) => joined(source)).join("\n;\n");
      await Deno.writeTextFile(file, code + "\nexport {};\n");
      return file;
    }));
    const { success, stderr } = await new Deno.Command("deno", {
      args: ["check", "--quiet", `--config=${join(root, "deno.json")}`, ...files],
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});
