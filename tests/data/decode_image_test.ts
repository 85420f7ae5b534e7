// Images of every kind against what Pillow makes of the same files; images/make.py writes both.
import { assertEquals, assertRejects } from "@std/assert";
import { base64Bytes } from "../../lib/core/base64.ts";
import { decodeImage } from "../../lib/data/decode_image.ts";
import { fitImage } from "../../lib/data/fit_image.ts";
import { packed } from "../../lib/data/convert_images.ts";
import pillow from "./images/pillow.json" with { type: "json" };

const bytesOf = (name: string) => Deno.readFile(new URL(`./images/${name}`, import.meta.url));

for (const [name, { height, width, pixels }] of Object.entries(pillow.decoded)) {
  Deno.test(`${name} has Pillow's pixels`, async () => {
    assertEquals(await decodeImage(await bytesOf(name)), { height, width, pixels: base64Bytes(pixels) });
  });
}

for (const { from: [height, width], to: [rows, columns], pixels, fitted } of pillow.fitted) {
  Deno.test(`${height} × ${width} becomes ${rows} × ${columns} as Pillow's crop and resize make it`, () => {
    const image = { height, width, pixels: base64Bytes(pixels) };
    assertEquals(fitImage(image, rows, columns), {
      height: rows,
      width: columns,
      pixels: base64Bytes(fitted),
    });
  });
}

Deno.test("colours become grey as Pillow's L, and grey stays what it is", () => {
  assertEquals(packed([base64Bytes(pillow.greys.pixels)], 1), base64Bytes(pillow.greys.grey));
  const levels = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3));
  assertEquals(packed([levels], 1), Uint8Array.from({ length: 256 }, (_, level) => level));
});

Deno.test("what is no whole image is refused with the decoder's reason", async () => {
  const jpeg = await bytesOf("baseline.jpg"), png = await bytesOf("colors.png");
  const refused: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [new Uint8Array(), /^an empty file$/],
    [new TextEncoder().encode("GIF89a"), /^a file that begins with the bytes 47 49 46 38$/],
    [await bytesOf("not_whole.jpg"), /^a JPEG file that cannot be decoded \(Premature end of JPEG file\)$/],
    [await bytesOf("not_cmyk.jpg"), /^a JPEG file that cannot be decoded \(Unsupported color/],
    [jpeg.slice(0, 30), /^a JPEG file that cannot be decoded \(/],
    [await bytesOf("not_as_written.png"), /^a PNG file that cannot be decoded \(CRC mismatch/],
    [png.slice(0, 40), /^a PNG file that cannot be decoded \(/],
    [png.slice(0, 8), /^a PNG file that cannot be decoded \(/],
    [
      await bytesOf("not_whole.webp"),
      /^a WebP file that cannot be decoded, as one that is cut short or moves$/,
    ],
    [await bytesOf("not_still.webp"), /^a WebP file that cannot be decoded/],
    [(await bytesOf("lossless.webp")).slice(0, 20), /^a WebP file that cannot be decoded/],
  ];
  for (const [bytes, message] of refused) {
    const { message: said } = await assertRejects(() => decodeImage(bytes), Error);
    assertEquals(message.test(said), true, said);
  }
  // The decoder goes on afterwards.
  assertEquals((await decodeImage(await bytesOf("baseline.jpg"))).height, 11);
});

Deno.test("JPEG files that are decoded at once do not get each other's faults", async () => {
  const whole = await bytesOf("baseline.jpg"), cut = await bytesOf("not_whole.jpg");
  const results = await Promise.allSettled(
    [whole, cut, whole, cut, whole].map((bytes) => decodeImage(bytes.slice())),
  );
  assertEquals(results.map(({ status }) => status === "fulfilled"), [true, false, true, false, true]);
});

Deno.test("images of too many pixels are refused before they are unpacked, of usual sizes not", async () => {
  const changed = async (name: string, at: number, bytes: number[]) => {
    const file = await bytesOf(name);
    file.set(bytes, at);
    return file;
  };
  const jpeg = await bytesOf("baseline.jpg"),
    frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  const huge: [Uint8Array<ArrayBuffer>, string][] = [
    [await changed("grey.png", 16, [0, 0, 0x80, 0, 0, 0, 0x40, 0]), "16384 × 32768"],
    [await changed("baseline.jpg", frame + 5, [0xff, 0xff, 0xff, 0xff]), "65535 × 65535"],
    [await changed("lossless.webp", 21, [0xff, 0xff, 0xff, 0x0f]), "16384 × 16384"],
    [await changed("lossy.webp", 26, [0xff, 0x3f, 0xff, 0x3f]), "16383 × 16383"],
    [await changed("lossy_alpha.webp", 24, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "16777216 × 16777216"],
  ];
  for (const [bytes, size] of huge) {
    const { message } = await assertRejects(() => decodeImage(bytes), Error);
    assertEquals(message, `an image of ${size}, more than 134217728 pixels`);
  }
});
