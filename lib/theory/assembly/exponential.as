// AssemblyScript: e^x in float64, two at a time.

const constants = memory.data<f64>([
  1.4426950408889634, // 1 / log 2
  6755399441055744, // 1.5 · 2⁵²: adding it to |x| < 2⁵¹ leaves the nearest integer in the low bits
  0.693147180369123816490, 1.90821492927058770002e-10, // log 2 in two parts
  -708, // below it e^x is taken for 0
  1, 1, // 1/k!
  0.5, 0.16666666666666666,
  0.041666666666666664, 0.008333333333333333,
  0.001388888888888889, 0.0001984126984126984,
  0.0000248015873015873, 0.0000027557319223985893,
  2.755731922398589e-7, 2.505210838544172e-8,
  2.08767569878681e-9, 1.6059043836821613e-10,
]);
const FACTORIALS = 5;

/** One of the constants in both lanes. */
// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load64_splat(constants + (index << 3));
}

/** a + b·x */
// @ts-ignore: decorator
@inline
export function line(a: v128, b: v128, x: v128): v128 {
  return f64x2.add(a, f64x2.mul(b, x));
}

/** x^2k/(2k)! + x^(2k+1)/(2k+1)!, but for x^2k. */
// @ts-ignore: decorator
@inline
function terms(k: usize, x: v128): v128 {
  return line(constant(FACTORIALS + 2 * k), constant(FACTORIALS + 1 + 2 * k), x);
}

/** e^x for x ≤ 709. */
// @ts-ignore: decorator
@inline
export function power(exponent: v128): v128 {
  const least = constant(4), x = f64x2.pmax(exponent, least);
  const rounded = f64x2.add(f64x2.mul(x, constant(0)), constant(1)), n = f64x2.sub(rounded, constant(1));
  const rest = f64x2.sub(f64x2.sub(x, f64x2.mul(n, constant(2))), f64x2.mul(n, constant(3)));
  const square = f64x2.mul(rest, rest);
  let p = line(terms(5, rest), terms(6, rest), square);
  p = line(terms(4, rest), p, square);
  p = line(terms(3, rest), p, square);
  p = line(terms(2, rest), p, square);
  p = line(terms(1, rest), p, square);
  p = line(terms(0, rest), p, square);
  // Adding the integer to the exponent's bits multiplies by its power of two.
  return v128.and(i64x2.add(p, i64x2.shl(rounded, 52)), f64x2.gt(exponent, least));
}
