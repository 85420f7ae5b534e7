import { Random } from "../../lib/core/random.ts";
import type { Fig2Row } from "../../lib/figures/fig2/rows.ts";
import type { Fig3Row } from "../../lib/figures/fig3/rows.ts";
import type { Fig4Row } from "../../lib/figures/fig4/rows.ts";
import type { HardeningShape } from "../../lib/figures/fig5/draw.ts";
import type { Fig5Row } from "../../lib/figures/fig5/rows.ts";
import type { Fig6Row } from "../../lib/figures/fig6/rows.ts";
import type { Fig7Rows } from "../../lib/figures/fig7/rows.ts";
import type { Fig8Rows } from "../../lib/figures/fig8/rows.ts";
import { axisNames, type Fig9Row } from "../../lib/figures/fig9/rows.ts";
import type { SequelRow } from "../../lib/figures/sequel/rows.ts";
import type { TableRows } from "../../lib/figures/tables/rows.ts";

/** Whether the made-up rows are to support the claim of their figure. */
export type Story = "supporting" | "contradicting";

const round = (value: number) => Math.round(1e5 * value) / 1e5;
const stepsTo = (last: number) => Array.from({ length: last + 1 }, (_, epoch) => epoch);

/** Losses while training with H-UCL; contradicting: the largest β starts with H-SCL above H-UCL, one seed for longer. */
export function fig2Rows(story: Story, seeds = 3, epochs = 12, betas = [0.5, 1, 5]): Fig2Row[] {
  return betas.flatMap((beta, index) =>
    stepsTo(seeds - 1).flatMap((seed) => {
      const random = new Random(seed).child(`beta ${beta}`);
      return stepsTo(epochs).map((epoch) => {
        const progress = 1 - Math.exp(-4 * epoch / epochs);
        const noise = 0.015 * random.normal();
        const ucl = 4.85 - 0.75 * progress + noise;
        const hucl = ucl + 0.35 * Math.sqrt(beta) * (1 - 0.3 * progress);
        const lead = story === "contradicting" && index === betas.length - 1 && epoch < 3 + 2 * seed
          ? 0.03
          : -0.05 - 0.12 * beta * progress;
        const hscl = hucl + lead + 0.004 * random.normal();
        return {
          beta,
          seed,
          epoch,
          ucl: round(ucl),
          scl: round(ucl - 0.02 - 0.08 * progress),
          hucl: round(hucl),
          hscl: round(hscl),
        };
      });
    })
  );
}

/** Gaps that widen on two data sets; contradicting: on the third, classes say nothing and the gaps turn negative. */
export function fig3Rows(story: Story, epochs = 12, betas = [0.5, 1, 5]): Fig3Row[] {
  const stories = [
    { dataset: "MNIST digits", start: 0.05, end: 0.6, width: 0.28 },
    { dataset: "synthetic, classes apart", start: 0.3, end: 1.1, width: 0.1 },
    ...(story === "contradicting"
      ? [{ dataset: "synthetic, classes mixed", start: 0.02, end: -0.12, width: 0.12 }]
      : []),
  ];
  return stories.flatMap(({ dataset, start, end, width }) =>
    betas.flatMap((beta, index) =>
      stepsTo(epochs).map((epoch) => {
        const middle = start + (end - start) * (1 - Math.exp(-4 * epoch / epochs)) * (1 - 0.2 * index);
        const at = (deviations: number) => round(middle + width * deviations);
        const share = 1 / (1 + Math.exp(-1.7 * middle / width));
        return {
          dataset,
          beta,
          epoch,
          quantiles: { q05: at(-1.64), q25: at(-0.67), q50: at(0), q75: at(0.67), q95: at(1.64) },
          share: dataset.endsWith("apart") ? 1 : round(share),
          anchors: 2000,
          meanGap: at(0.05),
        };
      })
    )
  );
}

