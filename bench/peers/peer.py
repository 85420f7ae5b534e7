"""The PyTorch side of `deno task bench:peers`.

Reads one JSON request a line from stdin and answers each with one JSON line on stdout; the first line says what runs. A
request is {"work": ..., "iterations": n}; the answer {"seconds": per iteration, "value": last loss, "parameters": count}.
What a piece of work needs is prepared at its first request and kept until {"release": true}.
"""

import json
import math
import sys
import time

import torch

from losses import hscl_paper, hscl_vectorised
from models import encoder_from_settings
from theory import mean_loss, points


def prepare_step(work):
    """One training step: two views through the network, H-SCL, gradients, Adam; returns the loss value."""
    torch.manual_seed(0)
    layout = torch.channels_last if work["form"] == "channels_last" else torch.contiguous_format
    encoder = encoder_from_settings(work["encoder"]).to(memory_format=layout).train()
    shape = (work["batch"], work["encoder"]["channels"], work["size"], work["size"])
    views = [torch.randn(shape).to(memory_format=layout) for _ in range(2)]
    labels = torch.arange(work["batch"]) % work["classes"]
    # On the processor the fused form was the faster one: one pass over each parameter.
    optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-3, weight_decay=1e-6, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = hscl_vectorised(encoder(views[0]), encoder(views[1]), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, sum(parameter.numel() for parameter in encoder.parameters())


def supcon_of_metric_learning():
    """SupCon at T = 0.1 as pytorch-metric-learning has it, which scales the rows to unit norm."""
    try:
        from pytorch_metric_learning.losses import SupConLoss
    except ImportError as error:
        raise RuntimeError("this Python has no pytorch-metric-learning, which pip installs") from error
    loss = SupConLoss(temperature=0.1)
    return lambda view1, view2, labels: loss(torch.cat([view1, view2]), torch.cat([labels, labels]))


def prepare_loss(work):
    """Loss value and gradients in both views."""
    torch.manual_seed(0)
    if work["form"] == "metric_learning":
        loss_of = supcon_of_metric_learning()
    else:
        loss_of = hscl_paper if work["form"] == "paper" else hscl_vectorised
    normal = torch.randn(2, work["batch"], work["dim"])
    views = [view.requires_grad_() for view in torch.nn.functional.normalize(normal, dim=-1)]
    labels = torch.arange(work["batch"]) % work["classes"]

    def step():
        loss = loss_of(*views, labels)
        torch.autograd.grad(loss, views)
        return loss.item()

    return step, 0


def prepare_theory(work):
    """The statistics of all pairs of some embeddings."""
    rows, sizes = points(work["count"], work["dim"], work["classes"])

    def step():
        with torch.no_grad():
            return mean_loss(rows, sizes, work["betas"])

    return step, 0


def peak_bytes():
    """The most resident memory so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


PREPARE = {"step": prepare_step, "loss": prepare_loss, "theory": prepare_theory}


def main():
    setup = json.loads(sys.argv[1])
    if setup.get("threads"):
        torch.set_num_threads(setup["threads"])
    answer({"ready": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()})
    prepared, start_bytes = {}, peak_bytes()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request.get("release"):
                prepared.clear()
                answer({})
                continue
            work = request["work"]
            key = json.dumps(work)
            if key not in prepared:
                prepared[key] = PREPARE[work["kind"]](work)
            step, parameters = prepared[key]
            start = time.perf_counter()
            for _ in range(request["iterations"]):
                value = step()
            seconds = (time.perf_counter() - start) / request["iterations"]
            value = value if math.isfinite(value) else None  # JSON has no NaN
            grown = {"grownBytes": peak_bytes() - start_bytes} if start_bytes else {}
            answer({"seconds": seconds, "value": value, "parameters": parameters, **grown})
        except Exception as error:  # goes to the other side, which names the work
            answer({"failed": f"{type(error).__name__}: {error}"})


def answer(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
