/** Data that cannot be read: a file is missing, cut short or something else. The message names the file. */
export class DataError extends Error {
  override readonly name = "DataError";
}
