"""Linear probes by scikit-learn (the least loss there is) and PyTorch (trained with Adam): makes and checks linear_probe.json.

    python tests/reference/linear_probe.py --check    compares the file with what this program computes
    python tests/reference/linear_probe.py --write    puts what this program computes into the file

Everything is computed in float64. Needs `pip install scikit-learn torch`, any versions since 1.2 and 2.0.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

FILE = Path(__file__).with_name("linear_probe.json")
TOLERANCE = 1e-6


def inputs():
    """Rows of four classes that overlap, on scales of their own; a start and orders for the training with Adam."""
    rng = np.random.default_rng(0)
    dim, classes, rows, queries = 5, 6, 90, 40
    centres = rng.normal(size=(classes, dim))

    def labelled(count):
        labels = np.arange(count) % classes
        features = (centres[labels] + 0.8 * rng.normal(size=(count, dim))) * np.array([1, 0.2, 3, 1, 0.5]) + 1
        return {"features": np.float32(features).round(4).ravel().tolist(), "labels": labels.tolist()}

    return {
        "dim": dim,
        "classes": classes,
        "training": labelled(rows),
        "queries": labelled(queries),
        "start": rng.uniform(-0.5, 0.5, size=(dim + 1, classes)).round(4).ravel().tolist(),
        "orders": [rng.permutation(rows).tolist() for _ in range(5)],
    }


def side(given, name):
    labels = np.array(given[name]["labels"])
    return np.array(given[name]["features"], dtype=np.float64).reshape(len(labels), -1), labels


def exact(given, decay):
    """mean −log softmax + decay/2 · ‖W‖² of standardised features, without a penalty on the bias."""
    x, y = side(given, "training")
    asked, _ = side(given, "queries")
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=1 / (len(y) * decay), tol=1e-12, max_iter=100_000).fit(scaler.transform(x), y)
    logs = model.predict_log_proba(scaler.transform(x))
    loss = -logs[np.arange(len(y)), y].mean() + decay / 2 * (model.coef_**2).sum()
    return {
        "decay": decay,
        "loss": loss,
        "predictions": model.predict(scaler.transform(asked)).tolist(),
    }


def protocol(given, batch_size, learning_rate, weight_decay):
    """A linear layer trained with Adam on the cross-entropy, over the orders of the input."""
    x, y = map(torch.tensor, side(given, "training"))
    asked, _ = map(torch.tensor, side(given, "queries"))
    start = torch.tensor(given["start"], dtype=torch.float64).reshape(given["dim"] + 1, -1)
    layer = torch.nn.Linear(given["dim"], given["classes"], dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(start[:-1].t())
        layer.bias.copy_(start[-1])
    adam = torch.optim.Adam(layer.parameters(), lr=learning_rate, weight_decay=weight_decay)
    for order in given["orders"]:
        total = 0.0
        for batch in torch.tensor(order).split(batch_size):
            adam.zero_grad()
            loss = torch.nn.functional.cross_entropy(layer(x[batch]), y[batch])
            loss.backward()
            adam.step()
            total += loss.item() * len(batch)
    weights = torch.cat([layer.weight.t(), layer.bias[None]]).detach()
    return {
        "batchSize": batch_size,
        "learningRate": learning_rate,
        "weightDecay": weight_decay,
        "loss": total / len(y),
        "weights": weights.ravel().tolist(),
        "predictions": layer(asked).argmax(1).tolist(),
    }


def results(given):
    return {
        "exact": [exact(given, decay) for decay in (1e-3, 0.1)],
        "protocol": [protocol(given, 32, 1e-2, 1e-6), protocol(given, 512, 0.1, 0.05)],
    }


def flat(value):
    if isinstance(value, dict):
        return [number for each in value.values() for number in flat(each)]
    return [number for each in value for number in flat(each)] if isinstance(value, list) else [value]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        given = inputs()
        FILE.write_text(json.dumps({**given, **results(given)}) + "\n")
    else:
        known = json.loads(FILE.read_text())
        found = results(known)
        worst = max(abs(a - b) for a, b in zip(flat(found), flat({name: known[name] for name in found}), strict=True))
        print(f"largest difference {worst:.1e}")
        raise SystemExit(worst > TOLERANCE)
