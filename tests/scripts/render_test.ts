import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fig1, lossStyles } from "../../lib/figures/mod.ts";
import { paperLosses } from "../../lib/losses/mod.ts";
import { exportFigure } from "../../scripts/render/export_figure.ts";
import { browserCandidates, findBrowser } from "../../scripts/render/find_browser.ts";
import { browserExpected, noBrowser } from "../browser.ts";
import { deno } from "../process.ts";
import { context, madeUpRows } from "../figures/fixture.ts";

const figure = fig1(madeUpRows(3, 5), context);

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hscl test " });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const filesOf = (folder: string) => Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();

const without = browserExpected ? "" : ` (ignored: ${noBrowser})`;

Deno.test(`a figure becomes PNG and SVG${without}`, { ignore: !browserExpected }, async () => {
  await withFolder(async (folder) => {
    const png = `${folder}/fig1.png`, svg = `${folder}/fig, 1.svg`;
    const result = await exportFigure(figure, { png, svg });
    assertEquals(result, { rendered: true });
    assertEquals(filesOf(folder), ["fig, 1.svg", "fig1.png"]);
    const bytes = await Deno.readFile(png);
    assertEquals([...bytes.slice(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const header = new DataView(bytes.buffer);
    assertEquals([header.getUint32(16), header.getUint32(20)], [2200, 1592]);
    // A blank picture of this size compresses to some ten kilobytes.
    assert(bytes.length > 100_000, `${bytes.length} bytes`);
    const text = await Deno.readTextFile(svg);
    assertMatch(text, /^<svg [^>]*width="1100" height="796"/);
    assertMatch(text, /<\/svg>\s*$/);
    for (const loss of paperLosses) assertStringIncludes(text, `>${lossStyles[loss].name}<`);
  });
});

Deno.test("without a browser nothing is written", async () => {
  await withFolder(async (folder) => {
    const result = await exportFigure(figure, { png: `${folder}/a.png` }, { find: () => undefined });
    assertEquals(result, {
      rendered: false,
      reason: "no Chromium or Chrome found; CHROME_PATH can name one",
    });
    assertEquals(filesOf(folder), []);
  });
});

const onUnix = { ignore: Deno.build.os === "windows" };

Deno.test("a broken browser is a reason, and nothing half-written stays", onUnix, async () => {
  await withFolder(async (folder) => {
    const browser = await script(folder, "echo cannot open display >&2; exit 7");
    const result = await exportFigure(figure, { png: `${folder}/a.png` }, { find: () => browser });
    assertEquals(result, { rendered: false, reason: `${browser} ended with code 7: cannot open display` });
    await script(folder, "exit 0");
    const silent = await exportFigure(figure, { svg: `${folder}/a.svg` }, { find: () => browser });
    assert(!silent.rendered);
    assertMatch(silent.reason, /^[^\n]*browser did not start: [^\n]+$/);
    assertEquals(filesOf(folder), ["browser"]);
  });
});

Deno.test(`the size of a picture can be chosen${without}`, { ignore: !browserExpected }, async () => {
  await withFolder(async (folder) => {
    const png = `${folder}/a.png`;
    const result = await exportFigure(figure, { png }, { width: 600, height: 400, scale: 1.5 });
    assertEquals(result, { rendered: true });
    const header = new DataView((await Deno.readFile(png)).buffer);
    assertEquals([header.getUint32(16), header.getUint32(20)], [900, 600]);
  });
});

Deno.test(`what plotly.js does not take is one line${without}`, { ignore: !browserExpected }, async () => {
  await withFolder(async (folder) => {
    const wrong = { ...figure, layout: { ...figure.layout, height: "tall" } };
    const result = await exportFigure(wrong, { png: `${folder}/a.png` });
    assert(!result.rendered);
    assertMatch(result.reason, /^Cannot draw the figure as plotly\.js must take it: received "[^\n]+"$/);
    assertEquals(filesOf(folder), []);
  });
});

Deno.test("interrupted, it ends the browser first", onUnix, async () => {
  await withFolder(async (folder) => {
    const browser = await script(folder, `while sleep 0.05; do echo >>'${folder}/alive'; done`);
    await Deno.writeTextFile(`${folder}/f.json`, JSON.stringify(figure));
    const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const beats = () => Deno.stat(`${folder}/alive`).then(({ size }) => size, () => 0);
    const drawing = render(folder, browser);
    while (await beats() === 0) await sleep(50);
    drawing.kill("SIGTERM");
    const { code, stderr } = await drawing.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [130, "render: stopped; nothing was written\n"]);
    const last = await beats();
    await sleep(500);
    assertEquals(await beats(), last, "the browser is still there");
    assertEquals(filesOf(folder), ["alive", "browser", "f.json"]);
  });
});

Deno.test("a browser that hangs is ended", onUnix, async () => {
  await withFolder(async (folder) => {
    const browser = await script(folder, "exec sleep 20");
    await Deno.writeTextFile(`${folder}/f.json`, JSON.stringify(figure));
    const { code, stderr } = await render(folder, browser, "--timeout=0.5").output();
    const line = new TextDecoder().decode(stderr);
    assertEquals([code, line], [1, `render: ${browser} did not draw the figure within 0.5 seconds\n`]);
    assertEquals(filesOf(folder), ["browser", "f.json"]);
  });
});

function render(folder: string, browser: string, ...flags: string[]): Deno.ChildProcess {
  const url = new URL("../../scripts/render.ts", import.meta.url).href;
  const files = [`--figure=${folder}/f.json`, `--png=${folder}/a.png`, `--browser=${browser}`];
  return new Deno.Command("deno", {
    args: ["run", "-q", "-A", url, ...files, ...flags],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function script(folder: string, line: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/browser`, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return `${folder}/browser`;
}

Deno.test("browserCandidates: CHROME_PATH, then PATH, then the system's places", () => {
  const table: Record<string, string> = {
    CHROME_PATH: "/x",
    PATH: "/a:/b/",
    HOME: "/h",
    ProgramFiles: "C:\\P",
  };
  const linux = browserCandidates("linux", (name) => table[name]);
  assertEquals(linux.slice(0, 4), ["/x", "/a/chromium", "/b/chromium", "/a/chromium-browser"]);
  assertEquals(linux.includes("/snap/bin/chromium"), true);
  const mac = browserCandidates("darwin", (name) => table[name]);
  assertEquals(mac.includes("/h/Applications/Chromium.app/Contents/MacOS/Chromium"), true);
  const windows = browserCandidates("windows", (name) => ({ ...table, PATH: "C:\\a;D:\\b" })[name]);
  assertEquals(windows[2], "D:\\b\\chromium.exe");
  assertEquals(windows.at(-1), "C:\\P\\Microsoft\\Edge\\Application\\msedge.exe");
});

Deno.test("findBrowser: the first that exists; a wrong CHROME_PATH is an error, not passed over", () => {
  const found = findBrowser(
    "linux",
    (name) => name === "PATH" ? "/a:/b" : undefined,
    (path) => path.startsWith("/b"),
  );
  assertEquals(found, "/b/chromium");
  assertThrows(() => findBrowser("linux", () => "/nowhere", () => false), RangeError, "CHROME_PATH");
});

Deno.test("a wrong CHROME_PATH fails the tests that need a browser, and no other", async () => {
  const { code, out } = await deno(
    [
      "test",
      "-A",
      "--quiet",
      "--no-check",
      "--filter",
      "/becomes PNG|browserCandidates/",
      "tests/scripts/render_test.ts",
    ],
    { CHROME_PATH: "/nonexistent" },
  );
  assertEquals(code, 1);
  assertMatch(out, /a figure becomes PNG and SVG \.\.\. FAILED/);
  assertMatch(out, /browserCandidates: .* \.\.\. ok/);
  assertMatch(out, /CHROME_PATH as it must be a browser's path/);
});
