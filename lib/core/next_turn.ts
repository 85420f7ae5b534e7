/**
 * Lets everything else that waits run first, such as signals and timers: what only awaits values that are there already keeps
 * the event loop for itself.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
