/** The bytes that a base64 text stands for. `Uint8Array.fromBase64` is younger than Node.js 20. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
