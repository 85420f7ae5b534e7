/** Settings that a person types, as data: a command line, its help, documentation or a form are made of them. */

/** What every flag may say about itself. */
export interface FlagBase {
  /** One line of help, without the default and the allowed values, which are added. */
  help: string;
  /** The word for its value; the kind's own word when left out. */
  valueName?: string;
  /** `true` if nothing goes without it; only for flags without a default. */
  required?: boolean;
}

/** Bounds of a number, in the flag's unit. */
export interface Range {
  /** Smallest value. */
  min?: number;
  /** Largest value. */
  max?: number;
  /** The value must be larger than this. */
  above?: number;
}

/** One integer or number, or (plural kinds) several joined by commas. */
export type NumberFlag =
  & FlagBase
  & Range
  & ({ kind: "integer" | "number"; default?: number } | {
    kind: "integers" | "numbers";
    default?: readonly number[];
  });

/** One of the allowed words, or (plural kind) several different ones joined by commas. */
export type ChoiceFlag =
  & FlagBase
  & { allowed: readonly string[] }
  & ({ kind: "choice"; default?: string } | { kind: "choices"; default?: readonly string[] });

/**
 * Any text; a file to write, whose folder must exist; or a folder, which need not exist, but must be possible, also for
 * files in it if any are written there.
 */
export type TextFlag =
  & FlagBase
  & { default?: string }
  & ({ kind: "string" } | { kind: "file" } | { kind: "directory"; written?: true });

/** On or off; with `default: true` it is switched off by `--no-name`. */
export type BooleanFlag = FlagBase & { kind: "boolean"; default?: boolean };

/** One row of a flag table. */
export type Flag = NumberFlag | ChoiceFlag | TextFlag | BooleanFlag;

/** Flags by name; the key `batchSize` is typed `--batch-size`. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** The value of one flag. */
export type FlagValue<F extends Flag> = F extends { kind: "integer" | "number" } ? number
  : F extends { kind: "integers" | "numbers" } ? number[]
  : F extends { kind: "choice"; allowed: readonly (infer A)[] } ? A
  : F extends { kind: "choices"; allowed: readonly (infer A)[] } ? A[]
  : F extends { kind: "boolean" } ? boolean
  : string;

/** The values: `undefined` only for a flag that has no default and is not required. */
export type FlagValues<T extends FlagTable> = {
  [K in keyof T]: T[K] extends { kind: "boolean" } | { required: true } | { default: unknown }
    ? FlagValue<T[K]>
    : FlagValue<T[K]> | undefined;
};
