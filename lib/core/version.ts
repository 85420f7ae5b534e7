/** The version of this library, as in its manifest. */
export const VERSION = "0.1.0";
