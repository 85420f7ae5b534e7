import * as tf from "../core/tfjs.ts";
import { uncaptured } from "../core/capturing.ts";
import { checkNumber, checkObject, checkOptions, describe } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { Tensor } from "../core/tensors.ts";
import { hardeningNames } from "./families.ts";
import type { Hardening } from "./hardening.ts";

/** Options of {@linkcode customHardening}. */
export interface CustomHardeningOptions {
  /** What, with the name, identifies the function in a run record. Default none. */
  parameters?: Readonly<Record<string, number>>;
  /**
   * The same function on tensors, differentiable and finite. Default: linear interpolation of the function on numbers
   * between the points of the grid.
   */
  logEta?: (cosine: Tensor, temperature: number) => Tensor;
}

type TensorForm = (cosine: Tensor, temperature: number) => Tensor;

// A run record tells functions apart by name, so a custom one must not pass for one of these.
const BUILT_IN: readonly string[] = ["none", ...hardeningNames];

// A power of two, so that the points are exact in float32.
const CELLS = 4096;

// exp(-1e6) is exactly 0 in float32: the finite stand-in of -∞, as in the threshold function.
const STEEPNESS = 1e6;

// Rounding may make a constant stretch go down by this much, relative to the values.
const ROUNDING = 1e-9;

// Of the temperature of the first check; others follow when they are first used.
const DEFAULT_TEMPERATURE = 0.5;

/**
 * A hardening function of your own, given as `log η(u)` on plain numbers: `-Infinity` means "never drawn".
 *
 * The function must be defined for `u` in [-1, 1], where it must be non-decreasing, a number or `-Infinity`, and not
 * `-Infinity` everywhere. This is checked on 4,097 evenly spaced cosines: here for `T = 0.5`, and for any other
 * temperature when it is first used. Cosines that rounding has pushed out of [-1, 1] are taken as its ends.
 *
 * The losses need `log η` on tensors. Without `options.logEta` they get the linear interpolation between those cosines,
 * whose error is at most `|d² log η/du²| · 3·10⁻⁸` where η is smooth; a jump becomes a ramp 1/2048 wide, and `-Infinity`
 * a finite value that weighs nothing, as in {@linkcode threshold}. With `options.logEta` the two are compared on the grid,
 * except on WebGPU, which cannot be read at once.
 *
 * @param name how a run record calls it; not the name of a built-in function
 * @param logEtaAt `log η(u)` of a cosine `u`, and of the temperature if it depends on it
 * @param options see {@linkcode CustomHardeningOptions}
 * @throws {RangeError} if the name is taken, or the function decreases (the error says between which cosines), is NaN,
 * `+Infinity` or nowhere finite, or differs from its form on tensors
 * @throws {TypeError} if the function or a parameter is of the wrong type
 *
 * Source: the conditions are those of Jiang et al., arXiv 2209.00078, section 3.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { customHardening } from "@hscl/hscl";
 * const quadratic = customHardening("quadratic", (u) => 3 * Math.max(u, 0) ** 2, { parameters: { strength: 3 } });
 * assertEquals(quadratic.logEtaAt(0.5, 0.5), 0.75);
 * ```
 */
export function customHardening(
  name: string,
  logEtaAt: (cosine: number, temperature: number) => number,
  options: CustomHardeningOptions = {},
): Hardening {
  if (typeof name !== "string" || name === "" || BUILT_IN.includes(name)) {
    throw new RangeError(
      `Cannot name a custom hardening as it must not be empty or one of ${BUILT_IN.join(", ")}: received ${
        describe(name)
      }`,
    );
  }
  if (typeof logEtaAt !== "function") {
    throw new TypeError(
      `Cannot use hardening ${name} as log η must be a function: received ${describe(logEtaAt)}`,
    );
  }
  checkOptions(options, { parameters: true, logEta: true });
  const logEta = options.logEta === undefined ? undefined : checkedForm(name, options.logEta);
  if (options.parameters !== undefined) checkObject("parameters", options.parameters);
  const parameters = { ...options.parameters };
  for (const [key, value] of Object.entries(parameters)) checkNumber(`${key} of ${name} hardening`, value);

  // Of the last temperature only: a training uses one at a time.
  let last: { temperature: number; grid: Float64Array } | undefined;
  const gridAt = (temperature: number): Float64Array => {
    if (last?.temperature !== temperature) {
      const grid = checkedGrid(name, logEtaAt, temperature);
      if (logEta) checkAgreement(name, grid, logEta, temperature);
      last = { temperature, grid };
    }
    return last.grid;
  };
  gridAt(DEFAULT_TEMPERATURE);

  return {
    name,
    parameters,
    logEta: (cosine, temperature) => {
      const grid = gridAt(temperature), floats = floatTensor("cosine", cosine);
      return logEta ? logEta(floats, temperature) : interpolate(floats, finite(grid));
    },
    logEtaAt: (cosine, temperature) => {
      gridAt(temperature);
      return logEtaAt(Math.min(Math.max(cosine, -1), 1), temperature);
    },
  };
}

