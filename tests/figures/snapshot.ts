import { assertEquals } from "@std/assert";

/**
 * Compares a value with its snapshot, numbers rounded to four decimals. HSCL_UPDATE_SNAPSHOTS=1 writes the snapshot
 * instead; look at the difference before committing it.
 */
export async function assertSnapshot(name: string, value: unknown): Promise<void> {
  const file = new URL(`./snapshots/${name}.json`, import.meta.url);
  const round = (_: string, item: unknown) => typeof item === "number" ? Math.round(1e4 * item) / 1e4 : item;
  const rounded = JSON.parse(JSON.stringify(value, round));
  if (Deno.env.get("HSCL_UPDATE_SNAPSHOTS") === "1") {
    await Deno.mkdir(new URL("./", file), { recursive: true });
    await Deno.writeTextFile(file, JSON.stringify(rounded, null, 2) + "\n");
  }
  assertEquals(rounded, JSON.parse(await Deno.readTextFile(file)), `snapshot ${name}`);
}
