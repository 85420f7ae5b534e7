/** Speaks the protocol of bench/peers and computes nothing. */
import { jsonLines } from "../../scripts/runs/protocol.ts";
import type { PeerRequest, PeerSetup } from "../../bench/peers/protocol.ts";

const setup: PeerSetup = JSON.parse(Deno.args[0]);
if (setup.backend === "broken") {
  console.error("a warning\nno such backend");
  Deno.exit(1);
}
console.log("a line of a library, not for the other side");
console.log(JSON.stringify({ ready: "a fake", threads: setup.threads }));
for await (const { work, iterations } of jsonLines<PeerRequest>(Deno.stdin.readable, console.error)) {
  if (work.kind === "theory") throw new Error("a fake knows no theory");
  if (work.batch === 0) console.log(JSON.stringify({ failed: "no batch" }));
  else {
    const value = work.kind === "loss" && work.dim === 0 ? null : 1.5;
    console.log(JSON.stringify({ seconds: iterations / 10, value, parameters: work.batch }));
  }
}
