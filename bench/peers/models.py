"""The networks of lib/encoders in PyTorch: the same layers, parameters in the same order."""

import torch.nn.functional as F
from torch import nn


class Convnet(nn.Module):
    """3x3 convolutions with bias and ReLU, then the means over pool x pool equal parts of the image."""

    def __init__(self, channels, widths, strides, pool=1):
        super().__init__()
        self.pool = pool
        sizes = zip([channels, *widths], widths, strides)
        self.layers = nn.ModuleList(nn.Conv2d(i, o, 3, stride=s, padding=1) for i, o, s in sizes)
        self.feature_dim = widths[-1] * pool**2

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x), inplace=True)
        return x.mean((2, 3)) if self.pool == 1 else F.adaptive_avg_pool2d(x, self.pool).flatten(1)


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, size, stride):
        super().__init__()
        self.filter = nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.filter.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.norm(self.filter(x))


class Block(nn.Module):
    """Basic block (two 3x3) or bottleneck (1x1, 3x3, 1x1) with its shortcut."""

    def __init__(self, inputs, inner, stride, bottleneck):
        super().__init__()
        self.outputs = 4 * inner if bottleneck else inner
        if bottleneck:
            branch = [(inputs, inner, 1, 1), (inner, inner, 3, stride), (inner, self.outputs, 1, 1)]
        else:
            branch = [(inputs, inner, 3, stride), (inner, inner, 3, 1)]
        self.branch = nn.ModuleList(ConvNorm(*sizes) for sizes in branch)
        same = stride == 1 and inputs == self.outputs
        self.shortcut = None if same else ConvNorm(inputs, self.outputs, 1, stride)

    def forward(self, x):
        y = x
        for layer in self.branch[:-1]:
            y = F.relu(layer(y), inplace=True)
        y = self.branch[-1](y)
        y += x if self.shortcut is None else self.shortcut(x)
        return F.relu(y, inplace=True)


class Resnet(nn.Module):
    COUNTS = {8: [1, 1, 1], 14: [2, 2, 2], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3]}

    def __init__(self, depth, channels, stem="cifar", width=64):
        super().__init__()
        self.pool = stem == "imagenet"
        small = ConvNorm(channels, width, 3, 2 if stem == "strided" else 1)
        self.stem = ConvNorm(channels, width, 7, 2) if self.pool else small
        blocks, inputs = [], width
        for stage, count in enumerate(self.COUNTS[depth]):
            for i in range(count):
                stride = 2 if stage > 0 and i == 0 else 1
                blocks.append(Block(inputs, width * 2**stage, stride, depth == 50))
                inputs = blocks[-1].outputs
        self.blocks = nn.ModuleList(blocks)
        self.feature_dim = inputs

    def forward(self, x):
        x = F.relu(self.stem(x), inplace=True)
        if self.pool:
            x = F.max_pool2d(x, 3, 2, 1)
        for block in self.blocks:
            x = block(x)
        return x.mean((2, 3))


class Encoder(nn.Module):
    """A network and its projection head; rows of unit norm."""

    def __init__(self, body, hidden, output):
        super().__init__()
        self.body = body
        self.linear1 = nn.Linear(body.feature_dim, hidden, bias=False)
        self.norm = nn.BatchNorm1d(hidden)
        self.linear2 = nn.Linear(hidden, output)

    def forward(self, x):
        return F.normalize(self.linear2(F.relu(self.norm(self.linear1(self.body(x))))))


def encoder_from_settings(settings):
    """The same settings as `encoderFromSettings` of lib/encoders."""
    if settings["name"] == "convnet":
        body = Convnet(settings["channels"], settings["widths"], settings["strides"], settings.get("pool", 1))
    else:
        body = Resnet(int(settings["name"].removeprefix("resnet")), settings["channels"], settings.get("stem", "cifar"), settings.get("width", 64))
    return Encoder(body, settings["head"]["hidden"], settings["head"]["output"])
