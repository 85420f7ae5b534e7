"""Writes transforms.json: what torchvision's transforms make of an image that a formula gives, at fixed amounts and over many draws."""

import json
import math
from pathlib import Path

import torch
import torchvision
from torchvision.transforms import ColorJitter, Compose, GaussianBlur, InterpolationMode, RandomApply
from torchvision.transforms import RandomGrayscale, RandomHorizontalFlip, RandomResizedCrop
from torchvision.transforms import functional as F

HEIGHT, WIDTH, DRAWS = 6, 5, 20000
# Where the image is looked at, in the order height, width, channel.
PIXELS = [(0, 0, 0), (3, 2, 1), (5, 4, 2)]
THRESHOLDS = [round((k + 0.37) / 16, 6) for k in range(16)]


def value(i):
    x = 43758.5453 * math.sin(12.9898 * (i + 1))
    return x - math.floor(x)


channels_last = torch.tensor([value(i) for i in range(HEIGHT * WIDTH * 3)]).reshape(HEIGHT, WIDTH, 3)
image = channels_last.permute(2, 0, 1).contiguous()


def pixels(changed):
    return [round(x, 6) for x in changed.permute(1, 2, 0).flatten().tolist()]


fixed = {}
for name, change, amounts in [
    ("brightness", F.adjust_brightness, [0.6, 1.4]),
    ("contrast", F.adjust_contrast, [0.6, 1.4]),
    ("saturation", F.adjust_saturation, [0.6, 1.4]),
    ("hue", F.adjust_hue, [-0.1, 0.07]),
]:
    fixed[name] = [{"amount": amount, "pixels": pixels(change(image, amount))} for amount in amounts]
fixed["blur"] = [
    {"amount": sigma, "pixels": pixels(F.gaussian_blur(image, [3, 3], [sigma, sigma]))} for sigma in [0.1, 0.7, 2]
]
fixed["grayscale"] = [{"amount": 1, "pixels": pixels(F.rgb_to_grayscale(image, 3))}]
fixed["flip"] = [{"amount": 1, "pixels": pixels(F.hflip(image))}]
crops = [
    {
        "window": {"top": top, "left": left, "height": height, "width": width},
        "pixels": pixels(
            F.resized_crop(image, top, left, height, width, [HEIGHT, WIDTH], InterpolationMode.BILINEAR, antialias=True)
        ),
    }
    for top, left, height, width in [(0, 0, 3, 3), (2, 1, 4, 2), (5, 0, 1, 5), (1, 1, 5, 4)]
]

jitter = ColorJitter(0.4, 0.4, 0.4, 0.1)
size = [HEIGHT, WIDTH]
transforms = {
    "crop": RandomResizedCrop(size),
    "crop of 40 %": RandomResizedCrop(size, scale=(0.4, 1)),
    "flip": RandomHorizontalFlip(0.5),
    "jitter": jitter,
    "jitter at times": RandomApply([jitter], 0.8),
    "grayscale": RandomGrayscale(0.2),
    "blur": RandomApply([GaussianBlur(3, (0.1, 2))], 0.5),
}
transforms["all"] = Compose([transforms[k] for k in ["crop", "flip", "jitter at times", "grayscale", "blur"]])


def shares(values):
    values = torch.tensor(values)
    return [round((values <= threshold).float().mean().item(), 5) for threshold in THRESHOLDS]


torch.manual_seed(0)
torch.set_num_threads(1)  # images are tiny
drawn = {}
for name, transform in transforms.items():
    seen = [transform(image) for _ in range(DRAWS)]
    drawn[name] = [shares([each[c, y, x].item() for each in seen]) for y, x, c in PIXELS]

# Windows of images of usual sizes: shares of at most so many rows, columns, and rows above.
windows = {}
for height, width, scale in [(32, 32, (0.08, 1)), (28, 28, (0.4, 1)), (20, 60, (0.2, 1))]:
    found = [
        RandomResizedCrop.get_params(torch.zeros(1, height, width), list(scale), [3 / 4, 4 / 3]) for _ in range(DRAWS)
    ]
    of = lambda at, most: [
        round(sum(1 for each in found if each[at] <= k) / DRAWS, 5) for k in range(0, most + 1, 2)
    ]
    windows[f"{height}x{width} {scale[0]}"] = {
        "height": height,
        "width": width,
        "scale": scale,
        "heights": of(2, height),
        "widths": of(3, width),
        "tops": of(0, height),
    }

text = {
    "torchvision": torchvision.__version__.split("+")[0],
    "image": pixels(image),
    "pixels": PIXELS,
    "thresholds": THRESHOLDS,
    "draws": DRAWS,
    "fixed": fixed,
    "crops": crops,
    "drawn": drawn,
    "windows": windows,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(text) + "\n")
