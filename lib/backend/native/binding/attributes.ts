import type { CApi } from "./c_api.ts";
import type { CStrings } from "./c_strings.ts";
import { constants, type OpAttribute, type Pointer } from "./types.ts";

/** The C functions that give an operation its attributes; those for eager operations and those for nodes of a graph differ in name. */
export type AttributeSetters = Record<
  "string" | "strings" | "int" | "ints" | "float" | "floats" | "bool" | "bools" | "type" | "types" | "shape",
  // deno-lint-ignore no-explicit-any
  (target: Pointer, name: Pointer, ...value: any[]) => void
>;

/** Those for eager operations. */
export function eagerSetters(c: CApi, status: Pointer): AttributeSetters {
  return {
    string: c.TFE_OpSetAttrString,
    strings: c.TFE_OpSetAttrStringList,
    int: c.TFE_OpSetAttrInt,
    ints: c.TFE_OpSetAttrIntList,
    float: c.TFE_OpSetAttrFloat,
    floats: c.TFE_OpSetAttrFloatList,
    bool: c.TFE_OpSetAttrBool,
    bools: c.TFE_OpSetAttrBoolList,
    type: c.TFE_OpSetAttrType,
    types: c.TFE_OpSetAttrTypeList,
    shape: (op, name, lengths, rank) => c.TFE_OpSetAttrShape(op, name, lengths, rank, status),
  };
}

/** Those for nodes of a graph. */
export function nodeSetters(c: CApi): AttributeSetters {
  return {
    string: c.TF_SetAttrString,
    strings: c.TF_SetAttrStringList,
    int: c.TF_SetAttrInt,
    ints: c.TF_SetAttrIntList,
    float: c.TF_SetAttrFloat,
    floats: c.TF_SetAttrFloatList,
    bool: c.TF_SetAttrBool,
    bools: c.TF_SetAttrBoolList,
    type: c.TF_SetAttrType,
    types: c.TF_SetAttrTypeList,
    shape: c.TF_SetAttrShape,
  };
}

const encoder = new TextEncoder();

/** Gives an operation or a node an attribute. */
export function setAttribute(
  set: AttributeSetters,
  strings: CStrings,
  target: Pointer,
  { name, type, value }: OpAttribute,
): void {
  const key = strings.pointer(name);
  if (type === constants.TF_ATTR_TYPE && Array.isArray(value)) {
    set.types(target, key, Int32Array.from(value as number[]), value.length);
  } else if (type === constants.TF_ATTR_TYPE) set.type(target, key, value as number);
  else if (type === constants.TF_ATTR_STRING && Array.isArray(value)) {
    const texts = value as string[];
    const addresses = BigUint64Array.from(texts, (text) => Deno.UnsafePointer.value(strings.pointer(text)));
    const lengths = BigUint64Array.from(texts, (text) => BigInt(encoder.encode(text).length));
    set.strings(target, key, addresses, lengths, texts.length);
  } else if (type === constants.TF_ATTR_STRING) {
    const text = encoder.encode(value as string);
    set.string(target, key, text, BigInt(text.length));
  } else if (type === constants.TF_ATTR_SHAPE) {
    const lengths = value as number[];
    set.shape(target, key, BigInt64Array.from(lengths, BigInt), lengths.length);
  } else if (Array.isArray(value)) {
    const items = value as (number | boolean)[], numbers = items.map(Number);
    if (type === constants.TF_ATTR_INT) {
      set.ints(target, key, BigInt64Array.from(numbers, BigInt), items.length);
    } else if (type === constants.TF_ATTR_FLOAT) {
      set.floats(target, key, Float32Array.from(numbers), items.length);
    } else set.bools(target, key, Uint8Array.from(numbers), items.length);
  } else if (type === constants.TF_ATTR_INT) set.int(target, key, BigInt(value as number));
  else if (type === constants.TF_ATTR_FLOAT) set.float(target, key, value as number);
  else set.bool(target, key, value ? 1 : 0);
}
