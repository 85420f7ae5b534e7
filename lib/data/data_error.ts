/** Data that cannot be read: a file is missing, cut short or something else. The message names the file. */
export class DataError extends Error {
  /** Always `DataError`. */
  override readonly name = "DataError";
}
