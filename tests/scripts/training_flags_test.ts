// What the flags of a training make of a plan, and that what they do not name is as it was.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadDataset } from "@hscl/hscl";
import { contextOf, factsOf, runsOf } from "@hscl/hscl/experiment";
import { comparedLosses, type ComparisonFlags } from "../../lib/experiment/loss_flags.ts";
import { planOf } from "../../scripts/runs/plan_of_flags.ts";
import { datasetFlags, type TrainingFlags } from "../../scripts/runs/training_flags.ts";
import train from "../../scripts/train.ts";
import { UsageError } from "../../scripts/cli/mod.ts";
import { parseCommandLine } from "../../scripts/cli/flags.ts";

const datasetFlagHelp = (name: string) => (datasetFlags as Record<string, { help: string }>)[name].help;

const data = factsOf(
  await loadDataset("synthetic", { trainImages: 60, testImages: 20, height: 8, width: 8 }),
);

function valuesOf(typed: string) {
  const args = typed === "" ? [] : typed.split(" ");
  const { values } = parseCommandLine(train.script, args) as unknown as {
    values: TrainingFlags & ComparisonFlags & { loss: "scl" };
  };
  return values;
}

const planFrom = (typed: string) => planOf({ ...valuesOf(typed), seeds: 1 }, data, "wasm");

function settingsOf(typed: string) {
  const values = valuesOf(typed), plan = planFrom(typed);
  return runsOf(plan, comparedLosses({ ...values, losses: [values.loss] }, values.temperature))[0];
}

Deno.test("a flag of several data sets says once what it does", () => {
  assertEquals(
    datasetFlagHelp("imageSize"),
    "Side that images are scaled to, 32 if not given (stl10); as they are if not given (tiny-imagenet, idx, medmnist, " +
      "npy); 32 if not given, but small ones of one size as they are (folder)",
  );
  for (const name of Object.keys(datasetFlags)) {
    const words = datasetFlagHelp(name).split(/[,;(]/).map((part) => part.trim()).filter((part) =>
      part.length > 20
    );
    assertEquals(words.length, new Set(words).size, name);
  }
});

Deno.test("flags that are not typed are no settings", () => {
  const { encoder, optimizer, loss, ...rest } = settingsOf("");
  assertEquals(Object.keys(encoder.head), ["hidden", "output"]);
  assertEquals(optimizer, { learningRate: 2e-3, weightDecay: 1e-6 });
  assertEquals(Object.keys(loss), ["temperature", "name", "hardening"]);
  assert(!("views" in rest));
});

Deno.test("the sequel's loss, network and views are flags", () => {
  const settings = settingsOf(
    "--encoder resnet8 --head-dim classes-1 --embedding ball --views single --augmentation none --negatives 256 " +
      "--negative-weight count --temperature 1 --beta 10 --batch-size 30 --lr 1e-3 --weight-decay 0",
  );
  assertEquals(settings.encoder.head, { hidden: 128, output: 9, embedding: "ball" });
  assertEquals(settings.views, "single");
  assertEquals(settings.augmentation.views.length, 1);
  assertEquals(settings.loss, {
    name: "hscl",
    temperature: 1,
    hardening: { name: "exponential", parameters: { beta: 10 } },
    sampledNegatives: 256,
    negativeWeight: "count",
  });
  assertEquals(settings.optimizer, { learningRate: 1e-3, weightDecay: 0 });
});

Deno.test("a temperature is learned, and a cross-entropy added, where flags say so", () => {
  const { loss, crossEntropy } = settingsOf(
    "--loss scl --learn-temperature --least-temperature 0.05 --cross-entropy 0.5",
  );
  assertEquals(loss, { name: "scl", temperature: 0.5, learnedTemperature: { min: 0.05, max: 10 } });
  assertEquals(crossEntropy, 0.5);
});

Deno.test("one class has no cross-entropy, and no length of one less", () => {
  const alone = { ...data, classes: ["all"], trainClasses: 1 };
  for (const typed of ["--cross-entropy 1", "--head-dim classes-1"]) {
    const [flag] = typed.split(" ");
    assertThrows(() => planOf({ ...valuesOf(typed), seeds: 1 }, alone, "wasm"), UsageError, flag);
  }
});

Deno.test("each optimizer has its options, and a warm-up is one of them", () => {
  const of = (typed: string) => settingsOf(typed).optimizer;
  assertEquals(of("--optimizer sgd --lr 0.1"), {
    name: "sgd",
    learningRate: 0.1,
    weightDecay: 1e-6,
    momentum: 0.9,
  });
  assertEquals(
    of("--optimizer sgd --lr 0.1 --momentum 0.5 --nesterov --weight-decay 5e-4 --warm-up-steps 7"),
    {
      name: "sgd",
      learningRate: 0.1,
      weightDecay: 5e-4,
      momentum: 0.5,
      nesterov: true,
      warmUp: { steps: 7 },
    },
  );
  assertEquals(of("--optimizer lars --lr 2 --trust 0.01 --lr-schedule cosine --warm-up-epochs 2"), {
    name: "lars",
    learningRate: { kind: "cosine", from: 2, to: 0.02 },
    weightDecay: 1e-6,
    momentum: 0.9,
    trust: 0.01,
    warmUp: { epochs: 2 },
  });
  assertEquals(of("--optimizer adamw"), { name: "adamw", learningRate: 2e-3, weightDecay: 1e-6 });
});

Deno.test("a figure says what of a training is not as usual", () => {
  assertEquals(contextOf(planFrom("")).encoder, "small convnet");
  const typed =
    "--encoder resnet8 --encoder-width 2 --head-dim 9 --embedding ball --views single --augmentation none " +
    "--optimizer lars --lr 1 --learn-temperature --cross-entropy 0.5";
  assertEquals(
    contextOf(planFrom(typed)).encoder,
    "ResNet-8, 2 × as wide, 9 dimensions, unit ball, single views, no augmentation, LARS, learned temperature, " +
      "cross-entropy of weight 0.5",
  );
});