/** Accuracies that rise with β to 2 and fall after it; contradicting: hardening only costs accuracy. */
export function fig4Rows(story: Story, seeds = 5, betas = [0.25, 0.5, 1, 2, 5, 10]): Fig4Row[] {
  const gain = (beta: number) =>
    story === "supporting"
      ? 0.012 * Math.exp(-(Math.log(beta / 2) ** 2) / 2)
      : -0.004 - 0.006 * Math.log1p(beta);
  return stepsTo(seeds - 1).flatMap((seed) => {
    const random = new Random(seed).child("fig4");
    const level = 0.94 + 0.003 * random.normal();
    const noisy = (value: number) => round(value + 0.0012 * random.normal());
    return [
      { loss: "ucl" as const, beta: 0, seed, top1: noisy(level) },
      { loss: "scl" as const, beta: 0, seed, top1: noisy(level + 0.018) },
      ...betas.flatMap((beta) => [
        { loss: "hucl" as const, beta, seed, top1: noisy(level + 0.4 * gain(beta)) },
        { loss: "hscl" as const, beta, seed, top1: noisy(level + 0.018 + gain(beta)) },
      ]),
    ];
  });
}

const hardenings = {
  exponential: ["β = 0.5", "β = 1.5", "β = 4"],
  threshold: ["τ = −0.1", "τ = 0.2", "τ = 0.5"],
  polynomial: ["p = 2", "p = 6", "p = 16"],
  logistic: ["τ = 0, w = 0.2", "τ = 0.3, w = 0.2", "τ = 0.6, w = 0.1"],
};

/** Accuracies that depend on the effective number only; contradicting: the threshold is worse than the others. */
export function fig5Rows(story: Story, seeds = 4): Fig5Row[] {
  return (["hscl", "hucl"] as const).flatMap((loss) =>
    Object.entries(hardenings).flatMap(([hardening, parameters]) =>
      parameters.flatMap((parameter, index) =>
        stepsTo(seeds - 1).map((seed) => {
          const random = new Random(seed).child(`${loss} ${hardening} ${parameter}`);
          const loss_ = story === "contradicting" && hardening === "threshold" ? 0.012 : 0;
          return {
            hardening,
            parameter,
            loss,
            effectiveNegatives: round([300, 110, 36][index] * (1 + 0.03 * random.normal())),
            seed,
            top1: round(
              (loss === "hscl" ? 0.958 : 0.94) + [0, 0.006, 0.003][index] - loss_ + 0.002 * random.normal(),
            ),
          };
        })
      )
    )
  );
}

/** The shapes of the functions of {@linkcode fig5Rows} with their middle parameters. */
export function fig5Shapes(): HardeningShape[] {
  const cosine = stepsTo(40).map((step) => round(step / 20 - 1));
  const shape = (hardening: string, parameter: string, eta: (u: number) => number) => ({
    hardening,
    parameter,
    cosine,
    weight: cosine.map((u) => round(eta(u))),
  });
  return [
    shape("exponential", "β = 1.5", (u) => Math.exp(3 * u)),
    shape("threshold", "τ = 0.2", (u) => (u >= 0.2 ? 1 : 0)),
    shape("polynomial", "p = 6", (u) => ((1 + u) / 2) ** 6),
    shape("logistic", "τ = 0.3, w = 0.2", (u) => 1 / (1 + Math.exp(-(u - 0.3) / 0.2))),
  ];
}

/** UCL falls over the epochs while H-SCL does not; contradicting: both fall, and UCL is above H-SCL for small β. */
export function fig6Rows(story: Story, seeds = 3, epochs = 12, betas = [0.25, 0.5, 1, 2, 5]): Fig6Row[] {
  return betas.flatMap((beta) =>
    stepsTo(seeds - 1).flatMap((seed) => {
      const random = new Random(seed).child(`fig6 ${beta}`);
      return stepsTo(epochs).map((epoch) => {
        const progress = 1 - Math.exp(-4 * epoch / epochs);
        const ucl = 4.85 - 0.75 * progress + 0.01 * random.normal();
        const lead = story === "supporting"
          ? 0.02 + 0.15 * beta ** 0.6 + 0.8 * progress
          : 0.3 * Math.log(beta) - 0.1 * progress;
        const share = 1 / (1 + Math.exp(-4 * lead));
        return { beta, seed, epoch, share: round(share), ucl: round(ucl), hscl: round(ucl + lead) };
      });
    })
  );
}

