const functions = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const STDERR = 2, WRITE_ONLY = 1;

/**
 * Does something with nothing written to stderr by native code meanwhile. TensorFlow's libraries write a note for
 * developers the moment they are loaded, which no setting turns off.
 */
export function withoutStderr<T>(body: () => T): T {
  const libc = Deno.dlopen("libc.so.6", functions);
  const { open, dup, dup2, close } = libc.symbols;
  const nowhere = open(new TextEncoder().encode("/dev/null\0"), WRITE_ONLY), kept = dup(STDERR);
  dup2(nowhere, STDERR);
  try {
    return body();
  } finally {
    dup2(kept, STDERR);
    close(kept);
    close(nowhere);
    libc.close();
  }
}
