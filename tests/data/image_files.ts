import { encode } from "fast-png";

/** Images of a folder, by their paths in it; texts and bytes are files as they are. */
export type Files = Record<string, { shade: number; side?: number; channels?: number } | string | Uint8Array>;

/** The bytes of a PNG file: a square of one shade, the corner of which is black. */
export function png(shade: number, side = 8, channels = 1): Uint8Array {
  const data = new Uint8Array(side * side * channels).fill(shade);
  data.fill(0, 0, channels);
  return encode({ width: side, height: side, channels, data });
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
    if (typeof file === "string") await Deno.writeTextFile(path, file);
    else if (file instanceof Uint8Array) await Deno.writeFile(path, file);
    else await Deno.writeFile(path, png(file.shade, file.side, file.channels));
  }
}

/** `count` images `<folder>/0.png` … of shades that differ. */
export function series(folder: string, count: number, first: number, side = 8): Files {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${folder}/${i}.png`, { shade: first + i, side }]),
  );
}

/** Runs `check` on a folder with files, which is removed afterwards. */
export async function inFolder(files: Files, check: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeFiles(folder, files);
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
