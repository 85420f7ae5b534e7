/** Settings that do not go together: a mistake of the person who chose them. The message is one line. */
export class SettingsError extends Error {
  /** Always `SettingsError`. */
  override readonly name = "SettingsError";
}
