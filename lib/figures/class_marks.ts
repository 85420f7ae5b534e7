// Paul Tol's "muted" colours, for colour-blind readers; the symbols differ too.
const colors = ["#332288", "#88CCEE", "#44AA99", "#117733", "#999933"]
  .concat("#DDCC77", "#CC6677", "#882255", "#AA4499", "#777777");
const symbols = ["circle", "square", "diamond", "cross", "triangle-up", "triangle-down", "x"];

/** Colour and symbol of the points of a class, by its position among the classes. */
export function classMark(position: number): { color: string; symbol: string } {
  return { color: colors[position % colors.length], symbol: symbols[position % symbols.length] };
}
