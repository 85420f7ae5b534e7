"""H-SCL in PyTorch, twice: in the manner of the paper's code, and as one would write it for speed.

Both: exponential hardening exp(beta*s) with gradient through the weights, positives and negatives by label, Q = 2B - 2,
mean over the pairs. Rows of both views have unit norm.
"""

import torch


def hscl_paper(view1, view2, labels, beta=1.0, temperature=0.5):
    """Re-expressed from the paper's code (`nce_supervised_hard` with gradients through the weights): a loop over the rows, 0/1
    matrices, and the weights of the negatives taken out and put back by their indices."""
    rows = torch.cat([view1, view2])
    labels = torch.cat([labels, labels])
    count = len(labels)
    exponentials = torch.exp(rows @ rows.t().contiguous() / temperature)
    same = torch.zeros(count, count)
    for row in range(count):
        alike = torch.where(labels == labels[row])[0]
        same[row][alike] = 1
    different = 1 - same
    positive = same - torch.eye(count)
    positives, negatives = positive * exponentials, different * exponentials
    weights = torch.zeros(count, count)
    row, column = torch.where(different != 0)
    weights[row, column] = torch.pow(negatives[row, column], beta)
    mean_negative = (weights * negatives).sum(-1) / weights.sum(-1)
    shares = positive * (positives / (positives + (count - 2) * mean_negative.reshape(-1, 1)))
    row, column = torch.where(positive != 0)
    return (-torch.log(shares[row, column])).mean()


def hscl_vectorised(view1, view2, labels, beta=1.0, temperature=0.5):
    """The same value without a loop, without products of matrices that are not needed."""
    rows = torch.cat([view1, view2])
    labels = torch.cat([labels, labels])
    same = labels[:, None] == labels
    negative = (~same).to(rows.dtype)
    positive = same.fill_diagonal_(False).to(rows.dtype)
    scores = rows @ rows.t() / temperature
    exponentials = torch.exp(scores)
    weights = torch.exp(beta * scores) * negative
    mean_negative = (weights * exponentials).sum(-1) / weights.sum(-1)
    per_pair = torch.log(exponentials + (len(labels) - 2) * mean_negative[:, None]) - scores
    return (per_pair * positive).sum() / positive.sum()


def contrastive(view1, view2, labels, beta, supervised, temperature=0.5):
    """UCL and H-UCL (positives are the two views of an image), SCL and H-SCL (those of a class); beta 0: without hardening."""
    if not supervised:
        labels = torch.arange(len(labels))
    return hscl_vectorised(view1, view2, labels, beta, temperature)
