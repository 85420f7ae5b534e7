// AssemblyScript: what training does between its matrix products, each in as few passes over memory as it takes.
// Compiled by `deno task build:wasm`. Addresses are bytes, counts are elements, matrices are row-major.

// Rows that are summed in one accumulator before it is added to the total, so that long sums stay exact to a few ulp.
const BLOCK: i32 = 128;

/** dx = dy where y > 0, else 0. */
export function reluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  const zero = f32x4.splat(0), vectors = dx + (<usize>(count & ~3) << 2), end = dx + (<usize>count << 2);
  for (; dx < vectors; dx += 16, dy += 16, y += 16) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
  }
  for (; dx < end; dx += 4, dy += 4, y += 4) store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) : 0);
}

/** One update of Adam with the bias corrections folded into stepSize and epsilonHat. */
export function adam(
  weight: usize,
  gradient: usize,
  m: usize,
  v: usize,
  newWeight: usize,
  newM: usize,
  newV: usize,
  count: i32,
  stepSize: f32,
  epsilonHat: f32,
  beta1: f32,
  beta2: f32,
  weightDecay: f32,
): void {
  const vectors = <usize>(count & ~3) << 2, end = <usize>count << 2;
  const decay = f32x4.splat(weightDecay), step = f32x4.splat(stepSize), epsilon = f32x4.splat(epsilonHat);
  const keepM = f32x4.splat(beta1), takeM = f32x4.splat(1 - beta1);
  const keepV = f32x4.splat(beta2), takeV = f32x4.splat(1 - beta2);
  let i: usize = 0;
  for (; i < vectors; i += 16) {
    const w = v128.load(weight + i);
    const g = f32x4.add(v128.load(gradient + i), f32x4.mul(decay, w));
    const mean = f32x4.add(f32x4.mul(keepM, v128.load(m + i)), f32x4.mul(takeM, g));
    const square = f32x4.add(f32x4.mul(keepV, v128.load(v + i)), f32x4.mul(takeV, f32x4.mul(g, g)));
    v128.store(newM + i, mean);
    v128.store(newV + i, square);
    const change = f32x4.div(f32x4.mul(step, mean), f32x4.add(f32x4.sqrt(square), epsilon));
    v128.store(newWeight + i, f32x4.sub(w, change));
  }
  for (; i < end; i += 4) {
    const w = load<f32>(weight + i);
    const g = load<f32>(gradient + i) + weightDecay * w;
    const mean = beta1 * load<f32>(m + i) + (1 - beta1) * g;
    const square = beta2 * load<f32>(v + i) + (1 - beta2) * (g * g);
    store<f32>(newM + i, mean);
    store<f32>(newV + i, square);
    store<f32>(newWeight + i, w - stepSize * mean / (sqrt<f32>(square) + epsilonHat));
  }
}

/** a += b */
// @ts-ignore: decorator
@inline
function accumulate(a: usize, b: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) store<f32>(a + i, load<f32>(a + i) + load<f32>(b + i));
}

/** The sums of the columns of x [rows, columns]; `partial` has room for one row. */
export function columnSums(x: usize, to: usize, rows: i32, columns: i32, partial: usize): void {
  const bytes = <usize>columns << 2, vectors = <usize>(columns & ~3) << 2;
  memory.fill(to, 0, bytes);
  for (let first = 0; first < rows; first += BLOCK) {
    memory.fill(partial, 0, bytes);
    for (let row = min(BLOCK, rows - first); row > 0; row--, x += bytes) {
      let i: usize = 0;
      for (; i < vectors; i += 16) v128.store(partial + i, f32x4.add(v128.load(partial + i), v128.load(x + i)));
      for (; i < bytes; i += 4) store<f32>(partial + i, load<f32>(partial + i) + load<f32>(x + i));
    }
    accumulate(to, partial, columns);
  }
}

