import type { CApi } from "./c_api.ts";
import { CStrings } from "./c_strings.ts";
import type { Pointer } from "./types.ts";

// ConfigProto { gpu_options { allow_growth: true } }: take GPU memory as it is needed, not all of it at once.
const config = Uint8Array.of(0x32, 0x02, 0x20, 0x01);

/** TensorFlow, started. */
export class Library {
  /** Its functions. */
  readonly c: CApi;
  /** Texts for them. */
  readonly strings = new CStrings();
  /** Where they say whether they succeeded. */
  readonly status: Pointer;
  /** What operations run in. */
  readonly context: Pointer;
  /** The name of the GPU, if there is one. */
  readonly gpu: string | undefined;

  /** @throws {Error} if TensorFlow cannot start */
  constructor(c: CApi) {
    this.c = c;
    this.status = c.TF_NewStatus();
    const options = c.TFE_NewContextOptions();
    c.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), this.status);
    this.check();
    this.context = c.TFE_NewContext(options, this.status);
    this.check();
    c.TFE_DeleteContextOptions(options);
    this.gpu = this.#gpuName();
    this.check();
  }

  /** Throws what the last call that was given the status says. */
  check(): void {
    const { c, status } = this;
    if (c.TF_GetCode(status) !== 0) throw new Error(textAt(c.TF_Message(status)));
  }

  /** Name of the last GPU that TensorFlow lists, as tfjs-node chooses it. */
  #gpuName(): string | undefined {
    const { c, context, status } = this;
    const devices = c.TFE_ContextListDevices(context, status);
    let name: string | undefined;
    for (let i = 0; i < c.TF_DeviceListCount(devices); i++) {
      if (textAt(c.TF_DeviceListType(devices, i, status)) === "GPU") {
        name = textAt(c.TF_DeviceListName(devices, i, status));
      }
    }
    c.TF_DeleteDeviceList(devices);
    return name;
  }
}

/** The text at an address. */
export function textAt(pointer: Pointer): string {
  return pointer === null ? "" : new Deno.UnsafePointerView(pointer).getCString();
}
