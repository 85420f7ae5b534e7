import { describe } from "../core/checks.ts";
import { DataError } from "./data_error.ts";

/** NumPy's short name of an element type, without byte order: `f4` is float32, `i8` int64, `b1` bool. */
export type NpyType = "f2" | "f4" | "f8" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8" | "b1";

/** The elements of an array; a float16 is read as the float32 that it equals, a bool as 0 or 1. */
export type NpyData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

const arrayTypes: Record<NpyType, new (buffer: ArrayBuffer) => NpyData> = {
  f2: Float32Array,
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  b1: Uint8Array,
};

/** An array as read from a `.npy` file. */
export interface NpyArray {
  /** The elements in row-major (C) order, whatever their order in the file was. */
  data: NpyData;
  /** Length along each axis; empty for a single number. */
  shape: number[];
  /** What the elements are in the file. */
  dtype: NpyType;
}

/** What a `.npy` file says of itself before its elements. */
export interface NpyHeader {
  shape: number[];
  dtype: NpyType;
  bigEndian: boolean;
  fortranOrder: boolean;
  /** Where the elements begin, in bytes. */
  start: number;
  /** How many bytes the elements take. */
  size: number;
}

/** A header needs at most this many bytes; NumPy writes longer ones for structured arrays only. */
export const NPY_HEADER_BYTES = 12 + 65_535;

type Refuse = (requirement: string, received: string) => DataError;

function refuser(name: string): Refuse {
  return (requirement, received) =>
    new DataError(`Cannot read ${name} as ${requirement}: received ${received}`);
}

/**
 * Reads a `.npy` file, as `numpy.save` writes it: versions 1, 2 and 3 of the format, any byte order, C or Fortran order.
 *
 * @param bytes the whole file
 * @param name what error messages call it, such as its path
 * @returns elements in row-major order, and their shape
 * @throws {TypeError} if the bytes are no `Uint8Array`
 * @throws {DataError} if the header is not exactly what NumPy writes, the elements are no plain numbers (complex numbers,
 * text, structured arrays), or there are more or fewer of them than the header says
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseNpy } from "@hscl/hscl/data";
 * const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }\n";
 * const bytes = Uint8Array.of(0x93, ...new TextEncoder().encode(`NUMPY\x01\0${String.fromCharCode(header.length)}\0${header}`), 1, 2, 3, 4);
 * const { data, shape, dtype } = parseNpy(bytes);
 * assertEquals([shape, dtype, data[3]], [[2, 2], "u1", 4]);
 * ```
 */
