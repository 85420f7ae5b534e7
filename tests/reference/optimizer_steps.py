"""Writes optimizer_steps.json: five steps of PyTorch's optimizers in float64, on weights and gradients that a formula gives."""

import json
import math
from pathlib import Path

import torch

STEPS, SIZE = 5, 6


def noise(index, i):
    value = 43758.5453 * math.sin(12.9898 * (i + 1) + 78.233 * index)
    return 2 * (value - math.floor(value)) - 1


CASES = {
    "adam": (torch.optim.Adam, {"lr": 1e-2, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-2, "weight_decay": 0.1}),
    "sgd": (torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.01, "momentum": 0}),
    "momentum": (torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.01, "momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.01, "momentum": 0.9, "nesterov": True}),
}

results = {}
for name, (make, options) in CASES.items():
    weight = torch.tensor([noise(0, i) for i in range(SIZE)], dtype=torch.float64, requires_grad=True)
    optimizer, seen = make([weight], **options), []
    for step in range(STEPS):
        weight.grad = torch.tensor([noise(step + 1, i) for i in range(SIZE)], dtype=torch.float64)
        optimizer.step()
        seen.append([round(x, 9) for x in weight.tolist()])
    results[name] = seen
text = json.dumps({"torch": torch.__version__.split("+")[0], "steps": results}, indent=1)
Path(__file__).with_suffix(".json").write_text(text + "\n")