/** The form on tensors, which refuses to return anything but a tensor like the cosines. */
function checkedForm(name: string, logEta: TensorForm): TensorForm {
  if (typeof logEta !== "function") {
    throw new TypeError(
      `Cannot use hardening ${name} as logEta must be a function: received ${describe(logEta)}`,
    );
  }
  return (cosine, temperature) => {
    const values = logEta(cosine, temperature), shape = cosine.shape.join(", ");
    if (values instanceof tf.Tensor && values.shape.join(", ") === shape) return values;
    throw new TypeError(
      `Cannot use hardening ${name} as logEta must return a tensor [${shape}]: received ${describe(values)}`,
    );
  };
}

/** The cosine of a point of the grid. */
function cosineAt(point: number): number {
  return 2 * point / CELLS - 1;
}

/** The values on the grid, if they are those of a hardening function. */
function checkedGrid(
  name: string,
  logEtaAt: (cosine: number, temperature: number) => number,
  temperature: number,
): Float64Array {
  const grid = new Float64Array(CELLS + 1);
  let previous = -Infinity;
  for (let point = 0; point <= CELLS; point++) {
    const value = logEtaAt(cosineAt(point), temperature);
    if (typeof value !== "number" || !(value < Infinity)) {
      throw new RangeError(
        `Cannot use hardening ${name} as log η must be a number below +Infinity: received ${
          describe(value)
        } ` +
          `at cosine ${cosineAt(point)}, temperature ${temperature}`,
      );
    }
    if (value < previous - ROUNDING * Math.max(1, Math.abs(previous))) {
      throw new RangeError(
        `Cannot use hardening ${name} as log η must not decrease: received ${previous} at cosine ${
          cosineAt(point - 1)
        } and ${value} at cosine ${cosineAt(point)}, temperature ${temperature}`,
      );
    }
    grid[point] = previous = value;
  }
  if (previous === -Infinity) {
    throw new RangeError(
      `Cannot use hardening ${name} as η must not be zero everywhere: received -Infinity at every cosine, ` +
        `temperature ${temperature}`,
    );
  }
  return grid;
}

/** The grid with finite stand-ins for -∞, which a non-decreasing function has at its start only. */
function finite(grid: Float64Array): Float64Array {
  const first = grid.findIndex((value) => value > -Infinity);
  return grid.map((value, point) =>
    value > -Infinity ? value : grid[first] - STEEPNESS * (1 + cosineAt(first) - cosineAt(point))
  );
}

function checkAgreement(
  name: string,
  grid: Float64Array,
  logEta: TensorForm,
  temperature: number,
): void {
  if (tf.getBackend() === "webgpu") return;
  const cosines = Float32Array.from(grid, (_, point) => cosineAt(point));
  const values = tf.tidy(() => uncaptured(() => logEta(tf.tensor1d(cosines), temperature).dataSync()));
  for (let point = 0; point < grid.length; point++) {
    // Where η is zero, the tensor form has a finite value of its own choice.
    const agrees = grid[point] === -Infinity
      ? Number.isFinite(values[point])
      : Math.abs(values[point] - grid[point]) <= 1e-4 * Math.max(1, Math.abs(grid[point]));
    if (!agrees) {
      throw new RangeError(
        `Cannot use hardening ${name} as its forms on numbers and tensors must agree: received ${
          grid[point]
        } and ${values[point]} at cosine ${cosineAt(point)}, temperature ${temperature}`,
      );
    }
  }
}

/** Linear interpolation of values at the points of the grid, with its slope as gradient. */
function interpolate(cosine: Tensor, values: Float64Array): Tensor {
  const starts = Float32Array.from(values.subarray(0, CELLS));
  const rises = Float32Array.from({ length: CELLS }, (_, cell) => values[cell + 1] - values[cell]);
  const op = tf.customGrad((input, save) => {
    const position = tf.mul(tf.add(tf.clipByValue(input as Tensor, -1, 1), 1), CELLS / 2);
    const cell = tf.clipByValue(tf.floor(position), 0, CELLS - 1);
    const index = tf.cast(cell, "int32");
    const rise = tf.gather(tf.tensor1d(rises), index);
    (save as tf.GradSaveFunc)([rise]);
    return {
      value: tf.add(tf.gather(tf.tensor1d(starts), index), tf.mul(rise, tf.sub(position, cell))),
      gradFunc: (dy, saved) => tf.mul(tf.mul(dy as Tensor, (saved as Tensor[])[0]), CELLS / 2),
    };
  });
  return op(cosine);
}
