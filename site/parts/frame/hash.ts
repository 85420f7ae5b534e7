/// <reference lib="dom" />

/** A part's state in the address of the page: what follows `#<part>?`. */
export function readHash(part: string): URLSearchParams | undefined {
  const [name, query] = location.hash.slice(1).split("?");
  return name === part && query ? new URLSearchParams(query) : undefined;
}

/** The address of the page with a part's state in it. */
export function addressWith(part: string, state: URLSearchParams): string {
  // Commas and colons need no escape in a fragment, and are half of a long list of points.
  const query = state.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");
  return `${location.href.split("#")[0]}#${part}?${query}`;
}
