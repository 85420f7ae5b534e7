// A second reader of .npy files, written from NumPy's description of the format alone: one character and one element after the
// other. It says nothing of what is wrong: a file is read or it is not.

/** An array, element by element in row-major order. */
export interface NaiveArray {
  dtype: string;
  shape: number[];
  values: (number | bigint)[];
}

const readers: Record<string, (view: DataView, at: number, little: boolean) => number | bigint> = {
  f2: (view, at, little) => view.getFloat16(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => view.getBigInt64(at, little),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => view.getBigUint64(at, little),
  b1: (view, at) => view.getUint8(at),
};

/** Reads a file, or returns nothing if it is none. */
export function naiveNpy(bytes: Uint8Array): NaiveArray | undefined {
  const magic = [0x93, 78, 85, 77, 80, 89];
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) return undefined;
  if (![1, 2, 3].includes(bytes[6]) || bytes[7] !== 0) return undefined;
  let length = 0;
  const lengthBytes = bytes[6] === 1 ? 2 : 4;
  for (let i = lengthBytes - 1; i >= 0; i--) length = 256 * length + (bytes[8 + i] ?? NaN);
  const start = 8 + lengthBytes + length;
  if (!(start <= bytes.length)) return undefined;
  let text = "";
  for (let i = 8 + lengthBytes; i < start; i++) text += String.fromCharCode(bytes[i]);
  const header = literal(text);
  if (!(header instanceof Map) || header.size !== 3) return undefined;
  const descr = header.get("descr"), fortran = header.get("fortran_order"), lengths = header.get("shape");
  if (typeof descr !== "string" || typeof fortran !== "boolean" || !Array.isArray(lengths)) return undefined;
  if (!lengths.every((length) => typeof length === "number" && length < 2 ** 53)) return undefined;
  const shape = lengths as number[];

  const order = descr[0], dtype = descr.slice(1), size = Number(dtype[1]);
  if (!Object.hasOwn(readers, dtype) || !(order === "<" || order === ">" || (order === "|" && size === 1))) {
    return undefined;
  }
  const count = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  if (bytes.length - start !== count * size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start), values: (number | bigint)[] = [];
  const visit = (index: number[]) => {
    if (index.length < shape.length) {
      for (let i = 0; i < shape[index.length]; i++) visit([...index, i]);
      return;
    }
    // Horner's rule, from the axis that runs slowest.
    const axes = fortran ? shape.map((_, axis) => shape.length - 1 - axis) : shape.map((_, axis) => axis);
    const place = axes.reduce((sum, axis) => sum * shape[axis] + index[axis], 0);
    values.push(readers[dtype](view, place * size, order !== ">"));
  };
  if (count > 0) visit([]);
  return { dtype, shape, values };
}

type Literal = string | number | boolean | Literal[] | Map<string, Literal>;

/** A Python dictionary, tuple, string, whole number or bool in plain characters, or nothing. */
function literal(text: string): Literal | undefined {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError();
  };
  const blanks = () => {
    while (at < text.length && " \t\n".includes(text[at])) at++;
  };
  const peek = () => {
    blanks();
    return text[at] ?? "";
  };
  const eat = (character: string) => {
    if (peek() !== character) fail();
    at++;
  };
  const word = (letters: string) => {
    let found = "";
    while (at < text.length && letters.includes(text[at])) found += text[at++];
    return found;
  };
  const value = (): Literal => {
    const first = peek();
    if (first === "'" || first === '"') {
      let found = "";
      for (at++; text[at] !== first; at++) {
        if (at >= text.length || text[at] === "\\") fail();
        found += text[at];
      }
      at++;
      return found;
    }
    if (first >= "0" && first <= "9") {
      const digits = word("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.");
      for (const digit of digits) if (digit < "0" || digit > "9") fail();
      if (digits.length > 1 && digits[0] === "0") fail();
      return Number(digits);
    }
    if (first === "(") {
      const items: Literal[] = [];
      let commas = 0;
      eat("(");
      while (peek() !== ")") {
        items.push(value());
        if (peek() === ")") break;
        eat(",");
        commas++;
      }
      eat(")");
      return items.length === 1 && commas === 0 ? fail() : items;
    }
    if (first === "{") {
      const entries = new Map<string, Literal>();
      eat("{");
      while (peek() !== "}") {
        const key = value();
        if (typeof key !== "string" || entries.has(key)) fail();
        eat(":");
        entries.set(key as string, value());
        if (peek() === "}") break;
        eat(",");
      }
      eat("}");
      return entries;
    }
    const name = word("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return name === "True" ? true : name === "False" ? false : fail();
  };
  try {
    const whole = value();
    return peek() === "" ? whole : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