/** Sums of the squared distances of the columns of x [rows, columns] from `centre`. */
export function columnSquares(
  x: usize,
  centre: usize,
  to: usize,
  rows: i32,
  columns: i32,
  partial: usize,
): void {
  const bytes = <usize>columns << 2, vectors = <usize>(columns & ~3) << 2;
  memory.fill(to, 0, bytes);
  for (let first = 0; first < rows; first += BLOCK) {
    memory.fill(partial, 0, bytes);
    for (let row = min(BLOCK, rows - first); row > 0; row--, x += bytes) {
      let i: usize = 0;
      for (; i < vectors; i += 16) {
        const d = f32x4.sub(v128.load(x + i), v128.load(centre + i));
        v128.store(partial + i, f32x4.add(v128.load(partial + i), f32x4.mul(d, d)));
      }
      for (; i < bytes; i += 4) {
        const d = load<f32>(x + i) - load<f32>(centre + i);
        store<f32>(partial + i, load<f32>(partial + i) + d * d);
      }
    }
    accumulate(to, partial, columns);
  }
}

/** y = (x − centre) · scale + shift, by column. */
export function normalize(
  x: usize,
  y: usize,
  rows: i32,
  columns: i32,
  centre: usize,
  scale: usize,
  shift: usize,
): void {
  const bytes = <usize>columns << 2, vectors = <usize>(columns & ~3) << 2;
  for (let row = 0; row < rows; row++, x += bytes, y += bytes) {
    let i: usize = 0;
    for (; i < vectors; i += 16) {
      const centred = f32x4.sub(v128.load(x + i), v128.load(centre + i));
      v128.store(y + i, f32x4.add(f32x4.mul(centred, v128.load(scale + i)), v128.load(shift + i)));
    }
    for (; i < bytes; i += 4) {
      store<f32>(y + i, (load<f32>(x + i) - load<f32>(centre + i)) * load<f32>(scale + i) + load<f32>(shift + i));
    }
  }
}

/** Sums of dy and of dy · (x − centre) by column; `partial` has room for two rows. */
export function gradientSums(
  dy: usize,
  x: usize,
  centre: usize,
  sums: usize,
  products: usize,
  rows: i32,
  columns: i32,
  partial: usize,
): void {
  const bytes = <usize>columns << 2, vectors = <usize>(columns & ~3) << 2;
  const partialProducts = partial + bytes;
  memory.fill(sums, 0, bytes);
  memory.fill(products, 0, bytes);
  for (let first = 0; first < rows; first += BLOCK) {
    memory.fill(partial, 0, bytes << 1);
    for (let row = min(BLOCK, rows - first); row > 0; row--, x += bytes, dy += bytes) {
      let i: usize = 0;
      for (; i < vectors; i += 16) {
        const d = v128.load(dy + i), centred = f32x4.sub(v128.load(x + i), v128.load(centre + i));
        v128.store(partial + i, f32x4.add(v128.load(partial + i), d));
        v128.store(
          partialProducts + i,
          f32x4.add(v128.load(partialProducts + i), f32x4.mul(d, centred)),
        );
      }
      for (; i < bytes; i += 4) {
        const d = load<f32>(dy + i), centred = load<f32>(x + i) - load<f32>(centre + i);
        store<f32>(partial + i, load<f32>(partial + i) + d);
        store<f32>(partialProducts + i, load<f32>(partialProducts + i) + d * centred);
      }
    }
    accumulate(sums, partial, columns);
    accumulate(products, partialProducts, columns);
  }
}

/** dx = dy · onDy − (x − centre) · onX − constant, by column. */
export function normalizeGradient(
  dy: usize,
  x: usize,
  dx: usize,
  rows: i32,
  columns: i32,
  centre: usize,
  onDy: usize,
  onX: usize,
  constant: usize,
): void {
  const bytes = <usize>columns << 2, vectors = <usize>(columns & ~3) << 2;
  for (let row = 0; row < rows; row++, x += bytes, dy += bytes, dx += bytes) {
    let i: usize = 0;
    for (; i < vectors; i += 16) {
      const centred = f32x4.sub(v128.load(x + i), v128.load(centre + i));
      const rest = f32x4.add(f32x4.mul(centred, v128.load(onX + i)), v128.load(constant + i));
      v128.store(dx + i, f32x4.sub(f32x4.mul(v128.load(dy + i), v128.load(onDy + i)), rest));
    }
    for (; i < bytes; i += 4) {
      const centred = load<f32>(x + i) - load<f32>(centre + i);
      const rest = centred * load<f32>(onX + i) + load<f32>(constant + i);
      store<f32>(dx + i, load<f32>(dy + i) * load<f32>(onDy + i) - rest);
    }
  }
}
