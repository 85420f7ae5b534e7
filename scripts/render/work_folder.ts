import { rm } from "node:fs/promises";
import { dirname } from "node:path";

/** A new folder for the browser's files: a snap sees no other /tmp than its own, but it does see where the pictures go. */
export function makeWorkFolder(browser: string, picture: string): Promise<string> {
  const dir = browser.startsWith("/snap/") ? dirname(picture) : undefined;
  return Deno.makeTempDir({ dir, prefix: "render-" });
}

/** Removes it, though the browser's last helper may still write into its profile for a moment. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 }).catch(() => {});
}
