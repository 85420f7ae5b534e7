/** The engine of everything but training: losses, weights, gradients and theory, in a worker. */
import { initBackend } from "@hscl/hscl/backend";
import { serve } from "./serve.ts";
import { works } from "./theory/works.ts";

await initBackend({ backend: "cpu" });
serve(works);
