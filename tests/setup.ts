/**
 * Loaded before the tests: Deno refuses to start a child with the dynamic loader's variables, such as `LD_LIBRARY_PATH`,
 * unless the tests may run anything. Who has them set, as many do on machines with a GPU, runs all tests as well.
 */
for (const name of Object.keys(Deno.env.toObject())) if (/^(LD|DYLD)_/.test(name)) Deno.env.delete(name);
