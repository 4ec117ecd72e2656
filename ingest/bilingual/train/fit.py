"""Training: distillation from the teacher's English vectors and contrast over passages, one Adam."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from ingest.bilingual.train.console import say
from ingest.bilingual.train.windows import Bags, Batch, FlatText, HalfVectors, stack

Sampler = Callable[[np.random.Generator, int], Batch]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the outcome of a run besides the data."""

    steps: int = 1200
    batch: int = 1024
    rate: float = 0.005
    warm: int = 100
    distil: float = 2.0
    translate: float = 0.3
    retrieve: float = 1.0
    imitate: float = 1.0
    temperature: float = 0.05
    drop: float = 0.1
    seed: int = 7


class StaticModel(nn.Module):
    """One row a piece; a text is the unit mean of its rows, so a row's length is its token weight."""

    def __init__(self, rows: NDArray[np.float32]) -> None:
        super().__init__()
        self.rows = nn.EmbeddingBag.from_pretrained(torch.tensor(rows), freeze=False, mode="mean")

    def forward(self, bags: Bags) -> torch.Tensor:
        return functional.normalize(self.rows(torch.from_numpy(bags.ids), torch.from_numpy(bags.offsets)))


def contrast(left: torch.Tensor, right: torch.Tensor, temperature: float) -> torch.Tensor:
    """Symmetric InfoNCE (van den Oord et al. 2018): row i of `left` belongs to row i of `right`."""
    scores = left @ right.T / temperature
    target = torch.arange(len(left))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def cosine_distance(vectors: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Mean cosine distance. The teacher speaks of the first dimensions; more of them are free for the contrast."""
    own = functional.normalize(vectors[:, : teacher.shape[1]])
    return 1 - (own * functional.normalize(teacher)).sum(1).mean()


def score_distillation(scores: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """How far the order in which each query finds the passages, and each passage the queries, is from the teacher's:
    Kullback-Leibler divergence of softmaxes, both ways (Hinton et al. 2015 over in-batch passages)."""

    def divergence(own: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        own, wanted = functional.log_softmax(own, 1), functional.log_softmax(wanted, 1)
        return functional.kl_div(own, wanted, reduction="batchmean", log_target=True)

    return (divergence(scores, teacher) + divergence(scores.T, teacher.T)) / 2


@dataclass(frozen=True, slots=True)
class Taught:
    """Sentences with the teacher's vector of the English one, row by row."""

    english: FlatText
    korean: FlatText
    vectors: HalfVectors


def train(
    rows: NDArray[np.float32],
    axes: NDArray[np.float32],
    taught: Taught,
    samplers: list[tuple[float, Sampler]],
    recipe: Recipe,
    watch: Callable[[int, NDArray[np.float32]], None] | None = None,
    every: int = 500,
) -> NDArray[np.float32]:
    """The trained rows, same shape. `samplers` are drawn from in proportion to their weights, one a step; `axes` are
    those of the teacher's space that the first dimensions of the rows speak of."""
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    model = StaticModel(rows)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / recipe.warm) * max(0.02, 1 - step / recipe.steps)
    )
    chances = np.array([weight for weight, _ in samplers])
    kept = torch.from_numpy(axes)
    began, sums, counts = time.monotonic(), np.zeros(4), np.zeros(4)

    def read(vectors: HalfVectors) -> torch.Tensor:
        return torch.from_numpy(vectors.astype(np.float32))

    for step in range(1, recipe.steps + 1):
        chosen = generator.integers(0, len(taught.vectors), recipe.batch)
        sentences = [
            text.slices(text.starts[chosen], text.starts[chosen + 1], generator, recipe.drop)
            for text in (taught.english, taught.korean)
        ]
        batch = samplers[generator.choice(len(samplers), p=chances / chances.sum())][1](generator, recipe.batch)
        # One pass for all four: each pass costs a gradient as large as the table.
        vectors = model(stack([*sentences, batch.queries, batch.passages])).split(recipe.batch)
        english, korean, queries, passages = vectors
        teacher = read(taught.vectors[chosen]) @ kept
        distil = cosine_distance(english, teacher) + cosine_distance(korean, teacher)
        across = contrast(english, korean, recipe.temperature)
        nearness = contrast(queries, passages, recipe.temperature)
        loss = recipe.distil * distil + recipe.translate * across + recipe.retrieve * nearness
        parts = [distil, across, nearness]
        if batch.taught is not None:
            wanted, found = (read(side) for side in batch.taught)
            order = score_distillation(queries @ passages.T / recipe.temperature, wanted @ found.T / recipe.temperature)
            loss = loss + recipe.imitate * (
                order + cosine_distance(queries, wanted @ kept) + cosine_distance(passages, found @ kept)
            )
            parts.append(order)
        sums[: len(parts)] += [part.item() for part in parts]
        counts[: len(parts)] += 1
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % every == 0 or step == recipe.steps:
            means = sums / np.maximum(counts, 1)
            say(
                f"step {step:5d} distil {means[0]:.4f} translate {means[1]:.4f} retrieve {means[2]:.4f} "
                f"imitate {means[3]:.4f} {time.monotonic() - began:.0f} s",
            )
            sums[:], counts[:] = 0, 0
            if watch is not None:
                watch(step, model.rows.weight.detach().numpy().copy())
    return model.rows.weight.detach().numpy().copy()
