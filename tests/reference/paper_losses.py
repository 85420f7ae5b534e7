"""Losses and gradients of the paper's code, computed again in PyTorch from its formulas: makes and checks paper_losses.json.

    python tests/reference/paper_losses.py --check    compares the file with what this program computes
    python tests/reference/paper_losses.py --write    puts what this program computes into the file

The inputs of every case (views, labels, temperature, β, τ⁺) are read from the file and stay as they are; the results
depend on nothing else. They are computed in float64, so that they are the same on every machine; the paper's code, whose
output the file holds, ran in float32. Needs `pip install torch`, any version since 2.0.
"""

import argparse
import json
from pathlib import Path

import torch

FILE = Path(__file__).with_name("paper_losses.json")
# A few roundings of float32: of a loss relative to it, of a gradient relative to its largest entry.
TOLERANCE = 2e-6


def mean_over_pairs(case, view1, view2, supervised, all_positives=False, beta=0.0, stop_gradient=False, tau_plus=0.0):
    """−log(e^s⁺ / (e^s⁺ + Ng)) averaged over the pairs of an anchor and a positive, both views being anchors.

    Ng is Q = 2B − 2 times the mean of e^s over the negatives, weighted by (e^s)^β. As in the paper's code, e^s is one matrix
    over the rows of both views, and 0/1 matrices say which of its entries are positives and negatives.
    """
    batch, temperature = case["batch"], case["temperature"]
    rows = torch.cat([view1, view2])
    exponentials = torch.exp(rows @ rows.t() / temperature)
    item = torch.arange(batch).repeat(2)
    label = torch.tensor(case["labels"]).repeat(2)
    itself = torch.eye(2 * batch, dtype=torch.bool)
    same_item = item[:, None] == item
    same_label = label[:, None] == label
    negative = (~same_label if supervised else ~same_item).to(rows.dtype)
    positive = (same_label if all_positives else same_item) & ~itself

    weights = negative * exponentials**beta
    if stop_gradient:
        weights = weights.detach()
    q = 2 * batch - 2
    weighted = q * (weights * exponentials).sum(1, keepdim=True) / weights.sum(1, keepdim=True)
    # Debiased: what positives among the negatives add is taken away, down to the least that Ng can be.
    least = q * torch.exp(torch.tensor(-1 / temperature, dtype=rows.dtype))
    ng = torch.clamp((weighted - tau_plus * q * exponentials) / (1 - tau_plus), min=least) if tau_plus else weighted
    return -torch.log(exponentials / (exponentials + ng))[positive].mean()


def implementations(case):
    """The paper's implementations by their key in the file, as arguments of `mean_over_pairs`."""
    beta = case["beta"]
    every = {
        "ucl": dict(supervised=False),
        "hucl": dict(supervised=False, beta=beta),
        "huclDebiased": dict(supervised=False, beta=beta, tau_plus=case["tauPlus"]),
        "sclAugmentedPositives": dict(supervised=True),
        "hsclAugmentedPositivesStopGradient": dict(supervised=True, beta=beta, stop_gradient=True),
        "sclAllPositives": dict(supervised=True, all_positives=True),
        "hsclAllPositives": dict(supervised=True, all_positives=True, beta=beta),
        "hsclAllPositivesStopGradient": dict(supervised=True, all_positives=True, beta=beta, stop_gradient=True),
    }
    # With β = 0 the paper's code gives NaN where it stops the gradient, so there is nothing to compare with.
    return {key: options for key, options in every.items() if beta != 0 or "stop_gradient" not in options}


def computed(case):
    """Loss and gradients of every implementation."""
    results = {}
    for key, options in implementations(case).items():
        views = [
            torch.tensor(case[name], dtype=torch.float64).reshape(case["batch"], case["dim"]).requires_grad_()
            for name in ("view1", "view2")
        ]
        loss = mean_over_pairs(case, *views, **options)
        gradients = torch.autograd.grad(loss, views)
        results[key] = {
            "loss": loss.item(),
            "gradView1": gradients[0].flatten().tolist(),
            "gradView2": gradients[1].flatten().tolist(),
        }
    return results


def deviation(values, expected):
    """Largest difference, relative to the largest value."""
    assert len(values) == len(expected)
    return max(abs(a - b) for a, b in zip(values, expected)) / max(abs(b) for b in expected)


def check(cases):
    """Prints the largest deviation of each quantity; exits with 1 if one is more than rounding."""
    largest = {"loss": 0.0, "gradView1": 0.0, "gradView2": 0.0}
    for case in cases:
        results = computed(case)
        if results.keys() != case["expected"].keys():
            raise SystemExit(f"case {case['name']} must hold {', '.join(results)}")
        for key, expected in case["expected"].items():
            for quantity in largest:
                a, b = results[key][quantity], expected[quantity]
                off = deviation([a], [b]) if quantity == "loss" else deviation(a, b)
                largest[quantity] = max(largest[quantity], off)
                if not off <= TOLERANCE:
                    raise SystemExit(f"{case['name']}, {key}: {quantity} is off by {off:.2g} of its largest value")
    print(", ".join(f"{quantity} off by at most {off:.2g}" for quantity, off in largest.items()))


def write(description, cases):
    """Writes the file anew; of a result the nine digits that tell float32 numbers apart."""
    for case in cases:
        case["expected"] = {key: rounded(result) for key, result in computed(case).items()}
    FILE.write_text(text_of({"description": description, "cases": cases}) + "\n")


def rounded(result):
    """A result with nine digits to each number."""
    nine = lambda x: float(f"{x:.9g}")
    return {key: nine(x) if key == "loss" else [nine(each) for each in x] for key, x in result.items()}


def text_of(value, indent=""):
    """JSON in which lists of numbers stay on a line."""
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {text_of(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + text_of(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="compare")
    action.add_argument("--write", action="store_true", help="write")
    arguments = parser.parse_args()
    content = json.loads(FILE.read_text())
    if arguments.check:
        check(content["cases"])
    else:
        write(content["description"], content["cases"])
