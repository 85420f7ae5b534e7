/** What the network of a finished run makes of new images: NumPy's files, and a map of them. */
import { basename, join, resolve } from "node:path";
import { dump } from "npyjs";
import { backendNames, initBackend } from "../lib/backend/mod.ts";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import type { DatasetName } from "../lib/data/mod.ts";
import { datasetSource } from "../lib/data/data_sets.ts";
import { type ImageShape, readImages } from "../lib/data/mod.ts";
import { planarMap } from "../lib/evaluate/mod.ts";
import { datasetLabel, type Run, runLabel } from "../lib/experiment/mod.ts";
import { runData } from "../lib/experiment/run_data.ts";
import { mapFigure } from "../lib/figures/evaluation/map.ts";
import { figureHtml } from "../lib/figures/html.ts";
import { count } from "../lib/figures/words.ts";
import { alignedLines, command, interruptible, UsageError } from "./cli/mod.ts";
import { findRun } from "./runs/find_run.ts";
import { nativeFault } from "./runs/native_fault.ts";

/** A map of more points takes minutes, and shows no more. */
const MOST_ON_MAP = 2000;

/** Images to embed. */
interface Given {
  images: Uint8Array;
  count: number;
  /** What they are called in words, and in the name of a folder. */
  called: string;
  folder: string;
  names?: readonly string[];
  labels?: Int32Array;
  classes?: readonly string[];
}

/** The images that flags ask for, in the shape of the run. */
async function imagesOf(run: Run, on: "new" | "test" | "train", data: string | undefined): Promise<Given> {
  if (on === "new") {
    if (data === undefined) {
      throw new UsageError("--data is required: a folder of images, or --on test or train for the run's own");
    }
    const read = await readImages(data, run.shape);
    return { ...read, called: `images of ${data}`, folder: basename(resolve(data)) };
  }
  const { name, options } = run.settings.dataset,
    needsFolder = datasetSource(name as DatasetName)?.folder !== undefined;
  if (data !== undefined && !needsFolder) {
    throw new UsageError(
      `--data goes with --on ${on} where images are in a folder: received a run of ${name}`,
    );
  }
  const source = { dataDir: data, shape: run.shape };
  const { [on]: set, classes } = await runData(run.settings, source, `embed with ${run.folder}`);
  const called = `${on === "test" ? "test" : "training"} images of ${datasetLabel({ name, options })}`;
  return { ...set, classes, called, folder: on };
}

/** Whether the claims of the theory are defined of labels: some are alike, some are not. */
function canBeChecked(labels: Int32Array | undefined): labels is Int32Array {
  const classes = new Set(labels).size;
  return labels !== undefined && classes > 1 && classes < labels.length;
}

/** The map of embeddings as a page; evenly chosen ones where there are many. */
async function mapPage(run: Run, given: Given, embeddings: Float32Array): Promise<string> {
  const shown = Math.min(given.count, MOST_ON_MAP), dim = embeddings.length / given.count;
  const places = Array.from({ length: shown }, (_, i) => Math.floor(i * given.count / shown));
  const points = new Float32Array(shown * dim);
  places.forEach((place, i) => points.set(embeddings.subarray(place * dim, (place + 1) * dim), i * dim));
  const { labels, classes, names } = given;
  const title = "Where images are among each other", of = shown < given.count ? `${shown} of ` : "";
  const figure = mapFigure(await planarMap(points, { dim }), {
    title,
    subtitle: `UMAP of the embeddings  ·  ${runLabel(run.settings)}  ·  ${of}${given.count} ${given.called}`,
    labels: labels && places.map((place) => labels[place]),
    classes,
    names: names && places.map((place) => names[place]),
  });
  const caption =
    "Neighbours among the embeddings are neighbours here; axes and long distances mean nothing.";
  return await figureHtml(figure, { title, caption });
}

const sizesOf = ({ height, width, channels }: ImageShape) =>
  `${height} × ${width}, ${channels === 1 ? "grey" : "in colour"}`;

