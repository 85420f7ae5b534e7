"""The trainings of `deno task fig1` in PyTorch, as one would write them: torchvision's transforms, Adam, kNN after each epoch.

The argument is the path of a JSON file: the settings of the trainings as our side wrote them, which files hold pixels and
labels, and whether views are augmented. Prints {"top1": mean kNN accuracy after the last epoch}. One thread.
"""

import json
import sys

import numpy as np
import torch
from torch.nn import functional as F

from losses import contrastive
from models import encoder_from_settings


def images_of(files, shape):
    """Pixels [count, channels, height, width] in 0 ... 255, and labels."""
    height, width, channels = shape["height"], shape["width"], shape["channels"]
    pixels = np.fromfile(files["images"], np.uint8).reshape(-1, height, width, channels)
    labels = np.fromfile(files["labels"], np.int32)
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels).long()


def views_of(images, transform, normalise):
    if transform is None:
        return normalise(images.float() / 255)
    return torch.stack([transform(image) for image in images])


def digits_transform(size, normalise):
    """As `digitsPipeline`, image by image on PIL's images, as the paper's code makes its views."""
    from torchvision import transforms as t

    return t.Compose([
        t.ToPILImage(),
        t.RandomResizedCrop(size, scale=(0.4, 1)),
        t.RandomApply([t.ColorJitter(brightness=0.4, contrast=0.4)], p=0.8),
        t.RandomApply([t.GaussianBlur(3, (0.1, 2))], p=0.5),
        t.ToTensor(),
        normalise,
    ])


def features_of(encoder, images, normalise):
    with torch.no_grad():
        batches = images.split(500)
        return torch.cat([F.normalize(encoder.body(normalise(batch.float() / 255))) for batch in batches])


def knn_accuracy(bank, bank_labels, queries, labels, k, temperature, classes):
    cosines, places = (queries @ bank.t()).topk(k)
    votes = torch.zeros(len(queries), classes)
    votes.scatter_add_(1, bank_labels[places], torch.exp(cosines / temperature))
    return (votes.argmax(1) == labels).float().mean().item()


def train(settings, train_set, test_set, size, augmented):
    torch.manual_seed(settings["seed"])
    statistics = settings["augmentation"]["statistics"]
    mean, std = (torch.tensor(statistics[key]).reshape(-1, 1, 1) for key in ("mean", "std"))
    normalise = lambda image: (image - mean) / std
    transform = digits_transform(size, normalise) if augmented else None
    encoder = encoder_from_settings(settings["encoder"]).train()
    options = settings["optimizer"]
    optimizer = torch.optim.Adam(
        encoder.parameters(), lr=options["learningRate"], weight_decay=options["weightDecay"], fused=True
    )
    loss_settings = settings["loss"]
    hardening = loss_settings.get("hardening")
    beta = hardening["parameters"]["beta"] if hardening else 0.0
    supervised = loss_settings["name"] in ("scl", "hscl")
    (images, labels), (test_images, test_labels) = train_set, test_set
    batch = settings["batchSize"]
    for _ in range(settings["epochs"]):
        encoder.train()
        order = torch.randperm(len(images))
        for start in range(0, len(images) - batch + 1, batch):
            chosen = order[start:start + batch]
            view1, view2 = (views_of(images[chosen], transform, normalise) for _ in range(2))
            optimizer.zero_grad(set_to_none=True)
            loss = contrastive(encoder(view1), encoder(view2), labels[chosen], beta, supervised)
            loss.backward()
            optimizer.step()
            loss.item()
        encoder.eval()
        bank, queries = (features_of(encoder, each, normalise) for each in (images, test_images))
        evaluation, classes = settings["evaluation"], int(labels.max()) + 1
        top1 = knn_accuracy(
            bank, labels, queries, test_labels, evaluation["k"], evaluation["temperature"], classes
        )
    return top1


def main():
    torch.set_num_threads(1)
    with open(sys.argv[1]) as file:
        work = json.load(file)
    train_set, test_set = (images_of(work[name], work["shape"]) for name in ("train", "test"))
    size = (work["shape"]["height"], work["shape"]["width"])
    scores = [train(settings, train_set, test_set, size, work["augmented"]) for settings in work["trainings"]]
    print(json.dumps({"top1": sum(scores) / len(scores)}))


if __name__ == "__main__":
    main()
