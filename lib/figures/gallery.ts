import { checkArray, checkObject } from "../core/checks.ts";
import { checkText } from "./check_figure.ts";
import { escapeHtml, pageHtml } from "./page.ts";
import { figureSize } from "./theme.ts";

/** One figure of a gallery. Paths are relative to the gallery's page, with `/` between folders. */
export interface GalleryEntry {
  /** Short name, e.g. `fig2`; also the place on the page that links can point to. */
  name: string;
  /** The figure's title. */
  title: string;
  /** What the figure shows, in a sentence or two. */
  caption: string;
  /** Path of the interactive page. */
  htmlFile: string;
  /** Path of its picture; without one, the page has a link only. */
  pngFile?: string;
}

/**
 * A page with all figures under each other, in the given order: picture, caption and a link to the interactive page,
 * and above them a list of contents. It loads nothing but the pictures; a content security policy keeps it so.
 *
 * Pictures rather than the pages themselves, as each page carries its own plotly.js of 0.7 MB. Where the window is narrower
 * than a picture can be read, the picture scrolls in its frame.
 *
 * @param entries the figures
 * @param title heading of the page
 * @returns the document
 * @throws {TypeError} if the entries are no array, or a part of one is no text
 * @throws {RangeError} if there are no figures, a name has other characters than letters, digits, `_` and `-` or comes
 * twice, or a path is not relative
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const html = figures.galleryHtml([
 *   { name: "fig1", title: "Accuracy", caption: "H-SCL is best.", htmlFile: "fig1/fig1.html" },
 * ]);
 * assert(html.includes('<a href="fig1/fig1.html">'));
 * ```
 */
export function galleryHtml(entries: readonly GalleryEntry[], title: string = "Figures"): string {
  checkEntries(entries);
  checkText("title", title);
  const contents = entries.map(({ name, title }) =>
    `<li><a href="#${name}">${name}: ${escapeHtml(title)}</a></li>`
  );
  return pageHtml({
    title,
    policy: CONTENT_POLICY,
    style: `  body { max-width: ${figureSize.width}px; }
  h2 { margin: 0 0 8px; font-size: 20px; }
  section { margin-top: 40px; padding-top: 24px; border-top: 1px solid #ddd; }
  .picture { overflow-x: auto; }
  img { display: block; width: 100%; min-width: ${LEAST_PICTURE}px; height: auto; }
  a { color: #0072b2; }`,
    body: `<header>
<h1>${escapeHtml(title)}</h1>
<nav aria-label="Figures">
<ul>
${contents.join("\n")}
</ul>
</nav>
</header>
<main>
${entries.map(section).join("\n")}
</main>`,
  });
}

/** In CSS pixels; the smallest text of a figure then has a size of 12. */
const LEAST_PICTURE = 950;

// "self" is the folder of the page where it is served; for a page opened from a disk, browsers take it as file:.
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'";

// A picture has the title already.
function section({ name, title, caption, htmlFile, pngFile }: GalleryEntry): string {
  const page = address(htmlFile);
  const picture = pngFile === undefined
    ? ""
    : `<div class="picture"><a href="${page}"><img src="${address(pngFile)}" alt="${
      escapeHtml(title)
    }"></a></div>\n`;
  return `<section id="${name}">
<h2>${name}${pngFile === undefined ? `: ${escapeHtml(title)}` : ""}</h2>
<figure>
${picture}<figcaption>
<p>${escapeHtml(caption)}</p>
<p><a href="${page}">Open the interactive figure</a></p>
</figcaption>
</figure>
</section>`;
}

/** A path as an address in HTML: every character of a file's name may have a meaning in addresses, as `#` and `?` have. */
function address(path: string): string {
  return escapeHtml(path.split("/").map(encodeURIComponent).join("/"));
}

function checkEntries(entries: readonly GalleryEntry[]): void {
  checkArray("entries", entries, "figures");
  if (entries.length === 0) {
    throw new RangeError("Cannot make a gallery as it needs at least one figure: received none");
  }
  const names = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    checkObject(`entries[${index}]`, entry);
    const { name, title, caption, htmlFile, pngFile = "" } = entry;
    for (const [part, text] of Object.entries({ name, title, caption, htmlFile, pngFile })) {
      checkText(part, text);
    }
    if (!/^[\w-]+$/.test(name)) {
      throw new RangeError(
        `Cannot use the name of a figure as it must be letters, digits, _ and -: received ${
          JSON.stringify(name)
        }`,
      );
    }
    if (names.has(name)) {
      throw new RangeError(`Cannot make a gallery as names must differ: received two of ${name}`);
    }
    names.add(name);
    for (const path of [htmlFile, pngFile]) {
      if (/^([a-z]+:|[/\\])/i.test(path)) {
        throw new RangeError(
          `Cannot use the path of ${name} as it must be relative: received ${JSON.stringify(path)}`,
        );
      }
    }
  }
}
