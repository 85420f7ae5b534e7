"""Prints the constants of tests/encoders/resnet_test.ts: small residual networks with weights that a formula gives."""

import json
import math

import torch

from models import encoder_from_settings


def noise(index, count, scale, offset=0.0):
    """scale * (2*frac(43758.5453 * sin(12.9898*i + 78.233*index)) - 1) + offset for i = 1, 2, ..."""
    values = [43758.5453 * math.sin(12.9898 * i + 78.233 * index) for i in range(1, count + 1)]
    return torch.tensor([scale * (2 * (v - math.floor(v)) - 1) + offset for v in values], dtype=torch.float64)


def fill(encoder):
    """Gives every parameter, in the order of lib/encoders, its noise; arrays are laid out as there (inputs before outputs)."""
    state = [(name, value) for name, value in encoder.state_dict().items() if not name.endswith("num_batches_tracked")]
    for index, (name, value) in enumerate(state):
        if value.dim() == 4:
            o, i, h, w = value.shape
            new = noise(index, value.numel(), math.sqrt(6 / (h * w * i))).reshape(h, w, i, o).permute(3, 2, 0, 1)
        elif value.dim() == 2:
            new = noise(index, value.numel(), math.sqrt(6 / value.shape[1])).reshape(value.shape[::-1]).t()
        elif name.endswith("norm.weight") or name.endswith("running_var"):
            new = noise(index, value.numel(), 0.3, 1.0)
        else:
            new = noise(index, value.numel(), 0.2)
        value.copy_(new)


results = []
networks = [(18, "cifar", 16), (50, "cifar", 16), (18, "imagenet", 64), (50, "imagenet", 64)]
networks += [(8, "strided", 16), (14, "strided", 16), (34, "cifar", 16)]
for depth, stem, size in networks:
    head = {"hidden": 6, "output": 3}
    encoder = encoder_from_settings(
        {"name": "resnet", "depth": depth, "stem": stem, "channels": 3, "width": 2, "head": head}
    ).double()
    with torch.no_grad():
        fill(encoder)
    images = noise(1, 4 * size * size * 3, 1.0).reshape(4, size, size, 3).permute(0, 3, 1, 2)
    weights = noise(2, 12, 1.0).reshape(4, 3)
    rounded = lambda tensor: [round(x, 6) for x in tensor.flatten().tolist()]
    result = {"depth": depth, "stem": stem, "size": size}
    for mode in ("evaluation", "training"):
        embeddings = encoder.train(mode == "training")(images)
        filter = encoder.body.stem.filter.weight
        (gradient,) = torch.autograd.grad((embeddings * weights).sum(), filter)
        result[mode] = rounded(embeddings.detach())
        # Through fifty batch norms of few pixels, float32 leaves PyTorch itself up to 4 % off.
        if mode == "evaluation" or depth < 34:
            result[f"{mode}Gradient"] = rounded(gradient.permute(2, 3, 1, 0)[0, 0])
    norm = encoder.body.blocks[-1].branch[-1].norm
    result["runningMean"] = rounded(norm.running_mean)[:6]
    result["runningVariance"] = rounded(norm.running_var)[:6]
    results.append(result)
print(f"// PyTorch {torch.__version__}, float64")
print(json.dumps(results))