/** Gaps that fall as 1/k under noise; contradicting: those of H-SCL fall as 1/√k. */
export function fig7Rows(story: Story): Fig7Rows {
  const random = new Random(3);
  const losses = [["ucl", 0.12], ["scl", 0.09], ["hucl", 0.3], ["hscl", 0.2]] as const;
  const powerOf = (kind: string) => story === "contradicting" && kind === "hscl" ? 0.5 : 1;
  return {
    gaps: losses.flatMap(([kind, size]) =>
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map((k) => {
        const halfWidth = 0.03 * size / k, gap = size / k ** powerOf(kind) + halfWidth / 2 * random.normal();
        return { kind, k, gap: round(gap), halfWidth: round(halfWidth) };
      })
    ),
    slopes: losses.map(([kind]) => {
      const slope = -powerOf(kind) + 0.004 * random.normal();
      return { kind, slope: round(slope), low: round(slope - 0.011), high: round(slope + 0.009) };
    }),
  };
}

/** Clusters and a collapse to a simplex; contradicting: the norms of UCL's class means move away from 1. */
export function fig8Rows(story: Story, seeds = 3, epochs = 12, points = 600): Fig8Rows {
  const classes = 10;
  const separation = { ucl: 2.5, scl: 5, hucl: 3.5, hscl: 7 };
  const losses = ["ucl", "scl", "hucl", "hscl"] as const;
  return {
    maps: losses.map((loss) => {
      const random = new Random(1).child(loss);
      const labels = stepsTo(points - 1).map((index) => index % classes);
      const along = (turn: (angle: number) => number) =>
        labels.map((label) =>
          round(
            separation[loss] * turn(2 * Math.PI * label / classes) * (1 + 0.3 * (label % 2)) +
              random.normal(),
          )
        );
      return { loss, labels, x: along(Math.cos), y: along(Math.sin) };
    }),
    geometry: losses.flatMap((loss) =>
      stepsTo(seeds - 1).flatMap((seed) => {
        const random = new Random(seed).child(`fig8 ${loss}`);
        const end = 1 / separation[loss];
        return stepsTo(epochs).map((epoch) => {
          const progress = 1 - Math.exp(-4 * epoch / epochs);
          const from = (start: number, last: number) =>
            round(Math.max(0, start + (last - start) * progress + 0.01 * random.normal()));
          return {
            loss,
            seed,
            epoch,
            zeroSum: from(0.8, end),
            unitNorm: story === "contradicting" && loss === "ucl" ? from(0.2, 0.5) : from(0.5, end),
            equalInnerProducts: from(0.9, end),
            withinClassSpread: from(0.6, 0.8 * end),
          };
        });
      })
    ),
    spectra: losses.flatMap((loss) =>
      stepsTo(seeds - 1).map((seed) => ({
        loss,
        seed,
        logSpectrum: stepsTo(classes - 2).map((rank) =>
          round(-1 - rank * (0.02 + 0.01 * seed + 0.5 / separation[loss]))
        ),
      }))
    ),
  };
}

/** Accuracies on two data sets; contradicting: on the second, hard negatives do harm. */
export function tableRows(story: Story, seeds = 5): TableRows {
  const gains = { ucl: 0, hucl: 0.02, scl: 0.05, hscl: 0.08 };
  const sets = [{ dataset: "MNIST digits", base: 0.8, sign: 1 }, {
    dataset: "CIFAR-10 <sample>",
    base: 0.3,
    sign: story === "contradicting" ? -1 : 1,
  }];
  const losses = Object.entries(gains) as [keyof typeof gains, number][];
  const runs = sets.flatMap(({ dataset, base, sign }) =>
    losses.flatMap(([loss, gain]) =>
      stepsTo(seeds - 1).map((seed) => {
        const random = new Random(seed).child(`${dataset} ${loss}`);
        const value = (more: number) => round(base + more + sign * gain + 0.003 * random.normal());
        return {
          dataset,
          loss,
          beta: loss.startsWith("h") ? 2 : 0,
          seed,
          values: { knn: value(0), linear: value(0.04), classMean: value(-0.1) },
          seconds: 10,
        };
      })
    )
  );
  const choices = sets.flatMap(({ dataset }) =>
    (["hucl", "hscl"] as const).map((loss) => ({
      dataset,
      loss,
      betas: [1, 2],
      accuracies: [0.5, 0.6],
      chosen: 2,
    }))
  );
  return { runs, choices };
}

