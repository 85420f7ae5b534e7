import { gzipped } from "../data/idx_file.ts";

/** What a tar archive says of a member; anything may be wrong. */
export interface TarMember {
  name: string;
  data?: Uint8Array;
  /** "0": a file, "1": a hard link, "2": a symbolic link, "3": a device, "5": a folder, "L": a long name for the next. */
  type?: string;
  link?: string;
  /** Length that is said. */
  size?: number;
  /** Whether the header's checksum is wrong. */
  broken?: boolean;
}

/** The bytes of a tar archive, after POSIX' description of the format. */
export function tarFile(members: readonly TarMember[]): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (
    const { name, data = new Uint8Array(), type = "0", link = "", size = data.length, broken } of members
  ) {
    const header = new Uint8Array(512),
      write = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
    write(0, name);
    write(100, "0000644\0");
    write(108, "0000000\0");
    write(116, "0000000\0");
    write(124, `${size.toString(8).padStart(11, "0")}\0`);
    write(136, "00000000000\0");
    write(148, "        ");
    write(156, type);
    write(157, link);
    write(257, "ustar\x0000");
    const sum = header.reduce((sum, byte) => sum + byte, broken ? 1 : 0);
    write(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    const padded = new Uint8Array(Math.ceil(data.length / 512) * 512);
    padded.set(data);
    blocks.push(header, padded);
  }
  blocks.push(new Uint8Array(1024));
  const whole = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** The same, packed. */
export function tarGzFile(members: readonly TarMember[]): Promise<Uint8Array<ArrayBuffer>> {
  return gzipped(tarFile(members));
}
