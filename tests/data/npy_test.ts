import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dump } from "npyjs";
import { DataError, parseNpy } from "../../lib/data/mod.ts";
import { bytesOf, npyFile, type NpyParts } from "./npy_file.ts";

const values = [0, 1, -2, 3.5, 1e-3, -65504];

function refusal(bytes: Uint8Array): string {
  const { message } = assertThrows(() => parseNpy(bytes, "a.npy"), DataError);
  assertMatch(message, /^Cannot read a\.npy as .*: received [^\n]+$/);
  return message;
}

/** What is wrong with a header over four elements of two bytes. */
const headerRefusal = (header: string, parts: NpyParts = {}) =>
  refusal(npyFile({ header, data: new Uint8Array(8), ...parts }));

Deno.test("every type of number, in either byte order, comes back as it was", () => {
  const typed = {
    f4: Float32Array.from(values),
    f8: Float64Array.from(values),
    i1: Int8Array.from(values),
    i2: Int16Array.from(values),
    i4: Int32Array.of(0, 1, -2, 2 ** 31 - 1, -(2 ** 31), 5),
    i8: BigInt64Array.of(0n, -1n, 2n ** 60n, -(2n ** 63n), 5n, 6n),
    u1: Uint8Array.of(0, 1, 2, 3, 254, 255),
    u2: Uint16Array.of(0, 1, 2, 3, 65_534, 65_535),
    u4: Uint32Array.of(0, 1, 2, 3, 4, 2 ** 32 - 1),
    u8: BigUint64Array.of(0n, 1n, 2n, 3n, 4n, 2n ** 64n - 1n),
    b1: Uint8Array.of(0, 1, 0, 0, 1, 1),
  };
  for (const [dtype, data] of Object.entries(typed)) {
    const bytes = bytesOf(data), size = Number(dtype[1]);
    const turned = bytes.map((_, i) => bytes[i - i % size + size - 1 - i % size]);
    const files = size === 1
      ? [npyFile({ descr: `|${dtype}`, shape: [3, 2], data: bytes })]
      : [[`<${dtype}`, bytes], [`>${dtype}`, turned]].map(([descr, data]) =>
        npyFile({ descr: descr as string, shape: [3, 2], data: data as Uint8Array })
      );
    for (const file of files) assertEquals(parseNpy(file), { data, shape: [3, 2], dtype } as unknown);
  }
});

Deno.test("all 65,536 half-precision numbers are those of the platform", () => {
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i), view = new DataView(bits.buffer);
  const { data, dtype } = parseNpy(npyFile({ descr: "<f2", shape: [65_536], data: bytesOf(bits) }));
  assertEquals([dtype, data instanceof Float32Array], ["f2", true]);
  for (let i = 0; i < bits.length; i++) {
    assert(Object.is(Number(data[i]), view.getFloat16(2 * i, true)), `${i}: ${data[i]}`);
  }
});

Deno.test("Fortran order becomes C order, along any number of axes", () => {
  const inOrder = (shape: number[]) => {
    // An element that says where it is: 12 at [1, 2].
    const all = shape.reduce((product, length) => product * length, 1);
    const at = (index: number[]) => index.reduce((number, i) => 10 * number + i, 0);
    const c: number[] = [], fortran: number[] = [];
    for (let flat = 0; flat < all; flat++) {
      let left = flat;
      const last = [...shape].reverse().map((length) => {
        const i = left % length;
        left = (left - i) / length;
        return i;
      }).reverse();
      c.push(at(last));
      left = flat;
      fortran.push(at(shape.map((length) => {
        const i = left % length;
        left = (left - i) / length;
        return i;
      })));
    }
    return { c, fortran };
  };
  for (const shape of [[3, 4], [4, 3], [1, 5], [2, 3, 4], [5], [], [2, 1, 3, 2], [0, 3]]) {
    const { c, fortran } = inOrder(shape);
    const file = npyFile({
      descr: "<i2",
      shape,
      fortranOrder: true,
      data: bytesOf(Int16Array.from(fortran)),
    });
    assertEquals(parseNpy(file).data, Int16Array.from(c), `${shape}`);
  }
});

Deno.test("versions 1 to 3, headers of any length, any order of entries and npyjs' own files are read", () => {
  const data = bytesOf(Float64Array.from(values));
  for (const version of [1, 2, 3] as const) {
    for (const align of [1, 7, 16, 64]) {
      assertEquals([...parseNpy(npyFile({ version, align, shape: [6], data })).data], values);
    }
  }
  for (
    const header of [
      '{"shape":(2,3),"fortran_order":False,"descr":"<f8"}',
      "{ 'fortran_order' : False ,\n'shape' : ( 2 , 3 , ) , 'descr' : '<f8' , }   ",
    ]
  ) {
    assertEquals(parseNpy(npyFile({ header, data })).shape, [2, 3]);
  }
  const written = new Uint8Array(dump(Float64Array.from(values), [3, 2]));
  assertEquals(parseNpy(written), { data: Float64Array.from(values), shape: [3, 2], dtype: "f8" });
  const inside = new Uint8Array(written.length + 3);
  inside.set(written, 3);
  assertEquals(parseNpy(inside.subarray(3)).shape, [3, 2]);
});

