/** The lines of an output that are not empty. */
export function linesOf(output: Uint8Array | string): string[] {
  const text = typeof output === "string" ? output : new TextDecoder().decode(output);
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}
