"""Writes the files beside it with Pillow: images of every kind, and what Pillow makes of them in pillow.json."""

import base64
import json
import pathlib

import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).parent
y, x = np.mgrid[0:11, 0:13]
grey = ((x * 13 + y * 7) % 256).astype("uint8")
colors = np.stack([grey, 255 - grey, (grey.astype(int) * 3) % 256], -1).astype("uint8")
alpha = ((x * y * 5) % 256).astype("uint8")
image = Image.fromarray
grey16 = grey.astype("uint16") * 257 + (x % 3).astype("uint16")


def text(pixels):
    return base64.b64encode(np.asarray(pixels, "uint8").tobytes()).decode()


def over_white(picture):
    white = Image.new("RGBA", picture.size, (255,) * 4)
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


exif = Image.Exif()
exif[0x112] = 6
written = {
    "grey.png": (image(grey), {}),
    "grey_transparent.png": (image(grey), {"transparency": int(grey[2, 3])}),
    "grey_alpha.png": (image(np.stack([grey, alpha], -1)), {}),
    "grey_16_bits.png": (image(grey16), {}),
    "bilevel.png": (image(grey).convert("1"), {}),
    "colors.png": (image(colors), {}),
    "colors_transparent.png": (image(colors), {"transparency": tuple(int(v) for v in colors[2, 3])}),
    "colors_alpha.png": (image(np.concatenate([colors, alpha[..., None]], -1)), {}),
    "palette_2.png": (image(colors).quantize(2), {}),
    "palette_4.png": (image(colors).quantize(4), {}),
    "palette_16_alpha.png": (image(colors).quantize(16), {"transparency": bytes([0, 128, 255, 40])}),
    "palette_90.png": (image(colors).quantize(90), {}),
    "baseline.jpg": (image(colors), {"quality": 90}),
    "progressive.jpg": (image(colors), {"quality": 90, "progressive": True}),
    "grey.jpg": (image(grey), {}),
    "turned.jpg": (image(colors), {"quality": 90, "exif": exif, "subsampling": 0}),
    "not_cmyk.jpg": (image(colors).convert("CMYK"), {}),
    "lossy.webp": (image(colors), {"quality": 80}),
    "lossy_alpha.webp": (image(np.concatenate([colors, alpha[..., None]], -1)), {"quality": 80}),
    "lossless.webp": (image(colors), {"lossless": True}),
    "lossless_alpha.webp": (image(np.concatenate([colors, alpha[..., None]], -1)), {"lossless": True, "exact": True}),
    "not_still.webp": (image(colors), {"save_all": True, "append_images": [image(255 - colors)]}),
}
decoded = {}
for name, (picture, options) in written.items():
    picture.save(folder / name, **options)
    if name.startswith("not"):
        continue
    if name == "grey_16_bits.png":  # which Pillow cuts
        pixels = np.repeat(np.round(grey16 / 257)[..., None], 3, -1)
    elif name == "turned.jpg":
        upright = Image.open(folder / name).transpose(Image.Transpose.ROTATE_270)
        pixels = upright.convert("RGB")
    else:
        pixels = over_white(Image.open(folder / name))
    height, width = np.asarray(pixels).shape[:2]
    decoded[name] = {"height": height, "width": width, "pixels": text(pixels)}
webp = (folder / "lossy.webp").read_bytes()
(folder / "not_whole.webp").write_bytes(webp[: len(webp) // 2])
jpeg = (folder / "baseline.jpg").read_bytes()
(folder / "not_whole.jpg").write_bytes(jpeg[: len(jpeg) * 3 // 4])
png = bytearray((folder / "colors.png").read_bytes())
png[60] ^= 1
(folder / "not_as_written.png").write_bytes(png)

random = np.random.default_rng(0)
fitted = []
sizes = [(20, 30, 16, 16), (31, 18, 8, 8), (5, 6, 9, 9), (10, 40, 9, 9), (9, 9, 8, 8), (13, 21, 12, 18), (1, 1, 8, 8)]
for height, width, rows, columns in sizes:
    pixels = random.integers(0, 256, (height, width, 3), dtype="uint8")
    scale = min(height / rows, width / columns)
    h, w = (max(1, int(np.floor(scale * side + 0.5))) for side in (rows, columns))
    top, left = (height - h) // 2, (width - w) // 2
    made = image(pixels).crop((left, top, left + w, top + h)).resize((columns, rows), Image.Resampling.BILINEAR)
    fitted.append({"from": [height, width], "to": [rows, columns], "pixels": text(pixels), "fitted": text(made)})

luma = random.integers(0, 256, (1, 64, 3), dtype="uint8")
greys = {"pixels": text(luma), "grey": text(image(luma).convert("L"))}
(folder / "pillow.json").write_text(json.dumps({"decoded": decoded, "fitted": fitted, "greys": greys}, indent=1) + "\n")
