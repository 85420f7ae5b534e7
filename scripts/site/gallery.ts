import { join } from "node:path";
import { decode, encode } from "fast-png";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { escapeHtml } from "../../lib/figures/page.ts";

/** A figure as docs/figures.md shows it. */
interface Shown {
  name: string;
  title: string;
  caption: string;
}

/** The figures of docs/figures.md. */
function shownFigures(markdown: string): Shown[] {
  return markdown.replaceAll(/<!--.*?-->/gs, "").split(/^## /m).slice(1).map((section) => {
    const [head, , ...rest] = section.split("\n\n"), [, name, title] = head.match(/^(\w+): (.*)/s) ?? [];
    if (!name || !section.includes(`](${name}.png)`)) {
      throw new Error(`Cannot build the gallery as each figure must have its picture: received ${head}`);
    }
    return { name, title, caption: rest.join(" ").replaceAll(/\s+/g, " ").trim() };
  });
}

/** A picture of half the width and height: each pixel is the mean of four. */
function half({ width, height, channels, data }: ReturnType<typeof decode>): ReturnType<typeof decode> {
  const w = width >> 1, h = height >> 1, small = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < channels; c++) {
        const at = (dx: number, dy: number) => data[((2 * y + dy) * width + 2 * x + dx) * channels + c];
        small[(y * w + x) * channels + c] = Math.round((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4);
      }
    }
  }
  return { width: w, height: h, channels, data: small, depth: 8, text: {} };
}

/**
 * Copies the pictures of the figures, in full and at half the size, and makes the gallery's HTML of them.
 *
 * @param docs folder of figures.md and its pictures
 * @param out folder of the page
 */
export async function buildGallery(docs: string, out: string): Promise<string> {
  const folder = join(out, "figures");
  await Deno.mkdir(folder, { recursive: true });
  const parts: string[] = [];
  for (const { name, title, caption } of shownFigures(await Deno.readTextFile(join(docs, "figures.md")))) {
    const bytes = await Deno.readFile(join(docs, `${name}.png`)), small = half(decode(bytes));
    await writeAtomically(join(folder, `${name}.png`), bytes);
    await writeAtomically(join(folder, `${name}-small.png`), encode(small, { zlib: { level: 9 } }));
    parts.push(
      `<figure>
<a href="figures/${name}.png"><img src="figures/${name}-small.png" width="${small.width}" height="${small.height}" loading="lazy" alt="${
        escapeHtml(title)
      }"></a>
<figcaption><h3>${escapeHtml(title)}</h3><p>${escapeHtml(caption)}</p></figcaption>
</figure>`,
    );
  }
  return parts.join("\n");
}