/** Losses in the batches of a training with H-UCL. */
export function batchRows(story: Story): Fig2Row[] {
  return fig2Rows(story).filter(({ epoch }) => epoch > 0).map((row) => ({ ...row, on: "train" }));
}

/** Gaps on several data sets, with the losses of Theorem 1, which differ by a part of the gap. */
export function severalFig3Rows(story: Story, epochs = 12, betas = [0.5, 1, 5]): Fig3Row[] {
  return fig3Rows(story, epochs, betas).map((row) => ({
    ...row,
    losses: { hucl: 4.5, hscl: round(4.5 - 0.004 * row.meanGap) },
  }));
}

/** Losses while training with UCL on three data sets. */
export function severalFig6Rows(story: Story, seeds = 3, epochs = 12, betas = [0.5, 1, 2]): Fig6Row[] {
  return ["MNIST digits", "characters", "CIFAR-100"].flatMap((dataset, at) =>
    fig6Rows(at === 1 ? story : "supporting", seeds, epochs, betas).map((row) => ({
      dataset,
      ...row,
      share: round(row.share * (1 - 0.1 * at)),
    }))
  );
}

/** Class means that collapse without hard negatives; contradicting: with the hardest ones, too, and the accuracy falls. */
export function sequelRows(story: Story, seeds = 3, epochs = 8, betas = [0, 2, 10, 30]): SequelRow[] {
  return betas.flatMap((beta, index) =>
    stepsTo(seeds - 1).flatMap((seed) => {
      const random = new Random(seed).child(`sequel ${beta}`);
      const collapses = beta === 0 || (story === "contradicting" && index === betas.length - 1);
      return stepsTo(epochs).slice(1).map((epoch) => {
        const progress = 1 - Math.exp(-3 * epoch / epochs), noise = 0.01 * random.normal();
        return {
          beta,
          seed,
          epoch,
          test: round((collapses ? 0.08 : 0.2) * progress + 0.1 + 0.2 * noise),
          train: round((collapses ? 0.12 : 0.8) * progress + 0.1 + 0.2 * noise),
          directions: Math.round((collapses ? 30 - 24 * progress : 60 + 15 * progress) + 150 * noise),
          unitNorm: round(0.6 - 0.5 * progress + Math.abs(noise)),
          zeroSum: round(0.5 - 0.3 * progress + 0.05 * index + Math.abs(noise)),
          equalInnerProducts: round(0.9 - 0.6 * progress + Math.abs(noise)),
        };
      });
    })
  );
}

/** Accuracies that hard negatives raise everywhere; contradicting: with wrong labels, they lower them. */
export function fig9Rows(story: Story, seeds = 4): Fig9Row[] {
  const levels = { ucl: 0.7, scl: 0.8, hucl: 0.75, hscl: 0.85 };
  return axisNames.flatMap((axis, at) =>
    [0, 1, 2].flatMap((place) =>
      (["ucl", "scl", "hucl", "hscl"] as const).flatMap((loss) =>
        stepsTo(seeds - 1).map((seed) => {
          const random = new Random(seed).child(`${axis} ${place} ${loss}`);
          const harm = story === "contradicting" && axis === "noise" && loss.startsWith("h")
            ? 0.06 * place
            : 0;
          const level = levels[loss] - 0.02 * at - 0.01 * place - harm;
          return {
            axis,
            place,
            value: axis === "classes" ? `made up <${place}>, ${10 * place} classes` : `${2 ** place}`,
            loss,
            seed,
            knn: round(level + 0.001 * random.normal()),
            classMean: round(level - 0.1 + 0.001 * random.normal()),
          };
        })
      )
    )
  );
}
