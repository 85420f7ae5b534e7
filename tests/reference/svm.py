"""Support vector machines of scikit-learn on made-up features: makes and checks svm.json.

    python tests/reference/svm.py --check    compares the file with what this program computes
    python tests/reference/svm.py --write    puts what this program computes into the file

Features are clouds around class means, rounded so that they are the same numbers in float32, from NumPy's seeded generator. The
protocol is that of InfoGraph's and HCL's evaluation: SVC with its default kernel, C by a grid search over five parts, and a
cross-validation over ten. Needs `pip install scikit-learn`.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import SVC

FILE = Path(__file__).with_name("svm.json")
COSTS = [0.001, 0.01, 0.1, 1, 10, 100, 1000]


def clouds(seed, count, dim, classes, spread):
    """Rows around the means of their classes, and the classes, in random order and of different sizes."""
    random = np.random.default_rng(seed)
    means = random.normal(size=(classes, dim))
    labels = np.minimum(random.integers(0, classes + 1, size=count), classes - 1)
    features = means[labels] + spread * random.normal(size=(count, dim))
    return np.round(features * 64) / 64, labels


def case(name, seed, count, dim, classes, spread):
    features, labels = clouds(seed, count, dim, classes, spread)
    train, test = slice(0, count * 2 // 3), slice(count * 2 // 3, count)
    by_cost = []
    for cost in COSTS:
        exact = SVC(C=cost, tol=1e-10, decision_function_shape="ovo").fit(features[train], labels[train])
        usual = SVC(C=cost).fit(features[train], labels[train])
        entry = {"cost": cost, "predictions": usual.predict(features[test]).tolist()}
        if classes == 2:
            # scikit-learn's values are of the second class.
            entry["decisions"] = [float(-value) for value in exact.decision_function(features[test])]
        by_cost.append(entry)
    search = GridSearchCV(SVC(), {"C": COSTS}, cv=5, scoring="accuracy").fit(features[train], labels[train])
    parts = StratifiedKFold(n_splits=10)
    folds = np.zeros(count, dtype=int)
    accuracies, costs = [], []
    for fold, (known, asked) in enumerate(parts.split(features, labels)):
        folds[asked] = fold
        best = GridSearchCV(SVC(), {"C": COSTS}, cv=5, scoring="accuracy").fit(features[known], labels[known])
        accuracies.append(float(np.mean(best.predict(features[asked]) == labels[asked])))
        costs.append(best.best_params_["C"])
    return {
        "name": name,
        "dim": dim,
        "classes": classes,
        "features": features.ravel().tolist(),
        "labels": labels.tolist(),
        "training": count * 2 // 3,
        "gamma": float(1 / (dim * features[train].var())),
        "byCost": by_cost,
        "cost": search.best_params_["C"],
        "accuracy": float(np.mean(search.predict(features[test]) == labels[test])),
        "folds": folds.tolist(),
        "foldAccuracies": accuracies,
        "foldCosts": costs,
    }


def computed():
    warnings.simplefilter("ignore")
    return {
        "cases": [
            case("two classes that overlap", 0, 90, 3, 2, 1.0),
            case("two classes far apart", 1, 60, 2, 2, 0.2),
            case("three classes", 2, 105, 4, 3, 0.8),
            case("six classes that overlap", 3, 150, 6, 6, 1.0),
        ]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--check", action="store_true")
    group.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        FILE.write_text(json.dumps(computed()) + "\n")
        return
    kept, now = json.loads(FILE.read_text()), computed()
    for old, new in zip(kept["cases"], now["cases"], strict=True):
        for entry, again in zip(old["byCost"], new["byCost"], strict=True):
            decisions = np.subtract(entry.pop("decisions", []), again.pop("decisions", []))
            assert np.abs(decisions).max(initial=0) < 1e-7, old["name"]
        assert abs(old.pop("gamma") - new.pop("gamma")) < 1e-12, old["name"]
        assert old == new, old["name"]
    print(f"{len(now['cases'])} cases agree")


if __name__ == "__main__":
    main()
