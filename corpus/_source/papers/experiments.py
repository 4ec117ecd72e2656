"""The small computations whose results the three course papers print. Run it to see every number again."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax(scores: Array) -> Array:
    high = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return high / high.sum(axis=-1, keepdims=True)


def entropy(weights: Array) -> Array:
    return -(weights * np.log(np.maximum(weights, 1e-300))).sum(axis=-1)


def attention(keys: int = 64, queries: int = 200, seeds: int = 20) -> list[str]:
    """Entropy (nats), largest weight and Jacobian trace of softmax attention, with and without scaling."""
    lines = []
    for d in (4, 16, 64, 256, 1024):
        for power in (0.0, 0.5, 1.0):
            rows = []
            for seed in range(seeds):
                rng = np.random.default_rng(seed)
                scores = rng.normal(size=(queries, d)) @ rng.normal(size=(keys, d)).T / d**power
                weights = softmax(scores)
                rows.append((entropy(weights).mean(), weights.max(-1).mean(), 1 - (weights**2).sum(-1).mean()))
            values = " ".join(f"{value:.3f}" for value in np.mean(rows, axis=0))
            lines.append(f"d={d} 1/d^{power}: entropy, largest weight, trace = {values}")
    return lines


def preference(
    beta: float, steps: int = 2000, answers: int = 8, pairs: int = 400, noise: float = 0.0, seeds: int = 20
) -> tuple[float, float, float]:
    """DPO on one prompt with a tabular policy: expected reward, KL to the reference, ranking accuracy."""
    rows = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        reward, reference = rng.normal(size=answers), rng.normal(size=answers)
        reference = np.log(softmax(reference))
        first = rng.integers(answers, size=pairs)
        second = (first + rng.integers(1, answers, size=pairs)) % answers
        wins = rng.random(pairs) < 1 / (1 + np.exp(-(reward[first] - reward[second])))
        wins ^= rng.random(pairs) < noise
        good, bad = np.where(wins, first, second), np.where(wins, second, first)
        theta = reference.copy()
        rate = 0.5 / max(beta, 0.05)
        for _ in range(steps):
            margin = beta * ((theta - reference)[good] - (theta - reference)[bad])
            pull = beta / (1 + np.exp(margin)) / pairs
            grad = np.bincount(good, pull, answers) - np.bincount(bad, pull, answers)
            theta = theta + rate / beta * grad
        log_policy = np.log(softmax(theta))
        policy = np.exp(log_policy)
        implied = beta * (log_policy - reference)
        i, j = np.triu_indices(answers, 1)
        accuracy = ((implied[i] > implied[j]) == (reward[i] > reward[j])).mean()
        rows.append((policy @ reward, policy @ (log_policy - reference), accuracy))
    expected, divergence, accuracy = np.mean(rows, axis=0)
    return float(expected), float(divergence), float(accuracy)


def memory() -> list[str]:
    """Bytes for training a 7B-like decoder (d=4096, 32 layers) in full, with LoRA, with LoRA over 4 bits."""
    width, layers, total = 4096, 32, 6_738_415_616
    lines = []
    for rank in (4, 8, 16, 64):
        added = layers * 2 * rank * (width + width)
        lines.append(
            f"r={rank}: {added:,} parameters, {100 * added / total:.3f} %, {added * 2 / 2**20:.1f} MiB in 16 bit"
        )
    giga = 2**30
    added = layers * 2 * 8 * 8192
    for name, weights, trained in (
        ("full", 2.0, total),
        ("LoRA", 2.0, added),
        ("QLoRA", 0.5 + 4 / 64, added),
    ):
        parts = (total * weights / giga, trained * 2 / giga, trained * 12 / giga)
        lines.append(
            f"{name}: weights {parts[0]:.2f}, gradients {parts[1]:.2f}, optimiser {parts[2]:.2f}, "
            f"sum {sum(parts):.2f} GiB"
        )
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4096, 64)) * (1 + 9 * (rng.random((4096, 64)) < 0.001))
    for bits in (8, 4, 3):
        for block in (values.size, 256, 64):
            rows = values.reshape(-1, block)
            step = np.abs(rows).max(1, keepdims=True) / (2 ** (bits - 1) - 1)
            error = np.sqrt(((np.round(rows / step) * step - rows) ** 2).mean()) / values.std()
            lines.append(f"{bits} bits, block {block}: relative RMS error {100 * error:.2f} %")
    return lines


def main() -> None:
    out = sys.stdout
    out.write("\n".join(attention()) + "\n")
    for noise in (0.0, 0.2):
        for beta in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0):
            reward, divergence, accuracy = preference(beta, noise=noise)
            out.write(f"noise={noise} beta={beta}: reward {reward:.3f}, KL {divergence:.3f}, accuracy {accuracy:.3f}\n")
    out.write("\n".join(memory()) + "\n")


if __name__ == "__main__":
    main()
