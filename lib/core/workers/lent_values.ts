import type { Borrowed } from "../borrow_values.ts";
import type { GivenBlock } from "./each_block.ts";

/** Values that another thread can read, and write to, without a copy of them being made. */
export type LentValues = Float32Array | { address: bigint; length: number };

/** A block of borrowed values for any thread; on this one they are taken as they are. */
export function lend<Block>(
  { values, address, release }: Borrowed,
  blockOf: (values: LentValues) => Block,
): GivenBlock<Block> {
  if (address !== undefined) return { block: blockOf({ address, length: values.length }), release };
  return { block: blockOf(values), transfer: [values.buffer as ArrayBuffer], release };
}

/** The values themselves. */
export function valuesOf(lent: LentValues): Float32Array {
  if (lent instanceof Float32Array) return lent;
  const pointer = Deno.UnsafePointer.create(lent.address)!;
  return new Float32Array(Deno.UnsafePointerView.getArrayBuffer(pointer, 4 * lent.length));
}
