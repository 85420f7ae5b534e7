/** A copy of some numbers that every thread sees without a copy of its own, where threads can share memory. */
export function sharedCopy(values: Float32Array): Float32Array;
export function sharedCopy(values: Float64Array): Float64Array;
export function sharedCopy(values: Float32Array | Float64Array): Float32Array | Float64Array {
  if (typeof SharedArrayBuffer !== "function") return values;
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => typeof values;
  const copy = new Kind(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
