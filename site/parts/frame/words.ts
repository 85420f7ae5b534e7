/** Four digits, with a true minus; a dash for what is not defined. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const text = value !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "−");
}

/** A share in percent, which is 100 % only if it is all. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "–";
  const rounded = Math.round(share * 1000) / 10;
  return `${share < 1 && rounded === 100 ? "> 99.9" : share > 0 && rounded === 0 ? "< 0.1" : rounded} %`;
}

/** The letter of a class. */
export const classLetter = (label: number): string => String.fromCharCode(65 + label % 26);
