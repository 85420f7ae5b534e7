/** Opens the notebooks in JupyterLab or Jupyter Notebook, with the Deno kernel set up. */
import { fileURLToPath } from "node:url";
import { runScript } from "./cli/mod.ts";
import { isInstalled, Jupyter } from "./notebooks/jupyter.ts";

await runScript({
  name: "notebook",
  summary:
    "Opens the notebooks in the browser with JupyterLab, or Jupyter Notebook where there is no JupyterLab.",
  flags: {
    browser: { kind: "boolean", default: true, help: "Only prints the address instead of opening it" },
  },
}, async ({ browser }) => {
  const program = !await isInstalled("lab") && await isInstalled("notebook") ? "notebook" : "lab";
  const jupyter = await Jupyter.start(program, "pip install jupyterlab plotly");
  // Ctrl-C is Jupyter's to answer: it asks, and ends by itself.
  let interrupted = false;
  Deno.addSignalListener("SIGINT", () => interrupted = true);
  try {
    const folder = fileURLToPath(new URL("../notebooks/", import.meta.url));
    const code = await jupyter.open([program, ...(browser ? [] : ["--no-browser"])], folder);
    if (code !== 0 && !interrupted) throw new Error(`jupyter ${program} ended with code ${code}`);
  } finally {
    await jupyter.stop();
  }
});
