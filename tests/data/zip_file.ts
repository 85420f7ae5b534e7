import { builtinModule } from "../../lib/core/platform.ts";

/** What a zip archive says of a member; anything may be wrong. */
export interface ZipMember {
  name: string;
  data: Uint8Array;
  /** 0: as it is; 8: deflated, which `data` then must be. */
  method?: number;
  /** Size once unpacked; that of `data` if left out. */
  size?: number;
  crc?: number;
  /** External attributes, such as the mode of a Unix file in the upper 16 bits. */
  attributes?: number;
}

/** The bytes of a zip archive, after PKWARE's description of the format. */
export function zipFile(members: readonly ZipMember[]): Uint8Array<ArrayBuffer> {
  const { crc32 } = builtinModule("node:zlib");
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let offset = 0;
  const put = (list: Uint8Array[], values: readonly (readonly [bytes: 2 | 4, value: number])[]) => {
    const length = values.reduce((sum, [bytes]) => sum + bytes, 0);
    const view = new DataView(new ArrayBuffer(length));
    let at = 0;
    for (const [bytes, value] of values) {
      if (bytes === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += bytes;
    }
    list.push(new Uint8Array(view.buffer));
  };
  for (const { name, data, method = 0, size = data.length, crc = crc32(data), attributes = 0 } of members) {
    const path = new TextEncoder().encode(name);
    // Version, flags, method, time, date, sums and sizes, lengths of name and extra field.
    const shared = [[2, 20], [2, 0x800], [2, method], [2, 0], [2, 0x21], [4, crc], [4, data.length], [
      4,
      size,
    ], [
      2,
      path.length,
    ], [2, 0]] as const;
    put(parts, [[4, 0x04034b50], ...shared]);
    parts.push(path, data);
    put(directory, [[4, 0x02014b50], [2, 0x0314], ...shared, [2, 0], [2, 0], [2, 0], [4, attributes], [
      4,
      offset,
    ]]);
    directory.push(path);
    offset += 30 + path.length + data.length;
  }
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  put(directory, [[4, 0x06054b50], [2, 0], [2, 0], [2, members.length], [2, members.length], [
    4,
    directoryBytes,
  ], [
    4,
    offset,
  ], [2, 0]]);
  const all = [...parts, ...directory],
    whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
