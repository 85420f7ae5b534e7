import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const skipped = new Set(["node_modules", "results"]);

/** All Markdown files of the repository, hidden folders but for `.github` left out. */
async function* documents(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      if (!skipped.has(name) && (!name.startsWith(".") || name === ".github")) yield* documents(path);
    } else if (name.endsWith(".md")) yield path;
  }
}

/** What is written, without what is shown as code. */
function prose(markdown: string): string {
  return markdown.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, "").replace(/(`+)[^`][\s\S]*?\1/g, "");
}

/** The anchors that GitHub gives to headings. */
function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of markdown.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, "").matchAll(/^#+ +(.+)$/gm)) {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").trim().replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; found.has(anchor); again++) anchor = `${slug}-${again}`;
    found.add(anchor);
  }
  return found;
}

/** Where a document's links and images lead, those with a scheme left out. */
function targets(markdown: string): string[] {
  const text = prose(markdown);
  const inline = [...text.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...text.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm)];
  return [...inline, ...references].map(([, target]) => target).filter((target) => !/^[a-z]+:/i.test(target));
}

/** What is wrong with the links of a document. */
async function brokenLinks(file: string): Promise<string[]> {
  const own = await Deno.readTextFile(file), broken: string[] = [];
  for (const target of targets(own)) {
    const [path, anchor] = decodeURI(target).split("#");
    const linked = path ? join(path.startsWith("/") ? root : dirname(file), path) : file;
    const exists = await Deno.stat(linked).then(() => true, () => false);
    const right = exists && (!anchor || !linked.endsWith(".md") ||
      anchors(await Deno.readTextFile(linked)).has(anchor));
    if (!right) broken.push(`${relative(root, file)}: ${target}`);
  }
  return broken;
}

Deno.test("every relative link of a document leads to a file or folder, and to a heading that is there", async () => {
  const files = await Array.fromAsync(documents(root)), broken = await Promise.all(files.map(brokenLinks));
  assertEquals(broken.flat(), []);
  assert(files.length > 5, `${files}: the search must have missed some`);
});

Deno.test("a broken link is found, and one in code is none", async () => {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "page.md");
  const lines = [
    "# A heading, with `code`",
    "## Twice",
    "## Twice",
    "[good](#a-heading-with-code) [good](#twice-1) [good](page.md#twice) [out](https://arxiv.org/abs/2209.00078)",
    "[wrong](#twice-2) ![wrong](absent.png) [wrong](page.md#a-heading) `[code](none.md)`",
    "```md",
    "[code](none.md)",
    "```",
    "[label]: absent.md",
  ];
  await Deno.writeTextFile(file, lines.join("\n"));
  const found = (await brokenLinks(file)).map((line) => line.split(": ")[1]);
  assertEquals(found, ["#twice-2", "absent.png", "page.md#a-heading", "absent.md"]);
  await Deno.remove(folder, { recursive: true });
});
