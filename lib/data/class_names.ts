import { DataError } from "./data_error.ts";

const mostNameBytes = 10_000;

/**
 * The names of classes in a text file, one per line.
 *
 * @param path of the file
 * @param count how many there must be, all different
 * @throws {DataError} if there are more or fewer, two are the same, or one is no text that can be shown
 */
export async function readClassNames(path: string, count: number): Promise<string[]> {
  // Before it is read: a list of names is small.
  const { size } = await Deno.stat(path);
  const names = size > mostNameBytes
    ? []
    : (await Deno.readTextFile(path)).split("\n").map((line) => line.trim()).filter(Boolean);
  const broken = names.find((name) => /[\p{C}\uFFFD]/u.test(name));
  if (names.length !== count || new Set(names).size !== count || broken !== undefined) {
    const received = broken !== undefined
      ? JSON.stringify(broken.slice(0, 40))
      : size > mostNameBytes
      ? `${size} bytes`
      : `${names.length}, ${new Set(names).size} of them different`;
    throw new DataError(
      `Cannot read ${path} as it must name ${count} different classes, one per line: received ${received}`,
    );
  }
  return names;
}
