"""The statistics of all pairs behind Assumption 1 and the theorems in PyTorch: block by block, each exponential once.

Both sides: float32 products; per anchor and hardening exp(beta*s) the means h_same, h_diff and h_all of exp(s), and the
losses log(1 + Q*h*exp(-s+)) of H-UCL and H-SCL, mean over the anchor's positives; the same without hardening; Q = 1.
"""

import math

import torch

BLOCK = 800  # rows; 32 MB of products, as the other side has


def points(count, dim, classes):
    """Unit rows sorted by class, and how many each class has: the formula of the other side, so that values can be compared."""
    i = torch.arange(count, dtype=torch.float64)[:, None]
    k = torch.arange(dim, dtype=torch.float64)
    rows = torch.sin((i + 1) * (k + 1) * 0.37 + (i % classes) * k)
    labels = torch.arange(count) % classes
    order = torch.argsort(labels, stable=True)
    return torch.nn.functional.normalize(rows[order], dim=1).float(), torch.bincount(labels).tolist()


def all_pairs(rows, sizes, betas, temperature=0.5):
    """Mean H-UCL and H-SCL losses over the anchors, [betas + 1, 2]; the first without hardening."""
    total = torch.zeros(len(betas) + 1, 2, dtype=torch.float64)
    start = 0
    for size in sizes:
        for first in range(start, start + size, BLOCK):
            last = min(first + BLOCK, start + size)
            scores = rows[first:last] @ rows.t() / temperature
            anchors = torch.arange(last - first)
            exponentials = torch.exp(scores)
            ratios = 1 / exponentials[:, start:start + size]
            for b, beta in enumerate([0.0, *betas]):
                weights = torch.ones_like(scores) if beta == 0 else torch.exp(beta * (scores - 1 / temperature))
                weights[anchors, first + anchors] = 0  # an embedding is not its own negative
                products = weights * exponentials
                same = slice(start, start + size)
                weight_same, product_same = weights[:, same].sum(1), products[:, same].sum(1)
                weight_all, product_all = weights.sum(1), products.sum(1)
                h_diff = (product_all - product_same) / (weight_all - weight_same)
                for column, h in enumerate((product_all / weight_all, h_diff)):
                    losses = torch.log1p(h[:, None] * ratios)
                    losses[anchors, first - start + anchors] = 0
                    total[b, column] += (losses.sum(1) / (size - 1)).double().sum()
        start += size
    return total / len(rows)


def mean_loss(rows, sizes, betas):
    """One number that depends on all of them."""
    value = all_pairs(rows, sizes, betas).mean().item()
    assert math.isfinite(value)
    return value