export function parseNpy(bytes: Uint8Array, name = "a .npy file"): NpyArray {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot read ${name} as its bytes must be a Uint8Array: received ${describe(bytes)}`);
  }
  const header = readNpyHeader(bytes, name);
  checkNpySize(header, bytes.length, name);
  return decodeNpy(header, bytes.slice(header.start));
}

/** Reads the header from the first bytes of a file: all of them, or {@linkcode NPY_HEADER_BYTES}. */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const refuse = refuser(name);
  if (bytes.length === 0) throw refuse("it must be a .npy file", "an empty file");
  if (latin1(bytes.subarray(0, 6)) !== "\x93NUMPY") {
    throw refuse(
      "it must be a .npy file, which begins with the byte 93 and NUMPY",
      `the bytes ${Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join(" ")}`,
    );
  }
  const [major, minor] = bytes.subarray(6, 8);
  if (minor !== 0 || !(major >= 1 && major <= 3)) {
    throw refuse(
      "its format must be version 1.0, 2.0 or 3.0",
      minor === undefined ? "a cut file" : `${major}.${minor}`,
    );
  }
  const lengthEnd = major === 1 ? 10 : 12;
  if (bytes.length < lengthEnd) throw refuse("it must hold a header", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = lengthEnd + length;
  if (start > NPY_HEADER_BYTES) throw refuse("its header must have at most 65535 bytes", `${length}`);
  if (bytes.length < start) {
    throw refuse(`it must hold the ${length} bytes of its header`, `${bytes.length - lengthEnd}`);
  }
  const { descr, fortranOrder, shape } = parseHeader(latin1(bytes.subarray(lengthEnd, start)), refuse);
  const { dtype, bigEndian } = elementType(descr, refuse);
  // Zero times infinity would be no number.
  const elements = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  const size = Number(dtype[1]) * elements;
  return { shape, dtype, bigEndian, fortranOrder, start, size };
}

/** Refuses a file of any other size than its header's elements need. */
export function checkNpySize({ shape, dtype, start, size }: NpyHeader, bytes: number, name: string): void {
  if (bytes === start + size) return;
  throw refuser(name)(
    `its header says [${shape.join(", ")}] elements of ${dtype[1]} bytes, so that it must have ${
      start + size
    } bytes`,
    `${bytes}`,
  );
}

/** The elements of a file from their bytes, which have to be the whole of their buffer and may be overwritten. */
export function decodeNpy(
  { shape, dtype, bigEndian, fortranOrder }: NpyHeader,
  bytes: Uint8Array<ArrayBuffer>,
): NpyArray {
  if (bigEndian) reverseEach(bytes, Number(dtype[1]));
  const inOrder = dtype === "f2"
    ? halves(new Uint16Array(bytes.buffer))
    : new arrayTypes[dtype](bytes.buffer);
  return { data: fortranOrder && shape.length > 1 ? rowMajor(inOrder, shape) : inOrder, shape, dtype };
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** What a header says, in Python's words. */
interface HeaderEntries {
  descr: string;
  fortranOrder: boolean;
  shape: number[];
}

/** A Python dictionary with exactly NumPy's three entries, in any order. */
function parseHeader(text: string, refuse: Refuse): HeaderEntries {
  let at = 0;
  /** The next token if it is of this form. */
  const next = (form: RegExp): string | undefined => {
    const pattern = new RegExp(`[ \\t\\n]*(${form.source})`, "y");
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match[1];
  };
  const need = (form: RegExp, what: string): string => {
    const token = next(form);
    if (token !== undefined) return token;
    const rest = text.slice(at).trim();
    throw refuse(
      `its header must be {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } with ${what} at byte ${at}`,
      rest === "" ? "its end" : JSON.stringify(rest.slice(0, 40)),
    );
  };
  const string = /'[^'\\]*'|"[^"\\]*"/;
  const readers = {
    descr() {
      if (next(/\[/)) throw refuse("it must hold plain numbers", "a structured array");
      return need(string, "a text").slice(1, -1);
    },
    fortran_order: () => need(/(?:True|False)\b/, "True or False") === "True",
    shape() {
      const lengths: number[] = [];
      need(/\(/, "(");
      while (!next(/\)/)) {
        const length = Number(need(/(?:0|[1-9]\d*)(?![\w.])/, "a length or )"));
        if (!Number.isSafeInteger(length)) throw refuse("its lengths must be below 2^53", `${length}`);
        lengths.push(length);
        // One length needs its comma: (3) is a number to Python.
        if (lengths.length === 1) need(/,/, "a comma");
        else if (!next(/,/)) {
          need(/\)/, "a comma or )");
          break;
        }
      }
      return lengths;
    },
  };
  const entries: Record<string, unknown> = {};
  need(/\{/, "{");
  while (!next(/\}/)) {
    const key = need(string, "a key or }").slice(1, -1);
    if (!Object.hasOwn(readers, key) || Object.hasOwn(entries, key)) {
      throw refuse("its header must have descr, fortran_order and shape once each", JSON.stringify(key));
    }
    need(/:/, "a colon");
    entries[key] = readers[key as keyof typeof readers]();
    if (!next(/,/)) {
      need(/\}/, "a comma or }");
      break;
    }
  }
  need(/$/, "nothing more");
  const { descr, fortran_order: fortranOrder, shape } = entries;
  if (Object.keys(entries).length < 3) {
    throw refuse(
      "its header must have descr, fortran_order and shape once each",
      Object.keys(entries).join(" and ") || "none",
    );
  }
  return { descr, fortranOrder, shape } as HeaderEntries;
}

/** What people call the element types that are no plain numbers. */
const otherTypes: Record<string, string> = {
  c: "complex numbers",
  S: "texts",
  a: "texts",
  U: "texts",
  O: "Python objects",
  V: "raw or structured elements",
  M: "dates",
  m: "durations",
  f: "floating-point numbers of another size",
};

function elementType(descr: string, refuse: Refuse): { dtype: NpyType; bigEndian: boolean } {
  const [, order, dtype] = descr.match(/^([<>|])(\w\d)$/) ?? [];
  const known = dtype !== undefined && Object.hasOwn(arrayTypes, dtype);
  // Only elements of one byte have no byte order.
  if (known && (order !== "|" || dtype[1] === "1")) {
    return { dtype: dtype as NpyType, bigEndian: order === ">" };
  }
  const other = otherTypes[descr.match(/^[<>|=]?([a-zA-Z])/)?.[1] ?? ""];
  throw refuse(
    "it must hold integers, bools, or floating-point numbers of 16, 32 or 64 bits, with their byte order",
    `${JSON.stringify(descr)}${other && !known ? `, ${other}` : ""}`,
  );
}

/** Turns the bytes of every element around. */
function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halves(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => {
    const exponent = half >> 10 & 31, fraction = (half & 1023) / 1024;
    const size = exponent === 31
      ? fraction === 0 ? Infinity : NaN
      : exponent === 0
      ? fraction * 2 ** -14
      : (1 + fraction) * 2 ** (exponent - 15);
    return half >> 15 === 0 ? size : -size;
  });
}

/** The same array with its last axis running fastest instead of its first. */
function rowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const ordered = data.slice(), index = shape.map(() => 0), steps: number[] = [];
  shape.reduce((step, length, axis) => (steps[axis] = step, step * length), 1);
  for (let to = 0, from = 0; to < data.length; to++) {
    ordered[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return ordered;
}
