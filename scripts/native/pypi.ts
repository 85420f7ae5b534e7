import type { Wheel } from "./wheels.ts";

/** PyPI, where no other index is named. */
export const PYPI = "https://pypi.org";

// An index answers at once or not at all.
const SECONDS_TO_ANSWER = 30;

/**
 * Address of a wheel, asked of the index' JSON (PEP 691).
 *
 * @param index base address of the index
 * @throws {Error} if the index cannot be reached or does not have the file
 */
export async function addressOf(wheel: Wheel, index: string): Promise<string> {
  const url = `${index.replace(/\/$/, "")}/simple/${wheel.package}/`;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { Accept: "application/vnd.pypi.simple.v1+json" },
      signal: AbortSignal.timeout(1000 * SECONDS_TO_ANSWER),
    });
  } catch (error) {
    throw new Error(`${url} is out of reach: ${(error as Error).message}`);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  }
  const { files }: { files: { filename: string; url: string }[] } = await response.json();
  const file = files.find(({ filename }) => filename === wheel.file);
  if (!file) throw new Error(`${url} does not list ${wheel.file}`);
  return new URL(file.url, response.url).href;
}
