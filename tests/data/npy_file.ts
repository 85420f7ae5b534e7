/** What a made-up `.npy` file says; anything may be wrong. */
export interface NpyParts {
  /** Text of the header without padding; what NumPy writes for the rest of the parts if not given. */
  header?: string;
  descr?: string;
  fortranOrder?: boolean;
  shape?: readonly number[];
  /** Major version. */
  version?: 1 | 2 | 3;
  /** Header and what is before it become a multiple of this, by spaces. */
  align?: number;
  data?: Uint8Array;
}

/** The bytes of a `.npy` file, after NumPy's own description of the format. */
export function npyFile(
  {
    descr = "<f8",
    fortranOrder = false,
    shape = [],
    version = 1,
    align = 64,
    data = new Uint8Array(),
    header,
  }: NpyParts,
): Uint8Array<ArrayBuffer> {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = header ??
    `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? "True" : "False"}, 'shape': (${lengths}), }`;
  const before = version === 1 ? 10 : 12;
  const length = Math.ceil((before + text.length + 1) / align) * align - before;
  const bytes = new Uint8Array(before + length + data.length), view = new DataView(bytes.buffer);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(new TextEncoder().encode(text.padEnd(length - 1) + "\n"), before);
  bytes.set(data, before + length);
  return bytes;
}

/** The bytes of a typed array. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
