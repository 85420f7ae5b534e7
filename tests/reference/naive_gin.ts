/** The graph isomorphism network as loops in plain numbers: one node, one neighbour, one number after the other. */

/** A graph: features of its nodes, and edges that are there once. */
export interface NaiveGraph {
  features: number[][];
  edges: [number, number][];
}

/** `x · W + b`, with `W` row-major `[inputs, outputs]`. */
function linear(x: number[], weight: ArrayLike<number>, bias: ArrayLike<number>): number[] {
  return Array.from(
    bias,
    (b, out) => x.reduce((sum, value, i) => sum + value * weight[i * bias.length + out], b),
  );
}

const relu = (x: number[]) => x.map((value) => Math.max(0, value));

/**
 * Features of graphs: the sums over their nodes, layer by layer.
 *
 * @param valuesOf values of a parameter by its name
 * @param training whether nodes are normalised by the statistics of the batch
 */
export function naiveGin(
  graphs: readonly NaiveGraph[],
  layers: number,
  valuesOf: (name: string) => ArrayLike<number>,
  training: boolean,
): number[][] {
  let nodes = graphs.map(({ features }) => features);
  const result: number[][] = graphs.map(() => []);
  for (let layer = 1; layer <= layers; layer++) {
    const of = (name: string) => valuesOf(`layer${layer}/${name}`);
    nodes = nodes.map((own, graph) =>
      own.map((self, node) => {
        const sum = [...self];
        for (const [a, b] of graphs[graph].edges) {
          const other = a === node ? b : b === node ? a : undefined;
          if (other !== undefined) own[other].forEach((value, i) => sum[i] += value);
        }
        const hidden = relu(linear(sum, of("linear1/weight"), of("linear1/bias")));
        return relu(linear(hidden, of("linear2/weight"), of("linear2/bias")));
      })
    );
    const all = nodes.flat();
    const means = all[0].map((_, i) => all.reduce((sum, node) => sum + node[i], 0) / all.length);
    const variances = means.map((mean, i) =>
      all.reduce((sum, node) => sum + (node[i] - mean) ** 2, 0) / all.length
    );
    const mean = training ? means : of("norm/running_mean"),
      variance = training ? variances : of("norm/running_variance");
    nodes = nodes.map((own) =>
      own.map((node) =>
        node.map((value, i) =>
          of("norm/gain")[i] * (value - mean[i]) / Math.sqrt(variance[i] + 1e-5) + of("norm/shift")[i]
        )
      )
    );
    nodes.forEach((own, graph) =>
      result[graph].push(...own[0].map((_, i) => own.reduce((sum, node) => sum + node[i], 0)))
    );
  }
  return result;
}