const script = command({
  name: "embed",
  summary:
    "Embeds new images with the network of a finished run: embeddings, features and labels as files of NumPy, the names of the " +
    "images, and a map of them. Images are scaled, and made grey or coloured, as the run needs them.",
  operands: {
    form: "RUN",
    help: "Folder of a run, or the beginning of its name (deno task runs lists them)",
    least: 1,
  },
  flags: {
    data: {
      kind: "directory",
      help: "Folder of images, .png, .jpg, .jpeg or .webp; folders in it are taken for classes",
    },
    on: {
      kind: "choice",
      allowed: ["new", "test", "train"],
      default: "new",
      help: "Those in --data, or the run's own, which are in --data if they are in a folder",
    },
    backend: {
      kind: "choice",
      allowed: backendNames,
      default: "auto",
      help: "TensorFlow.js backend that computes",
    },
    map: { kind: "boolean", default: true, help: "Draws no map" },
    out: {
      kind: "directory",
      written: true,
      default: "results",
      help: "Folder for embed/; runs are looked for in runs/ in it",
    },
  },
  examples: [
    "deno task embed results/runs/0123456789abcdef --data new_photos",
    "deno task embed 0123 --on test",
  ],
}, async ({ data, on, map, out, ...flags }, { operands, commandOf }) => {
  const [typed, ...more] = operands;
  if (more.length > 0) throw new UsageError(`takes one RUN: received ${JSON.stringify(more[0])}, too`);
  const run = await findRun(typed, out, commandOf("runs"));
  const given = await imagesOf(run, on as "new" | "test" | "train", data);
  await interruptible("nothing was written", async (signal) => {
    const report = await initBackend({ backend: flags.backend }).catch((error) => {
      throw new UsageError(`--backend ${flags.backend}: ${error.message}`);
    });
    const fault = nativeFault(report);
    if (fault) console.error(`embed: ${fault}`);
    console.error(`embed: backend ${report.backend}: ${report.detail}`);
    const { embeddings, features } = await run.embed(given.images);
    signal.throwIfAborted();
    const page = map && given.count >= 3 ? await mapPage(run, given, embeddings) : undefined;
    signal.throwIfAborted();

    const folder = join(out, "embed", `${basename(run.folder)}-${given.folder}`);
    const path = (name: string) => join(folder, name), lines: string[][] = [];
    await Deno.mkdir(folder, { recursive: true });
    // What an earlier call left of other images goes with nothing here.
    for (const name of ["labels.npy", "map.html"]) await Deno.remove(path(name)).catch(() => {});
    const write = async (name: string, shape: number[], data: string | Uint8Array) => {
      await writeAtomically(path(name), data);
      lines.push([name.split(".")[0], shape.length > 0 ? `[${shape.join(", ")}]` : "", path(name)]);
    };
    const writeArray = (name: string, values: Float32Array | Int32Array, shape: number[]) =>
      write(`${name}.npy`, shape, new Uint8Array(dump(values, shape)));
    const rows = (values: Float32Array) => [given.count, values.length / given.count];
    await writeArray("embeddings", embeddings, rows(embeddings));
    await writeArray("features", features, rows(features));
    if (given.labels) await writeArray("labels", given.labels, [given.count]);
    const about = { run: basename(run.folder), backend: report.backend, shape: run.shape };
    const { names, classes } = given;
    await write("images.json", [], JSON.stringify({ ...about, images: names, classes }, null, 1) + "\n");
    if (page !== undefined) await write("map.html", [], page);

    console.log(`${count(given.count, "image")}: ${given.called}, as ${sizesOf(run.shape)}`);
    console.log(["", ...alignedLines(lines)].join("\n"));
    if (canBeChecked(given.labels)) {
      const next = `--embeddings ${path("embeddings.npy")} --labels ${path("labels.npy")}`;
      console.log(`\nnext: ${commandOf("check")} ${next}`);
    } else {
      const why = given.labels
        ? "the theory compares images of classes, several of one"
        : "no labels, as no image is in the folder of a class";
      console.log(`\n${why}`);
    }
  });
});

export default script;
if (import.meta.main) await script.run();
