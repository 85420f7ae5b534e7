import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { figureRecords, type GalleryEntry, galleryHtml } from "../../lib/figures/mod.ts";

const entry: GalleryEntry = {
  name: "fig1",
  title: "Accuracy & more",
  caption: "H-SCL <b>wins</b>.",
  htmlFile: "fig1/fig1.html",
  pngFile: "fig1/fig 1.png",
};

Deno.test("galleryHtml: all figures with captions, links inside the folder only", () => {
  const html = galleryHtml([entry, { ...entry, name: "fig2", pngFile: undefined }]);
  assertEquals(html.split("<img").length, 2);
  assertStringIncludes(html, '<img src="fig1/fig%201.png" alt="Accuracy &amp; more">');
  assertStringIncludes(html, "<p>H-SCL &lt;b&gt;wins&lt;/b&gt;.</p>");
  assertStringIncludes(html, '<a href="#fig2">fig2: Accuracy &amp; more</a>');
  assertStringIncludes(html, "default-src 'none'");
  assertEquals(/<script|https?:|url\(|@import/.test(html), false);
  const targets = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
  assert(targets.every((target) => target.startsWith("#") || target.startsWith("fig1/")), targets.join(" "));
});

Deno.test("galleryHtml: links to files of any name", () => {
  const name = '50% #1? a&b+c "d"/é.html';
  const [, link] = galleryHtml([{ ...entry, htmlFile: `folder #/${name}`, pngFile: undefined }]).match(
    /<a href="(f[^"]*)"/,
  )!;
  const page = new URL(link, "file:///figures/index.html");
  assertEquals([page.hash, page.search], ["", ""]);
  assertEquals(decodeURIComponent(page.pathname), `/figures/folder #/${name}`);
});

Deno.test("galleryHtml refuses what it cannot link", () => {
  assertThrows(() => galleryHtml([]), RangeError, "at least one figure");
  for (const entries of [undefined, null, 3, {}]) {
    assertThrows(
      () => galleryHtml(entries as never),
      TypeError,
      "Cannot use entries as it must be an array of figures: received",
    );
  }
  for (const given of [null, 3, "fig1"]) {
    assertThrows(
      () => galleryHtml([given as never]),
      TypeError,
      "Cannot use entries[0] as it must be an object",
    );
  }
  assertThrows(() => galleryHtml([{} as never]), TypeError, "Cannot make a page as its name must be text");
  for (const part of ["name", "title", "caption", "htmlFile", "pngFile"]) {
    assertThrows(
      () => galleryHtml([{ ...entry, [part]: 3 }]),
      TypeError,
      `Cannot make a page as its ${part} must be text: received 3`,
    );
  }
  assertThrows(() => galleryHtml([entry], 3 as never), TypeError, "its title must be text: received 3");
  assertThrows(() => galleryHtml([entry, entry]), RangeError, "two of fig1");
  assertThrows(() => galleryHtml([{ ...entry, name: '"><script>' }]), RangeError, "letters, digits");
  for (const htmlFile of ["javascript:alert(1)", "//evil.example/x", "/etc/passwd"]) {
    assertThrows(() => galleryHtml([{ ...entry, htmlFile }]), RangeError, "must be relative");
  }
});

async function gallery(out: string): Promise<{ code: number; lines: string }> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      "run",
      "-q",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      new URL("../../scripts/gallery.ts", import.meta.url).href,
      "--out",
      out,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  return { code, lines: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("deno task gallery: figures in their order with their titles, broken ones left out and named", async () => {
  const out = await Deno.makeTempDir({ prefix: "hscl gallery " });
  try {
    const empty = await gallery(out);
    assertEquals(empty.code, 2);
    assertStringIncludes(empty.lines, "make some first");
    const names = [
      "table2",
      "table1",
      "fig9",
      "sequel",
      "fig8",
      "fig10",
      "fig2-train",
      "fig2",
      "fig3",
      "fig4",
      "fig5",
    ];
    for (const name of names) {
      await Deno.mkdir(join(out, name));
      if (name !== "fig3") await Deno.writeTextFile(join(out, name, `${name}.html`), "");
      const words = name === "fig4"
        ? "{"
        : name === "fig5"
        ? "null"
        : JSON.stringify({ title: "an older title", caption: "Words." });
      await Deno.writeTextFile(join(out, name, `${name}.json`), words);
    }
    await Deno.writeTextFile(join(out, "fig2", "fig2.png"), "");
    const { code, lines } = await gallery(out);
    assertEquals(code, 0);
    assertStringIncludes(lines, "gallery: fig3 left out: no fig3/fig3.html");
    assertStringIncludes(
      lines,
      "gallery: fig4 left out: fig4/fig4.json must be whole JSON: received 1 character\n",
    );
    assertStringIncludes(lines, "gallery: fig5 left out: fig5/fig5.json has no caption\n");
    const html = await Deno.readTextFile(join(out, "index.html"));
    const shown = [...html.matchAll(/<section id="([^"]+)"/g)].map((match) => match[1]);
    assertEquals(shown, ["fig2", "fig2-train", "fig8", "sequel", "fig9", "table1", "table2"]);
    for (const { title } of [figureRecords.fig2, figureRecords.fig8]) assertStringIncludes(html, title);
    assert(!html.includes("older"));
    assertEquals(html.split("<img").length, 2);

    // A link is replaced: what it leads to is not the gallery's to write.
    const elsewhere = join(out, "elsewhere");
    await Deno.writeTextFile(elsewhere, "kept");
    await Deno.remove(join(out, "index.html"));
    await Deno.symlink(elsewhere, join(out, "index.html"));
    assertEquals((await gallery(out)).code, 0);
    assertEquals(await Deno.readTextFile(elsewhere), "kept");
    assertEquals(await Deno.readTextFile(join(out, "index.html")), html);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