Deno.test("a header that NumPy does not write is refused", () => {
  const entries = { descr: "'<i2'", fortran_order: "False", shape: "(4,)" };
  const header = (changes: Record<string, string | undefined>) =>
    `{${
      Object.entries({ ...entries, ...changes }).filter(([, value]) => value !== undefined)
        .map(([key, value]) => `'${key}': ${value}`).join(", ")
    }}`;
  assertEquals(parseNpy(npyFile({ header: header({}), data: new Uint8Array(8) })).shape, [4]);
  assertMatch(headerRefusal(header({ fortran_order: undefined })), /once each: received descr and shape$/);
  assertMatch(headerRefusal(header({ descr: undefined })), /received fortran_order and shape$/);
  assertMatch(headerRefusal(header({ shape: undefined })), /received descr and fortran_order$/);
  for (const order of ["1", "0", "None", "true", "Truer", "'False'", ""]) {
    assertMatch(headerRefusal(header({ fortran_order: order })), /with True or False at byte \d+: received/);
  }
  for (
    const shape of [
      "(0x4,)",
      "(,4)",
      "(4,,)",
      "(4,,1)",
      "(,)",
      "(4)",
      "4",
      "[4]",
      "(-4,)",
      "(4.0,)",
      "(04,)",
      "(4e0,)",
      "(0b100,)",
      "(4_0,)",
      "('4',)",
      "(True,)",
      "(4,",
      "(4 4)",
      "(4,)()",
    ]
  ) {
    assertMatch(headerRefusal(header({ shape })), /^Cannot read a.npy as its header must/);
  }
  assertMatch(headerRefusal(header({ shape: "(9007199254740993,)" })), /below 2\^53/);
  assertMatch(headerRefusal(header({ more: "1" })), /once each: received "more"$/);
  assertMatch(headerRefusal(header({}).replace("}", ", 'shape': (4,)}")), /once each: received "shape"$/);
  assertMatch(headerRefusal(`${header({})} {}`), /nothing more/);
  assertMatch(headerRefusal(header({}).slice(0, -1)), /a comma or }.*received its end$/);
  assertMatch(headerRefusal("{}"), /once each: received none$/);
  assertMatch(headerRefusal(""), /with \{ at byte 0: received its end$/);
  assertMatch(headerRefusal(`\0${header({})}`), /with \{ at byte 0/);
  assertMatch(headerRefusal(header({ descr: "'\\x3ci2'" })), /with a text/);
  assertMatch(headerRefusal(header({ __proto__: "1" }).replace("descr", "toString")), /"toString"/);
});

Deno.test("elements that are no plain numbers are named", () => {
  const types: [string, RegExp][] = [
    ["<c8", /"<c8", complex numbers$/],
    ["<c16", /"<c16", complex numbers$/],
    ["|S2", /"\|S2", texts$/],
    ["<U1", /"<U1", texts$/],
    ["|O", /"\|O", Python objects$/],
    ["|V2", /"\|V2", raw or structured/],
    ["<M8[ns]", /dates$/],
    ["<f16", /of another size$/],
    ["=i2", /with their byte order: received "=i2"$/],
    ["|i2", /"\|i2"$/],
    ["i2", /"i2"$/],
    ["<i3", /"<i3"$/],
    ["", /""$/],
    ["<constructor", /"<constructor"/],
  ];
  for (const [descr, expected] of types) {
    assertMatch(refusal(npyFile({ descr, shape: [4], data: new Uint8Array(8) })), expected);
  }
  const fields = "[('x', '<f4'), ('y', '<i4')]";
  assertMatch(
    headerRefusal(`{'descr': ${fields}, 'fortran_order': False, 'shape': (1,), }`),
    /plain numbers: received a structured array$/,
  );
});

Deno.test("other files, and cut or longer ones, are refused with their sizes", () => {
  const whole = npyFile({ descr: "<f4", shape: [3, 2], data: new Uint8Array(24) });
  assertMatch(refusal(new Uint8Array()), /received an empty file$/);
  assertMatch(refusal(new TextEncoder().encode("1 2 3")), /received the bytes 31 20 32 20 33$/);
  assertMatch(refusal(whole.slice(0, 6)), /version 1.0, 2.0 or 3.0: received a cut file$/);
  assertMatch(refusal(whole.slice(0, 9)), /it must hold a header: received 9 bytes$/);
  assertMatch(refusal(whole.slice(0, 100)), /the 118 bytes of its header: received 90$/);
  assertMatch(
    refusal(whole.slice(0, -1)),
    /its header says \[3, 2\] elements of 4 bytes, so that it must have 152 bytes: received 151$/,
  );
  const longer = new Uint8Array(whole.length + 1);
  longer.set(whole);
  assertMatch(refusal(longer), /must have 152 bytes: received 153$/);
  for (const version of [[0, 0], [1, 1], [4, 0]]) {
    const other = whole.slice();
    other.set(version, 6);
    assertMatch(refusal(other), new RegExp(`received ${version.join("\\.")}$`));
  }
  const huge = npyFile({ version: 2, shape: [1], data: new Uint8Array(8) });
  new DataView(huge.buffer).setUint32(8, 2 ** 32 - 1, true);
  assertMatch(refusal(huge), /at most 65535 bytes: received 4294967295$/);
  const many = `{'descr': '<f4', 'fortran_order': False, 'shape': (${"9007199254740991, ".repeat(30)}), }`;
  assertMatch(headerRefusal(many), /it must have Infinity bytes: received \d+$/);
});

Deno.test("parseNpy refuses what are no bytes", () => {
  for (const bytes of ["x", undefined, null, 3, {}, [0x93], new ArrayBuffer(8), new Float32Array(8)]) {
    assertThrows(
      () => parseNpy(bytes as never, "a.npy"),
      TypeError,
      "Cannot read a.npy as its bytes must be a Uint8Array: received",
    );
  }
});
