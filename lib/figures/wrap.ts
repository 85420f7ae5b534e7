/**
 * Breaks text into lines, as plotly does not. Tags have no width and never come apart; parts between ` · ` stay whole if
 * they fit.
 *
 * @param text text with plotly's few tags; its `<br>` stay
 * @param size of the font, in CSS pixels
 * @param width of the longest line, in CSS pixels; a longer word is broken
 */
export function wrapText(text: string, size: number, width: number): string {
  return text.split("<br>").map((line) => wrapLine(line, size, width)).join("<br>");
}

function wrapLine(text: string, size: number, width: number): string {
  const bold = boldness(text);
  const fits = (line: string) => bold * textWidth(line, size) <= width;
  const parts = text.split(/ +· +/);
  const joined = parts.length === 1
    ? text
    : parts.map((part) => fits(part) ? part.replaceAll(" ", "\u00A0") : part).join("\u00A0· ");
  const lines: string[] = [];
  for (const word of joined.match(/(?:<[^>]*>|[^ <])+/g) ?? []) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(...pieces(word, fits));
  }
  return lines.join("<br>");
}

/** How much wider than others the letters of a line are. */
function boldness(line: string): number {
  return line.startsWith("<b>") ? 1.12 : 1;
}

/** About how wide the longest line of a text with `<br>` is in CSS pixels, at most. */
export function linesWide(text: string, size: number): number {
  return Math.max(...text.split("<br>").map((line) => boldness(line) * textWidth(line, size)));
}

/** A word as it is, or in parts that fit; an entity or a tag is one character. */
function pieces(word: string, fits: (line: string) => boolean): string[] {
  if (fits(word)) return [word];
  const broken: string[] = [];
  for (const character of word.match(/<[^>]*>|&\w+;|[^]/gu) ?? []) {
    const last = broken.at(-1);
    if (last !== undefined && fits(last + character)) broken[broken.length - 1] = last + character;
    else broken.push(character);
  }
  return broken;
}

/** About how wide a line is in CSS pixels, at most: in DejaVu Sans, the widest of the figures' fonts. */
export function textWidth(line: string, size: number): number {
  const shown = line.replaceAll(/<[^>]*>/g, "").replaceAll(/&\w+;/g, "&");
  return Array.from(shown, (character) => {
    if (/[ijlftrI.,:;'|! ()·\u00A0-]/.test(character)) return 0.38;
    return /[A-Zmw%+−=<>~→]/.test(character) ? 0.82 : 0.63;
  }).reduce((total, em) => total + em * size, 0);
}

/** The number of lines of a text with `<br>`. */
export function lineCount(text: string): number {
  return text === "" ? 0 : text.split("<br>").length;
}
