"""Training: distillation from the teacher's English vectors and contrast over mined passages, one Adam."""

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
from ingest.bilingual.train.windows import Bags, FlatText, stack

Sampler = Callable[[np.random.Generator, int], tuple[Bags, Bags]]


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


@dataclass(frozen=True, slots=True)
class Taught:
    """Sentences with the teacher's vector of the English one, row by row."""

    english: FlatText
    korean: FlatText
    vectors: NDArray[np.float16]


def train(
    rows: NDArray[np.float32],
    taught: Taught,
    samplers: list[tuple[float, Sampler]],
    recipe: Recipe,
    watch: Callable[[int, NDArray[np.float32]], None] | None = None,
    every: int = 500,
) -> NDArray[np.float32]:
    """The trained rows, same shape. `samplers` are drawn from in proportion to their weights, one a step."""
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    model = StaticModel(rows)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / recipe.warm) * max(0.02, 1 - step / recipe.steps)
    )
    chances = np.array([weight for weight, _ in samplers])
    began, sums = time.monotonic(), np.zeros(3)
    for step in range(1, recipe.steps + 1):
        parts = []
        if recipe.distil > 0:
            chosen = generator.integers(0, len(taught.vectors), recipe.batch)
            for text in (taught.english, taught.korean):
                parts.append(text.slices(text.starts[chosen], text.starts[chosen + 1], generator, recipe.drop))
        if recipe.retrieve > 0:
            _, sampler = samplers[generator.choice(len(samplers), p=chances / chances.sum())]
            parts += sampler(generator, recipe.batch)
        # One pass for all four: each pass costs a gradient as large as the table.
        vectors = list(model(stack(parts)).split(recipe.batch))
        loss = torch.zeros(())
        if recipe.distil > 0:
            english, korean = vectors[:2]
            teacher = functional.normalize(torch.from_numpy(taught.vectors[chosen].astype(np.float32)))
            # The teacher speaks of the first dimensions; more of them are free for the contrast.
            english, korean = (functional.normalize(side[:, : teacher.shape[1]]) for side in (english, korean))
            away = 2 - (english * teacher).sum(1).mean() - (korean * teacher).sum(1).mean()
            across = contrast(vectors[0], vectors[1], recipe.temperature)
            loss = loss + recipe.distil * away + recipe.translate * across
            sums[:2] += away.item(), across.item()
        if recipe.retrieve > 0:
            nearness = contrast(vectors[-2], vectors[-1], recipe.temperature)
            loss = loss + recipe.retrieve * nearness
            sums[2] += nearness.item()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % every == 0 or step == recipe.steps:
            say(
                f"step {step:5d} distil {sums[0] / every:.4f} translate {sums[1] / every:.4f} "
                f"retrieve {sums[2] / every:.4f} {time.monotonic() - began:.0f} s",
            )
            sums[:] = 0
            if watch is not None:
                watch(step, model.rows.weight.detach().numpy().copy())
    return model.rows.weight.detach().numpy().copy()
