// AssemblyScript: a matrix product with fused multiply-add, in the memory of tfjs' WebAssembly backend.
// Compiled to gemm.wasm by `deno task build:wasm`; addresses and leading dimensions are bytes.

// Entries of the inner dimension per pass: a block of 8 columns of B then stays in the first-level cache.
const BLOCK = 256;

/** A tile of C of 6 rows and 8 columns, over k entries: C += A·B. Accumulators stay in registers. */
// @ts-ignore: decorator
@inline
function tile6x8(a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, k: i32): void {
  let c00 = v128.load(c + 0 * ldc), c01 = v128.load(c + 0 * ldc, 16);
  let c10 = v128.load(c + 1 * ldc), c11 = v128.load(c + 1 * ldc, 16);
  let c20 = v128.load(c + 2 * ldc), c21 = v128.load(c + 2 * ldc, 16);
  let c30 = v128.load(c + 3 * ldc), c31 = v128.load(c + 3 * ldc, 16);
  let c40 = v128.load(c + 4 * ldc), c41 = v128.load(c + 4 * ldc, 16);
  let c50 = v128.load(c + 5 * ldc), c51 = v128.load(c + 5 * ldc, 16);
  for (let p = 0; p < k; p++, a += 4, b += ldb) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s: v128;
    s = v128.load32_splat(a + 0 * lda);
    c00 = f32x4.relaxed_madd(s, b0, c00);
    c01 = f32x4.relaxed_madd(s, b1, c01);
    s = v128.load32_splat(a + 1 * lda);
    c10 = f32x4.relaxed_madd(s, b0, c10);
    c11 = f32x4.relaxed_madd(s, b1, c11);
    s = v128.load32_splat(a + 2 * lda);
    c20 = f32x4.relaxed_madd(s, b0, c20);
    c21 = f32x4.relaxed_madd(s, b1, c21);
    s = v128.load32_splat(a + 3 * lda);
    c30 = f32x4.relaxed_madd(s, b0, c30);
    c31 = f32x4.relaxed_madd(s, b1, c31);
    s = v128.load32_splat(a + 4 * lda);
    c40 = f32x4.relaxed_madd(s, b0, c40);
    c41 = f32x4.relaxed_madd(s, b1, c41);
    s = v128.load32_splat(a + 5 * lda);
    c50 = f32x4.relaxed_madd(s, b0, c50);
    c51 = f32x4.relaxed_madd(s, b1, c51);
  }
  v128.store(c + 0 * ldc, c00);
  v128.store(c + 0 * ldc, c01, 16);
  v128.store(c + 1 * ldc, c10);
  v128.store(c + 1 * ldc, c11, 16);
  v128.store(c + 2 * ldc, c20);
  v128.store(c + 2 * ldc, c21, 16);
  v128.store(c + 3 * ldc, c30);
  v128.store(c + 3 * ldc, c31, 16);
  v128.store(c + 4 * ldc, c40);
  v128.store(c + 4 * ldc, c41, 16);
  v128.store(c + 5 * ldc, c50);
  v128.store(c + 5 * ldc, c51, 16);
}

/** The same for one row. */
// @ts-ignore: decorator
@inline
function tile1x8(a: usize, b: usize, ldb: usize, c: usize, k: i32): void {
  let c0 = v128.load(c), c1 = v128.load(c, 16);
  for (let p = 0; p < k; p++, a += 4, b += ldb) {
    const s = v128.load32_splat(a);
    c0 = f32x4.relaxed_madd(s, v128.load(b), c0);
    c1 = f32x4.relaxed_madd(s, v128.load(b, 16), c1);
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}

/** One entry of C, for the columns that do not fill a tile. */
// @ts-ignore: decorator
@inline
function entry(a: usize, b: usize, ldb: usize, c: usize, k: i32): void {
  let sum = load<f32>(c);
  for (let p = 0; p < k; p++, a += 4, b += ldb) sum += load<f32>(a) * load<f32>(b);
  store<f32>(c, sum);
}

/** C = A·B for row-major A [m, k], B [k, n], C [m, n]. */
export function gemm(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  const lda = <usize>k << 2, ldb = <usize>n << 2, ldc = <usize>n << 2;
  memory.fill(c, 0, <usize>m * ldc);
  const wide = n & ~7;
  for (let first = 0; first < k; first += BLOCK) {
    const depth = min(BLOCK, k - first);
    const aBlock = a + (<usize>first << 2), bBlock = b + <usize>first * ldb;
    for (let column = 0; column < wide; column += 8) {
      const offset = <usize>column << 2;
      let row = 0;
      for (; row + 6 <= m; row += 6) {
        tile6x8(aBlock + <usize>row * lda, lda, bBlock + offset, ldb, c + <usize>row * ldc + offset, ldc, depth);
      }
      for (; row < m; row++) {
        tile1x8(aBlock + <usize>row * lda, bBlock + offset, ldb, c + <usize>row * ldc + offset, depth);
      }
    }
    for (let column = wide; column < n; column++) {
      const offset = <usize>column << 2;
      for (let row = 0; row < m; row++) {
        entry(aBlock + <usize>row * lda, bBlock + offset, ldb, c + <usize>row * ldc + offset, depth);
      }
    }
  }
}
