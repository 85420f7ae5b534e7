import { convnetNetwork } from "./convnet.ts";
import { mlpNetwork } from "./mlp.ts";
import type { Network } from "./network.ts";
import {
  resnet14Network,
  resnet18Network,
  resnet34Network,
  resnet50Network,
  resnet8Network,
} from "./resnet.ts";

/**
 * The networks by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { networks } from "@hscl/hscl/encoders";
 * assertEquals(networks.resnet18.label, "ResNet-18");
 * ```
 */
export const networks = {
  convnet: convnetNetwork,
  mlp: mlpNetwork,
  resnet8: resnet8Network,
  resnet14: resnet14Network,
  resnet18: resnet18Network,
  resnet34: resnet34Network,
  resnet50: resnet50Network,
} as const;

/** Name of a network. */
export type NetworkName = keyof typeof networks;

/** The names of the networks. */
export const networkNames = Object.keys(networks) as NetworkName[];

/** A network by its name, where it does not matter which. */
export function networkOf(name: NetworkName): Network {
  return networks[name] as Network;
}
