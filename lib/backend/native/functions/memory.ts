/** What can be forgotten. */
interface Removable {
  remove(): void;
}

/** The last functions that were used, by what they do. */
export class FunctionMemory<F extends Removable = Removable> {
  /** Whether XLA compiles them. */
  readonly xla: boolean;
  readonly #most: number;
  readonly #functions = new Map<string, F>();

  /**
   * @param most how many are kept
   * @param xla whether XLA compiles them
   */
  constructor(most: number, xla: boolean) {
    this.#most = most;
    this.xla = xla;
  }

  /** How many there are. */
  get count(): number {
    return this.#functions.size;
  }

  /** The function that does this; made if there is none, in place of the one that was not used for the longest time. */
  of(key: string, make: () => F): F {
    const known = this.#functions.get(key), found = known ?? make();
    this.#functions.delete(key);
    this.#functions.set(key, found); // the last
    for (const [oldest, forgotten] of this.#functions) {
      if (this.#functions.size <= this.#most) break;
      this.#functions.delete(oldest);
      forgotten.remove();
    }
    return found;
  }

  /** Forgets all. */
  clear(): void {
    for (const made of this.#functions.values()) made.remove();
    this.#functions.clear();
  }
}
