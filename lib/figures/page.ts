/** Parts of a page; all are HTML or CSS as they stand, only the title is text. */
export interface PageParts {
  /** Title for tabs and bookmarks. */
  title: string;
  /** The content security policy. */
  policy: string;
  /** Rules besides the fonts and colours that all pages share. */
  style: string;
  /** What is inside `<body>`. */
  body: string;
}

/** The narrowest window, in CSS pixels, for figures of full width, and the width of a page in it. */
export const wideWindow = 1100, widePage = wideWindow - 48;

/** An HTML document that reads alike on all pages of the toolkit. */
export function pageHtml({ title, policy, style, body }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>
  body { margin: 0 auto; padding: 8px 24px 24px; background: #fff; color: #222; font-size: 16px; line-height: 1.5;
    font-family: Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
  figure { margin: 0; }
  figcaption { max-width: 62em; }
  figcaption p { margin: 8px 0 0; overflow-wrap: anywhere; }
  @media (max-width: ${wideWindow - 1}px) { body { padding: 8px 12px 24px; } }
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** Text as HTML shows it unchanged, in an element and in a quoted attribute. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => names[character]);
}

/** A value as JSON; typed arrays, which JSON takes for objects with numbers as keys, as arrays, and large integers as numbers. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(
      value,
      (_, item) => {
        if (typeof item === "bigint") return Number(item);
        return ArrayBuffer.isView(item) && !(item instanceof DataView)
          ? Array.from(item as Float64Array)
          : item;
      },
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(
      "Cannot write a figure as it must be plain data: received something that contains itself",
    );
  }
}

/** A value as JSON that can stand inside a `<script>` element. */
export function scriptJson(value: unknown): string {
  return jsonText(value).replaceAll("<", "\\u003C").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}
