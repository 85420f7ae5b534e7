import {
  customHardening,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "@hscl/hscl";
import { hardeningFamilies, type HardeningFamily, hardeningNames } from "@hscl/hscl/hardening";
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";

/** One family, for the tests that run every family through the same properties. */
export interface HardeningCase {
  /** Members from the softest to the hardest. */
  members: Hardening[];
  /** Asserts what, at a temperature, sets a member apart from every other function, without its formula. */
  law: (member: Hardening, temperature: number) => void;
  /** How near its gradient comes to differences of log η, of which a small part is theirs; absent where it jumps. */
  slopeError?: number;
}

const cosines = Array.from({ length: 41 }, (_, i) => -1 + i / 20);

function assertClose(value: number, expected: number, what: string): void {
  assertAlmostEquals(value, expected, 1e-11 * Math.max(1, Math.abs(expected)), what);
}

/** log η is what was given. */
function isGiven(
  given: (cosine: number, temperature: number, parameters: Hardening["parameters"]) => number,
) {
  return (member: Hardening, T: number) => {
    for (const u of cosines) assertEquals(member.logEtaAt(u, T), given(u, T, member.parameters));
  };
}

export const hardeningCases: Record<string, HardeningCase> = {
  none: {
    members: [noHardening()],
    law: (member, T) => cosines.forEach((u) => assertEquals(member.logEtaAt(u, T), 0)),
    slopeError: 2e-5,
  },
  exponential: {
    members: [0, 1e-3, 1, 30, 500].map(exponential),
    // Turns sums into products, and one temperature's worth of cosine is a factor of e^β: at T = ½ the paper's exp(2βu).
    law: (member, T) => {
      const { beta } = member.parameters, log = (u: number) => member.logEtaAt(u, T);
      for (const u of cosines) {
        for (const v of cosines) {
          if (Math.abs(u + v) <= 1) assertClose(log(u) + log(v), log(u + v), `${u} + ${v}`);
        }
        if (u + T <= 1) assertClose(log(u + T) - log(u), beta, `from ${u} to ${u + T}`);
      }
      assertClose(T * (log(1) - log(-1)), 2 * beta, "from one end to the other");
    },
    slopeError: 2e-5,
  },
  threshold: {
    members: [-1, -0.3, 0.2, 0.7].map(threshold),
    law: (member, T) => {
      const { tau } = member.parameters;
      assertEquals([tau, 1].map((u) => member.logEtaAt(u, T)), [0, 0]);
      assertEquals([tau - 1e-15, tau - 1].map((u) => member.logEtaAt(u, T)), [-Infinity, -Infinity]);
    },
  },
  polynomial: {
    members: [0, 0.5, 3, 40].map(polynomial),
    // Turns products of x = (1 + u)/2 into products, is 1 at u = 1 and 2^-p at u = 0, and stops at a float32 cosine's resolution.
    law: (member, T) => {
      const { power } = member.parameters, at = (x: number) => member.logEtaAt(2 * x - 1, T);
      const shares = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);
      for (const x of shares) for (const y of shares) assertClose(at(x) + at(y), at(x * y), `${x} · ${y}`);
      assertEquals(at(1), 0);
      assertClose(Math.exp(at(1 / 2)), 2 ** -power, "u = 0");
      assertClose(at(0), -24 * power * Math.LN2, "u = -1");
    },
    slopeError: 2e-5,
  },
  logistic: {
    members: [[-0.5, 0.2], [0.3, 0.2], [0.8, 0.2]].map(([tau, width]) => logistic(tau, width)),
    // η and 1 - η change places on the other side of τ, and their odds grow by e per width.
    law: (member, T) => {
      const { tau, width } = member.parameters, at = (u: number) => member.logEtaAt(u, T);
      for (const x of [0, 1e-3, 0.01, 0.1, 0.2, 0.5]) {
        assertClose(Math.exp(at(tau + x)) + Math.exp(at(tau - x)), 1, `${x} from τ`);
        assertClose(at(tau + x) - at(tau - x), x / width, `${x} from τ`);
      }
    },
    slopeError: 2e-5,
  },
  "custom on numbers": {
    members: [1, 4].map((c) => customHardening("sinh", (u) => c * Math.sinh(2 * u), { parameters: { c } })),
    law: isGiven((u, _, { c }) => c * Math.sinh(2 * u)),
    slopeError: 1e-3,
  },
  "custom on numbers and tensors": {
    members: [1, 4].map((c) =>
      customHardening("cubic", (u, T) => c * u ** 3 / T, {
        parameters: { c },
        logEta: (u, T) => tf.mul(tf.mul(tf.square(u), u), c / T),
      })
    ),
    law: isGiven((u, T, { c }) => c * u ** 3 / T),
    slopeError: 2e-5,
  },
  "custom with zeros": {
    members: [-0.25, 0.5].map((start) =>
      customHardening("ramp", (u) => u >= start ? Math.sqrt(1 + u) : -Infinity, { parameters: { start } })
    ),
    law: isGiven((u, _, { start }) => u >= start ? Math.sqrt(1 + u) : -Infinity),
  },
};

// A family of which no law is written down here: some members, by its table.
for (const name of hardeningNames.filter((name) => !Object.hasOwn(hardeningCases, name))) {
  const { parameters, strength, make }: HardeningFamily = hardeningFamilies[name];
  const usual = Object.entries(parameters).map(([parameter, { default: value }]) => [parameter, value]);
  const members = [...strength.values].sort((a, b) => a - b).map((value) =>
    make({ ...Object.fromEntries(usual), [strength.parameter]: value })
  );
  hardeningCases[name] = { members, law: (member) => assertEquals(member.name, name) };
}

/** Every member of every family. */
export const allHardenings: ({ label: string; hardening: Hardening } & Omit<HardeningCase, "members">)[] =
  Object
    .entries(hardeningCases).flatMap(([family, { members, ...rest }]) =>
      members.map((hardening) => ({
        label: `${family} ${JSON.stringify(hardening.parameters)}`,
        hardening,
        ...rest,
      }))
    );
