"""Times training steps in PyTorch and prints one JSON object: seconds of each timed step, losses of the first.

    torch_bench.py paper|careful FIXTURE THREADS WARMUP STEPS
    torch_bench.py full BATCH THREADS WARMUP STEPS

A step is: tokens in, inputs built, forward, backward, clip, AdamW, the loss read back.
"""
import json
import sys
import time

import numpy as np
import torch

import fixture
import tensor_file
from torch_models import CarefulMinimal, PaperFull, PaperMinimal, train_step


def minimal(kind, path):
    tensors, metadata = tensor_file.read(path)
    tokens = torch.from_numpy(tensors["tokens"].astype(np.int64))
    heads, vocabulary = int(metadata["heads"]), int(metadata["dim"])
    weights = (np.stack([tensors[f"init.transformer_blocks.0.self_attention.{w}_proj.{h}.weight"] for h in range(heads)]) for w in ("query", "value"))
    queries, values = (torch.from_numpy(w) for w in weights)
    positions = tokens.shape[1] - 1
    if kind == "paper":
        model = PaperMinimal(vocabulary, positions, queries, values)
    else:
        model = CarefulMinimal(vocabulary, positions, queries, values, fixture.PREDICTIONS)
    return model, tokens, float(metadata["lr"])


def full(batch):
    spans, settings = [4, 4, 4], fixture.SETTINGS
    random = np.random.RandomState(fixture.SEED)
    torch.manual_seed(fixture.SEED)
    features = fixture.feature_matrices(random, spans, settings["dim"], settings["ratio"])
    tokens = fixture.sample(random, features, spans, batch, fixture.PREDICTIONS)
    return PaperFull(settings["dim"]), torch.from_numpy(tokens.astype(np.int64)), 0.003


def blas_libraries():
    """Which library does the products, for the record: Debian lets one choose."""
    with open("/proc/self/maps") as maps:
        names = {line.split("/")[-1].strip() for line in maps if "/" in line}
    return sorted(name for name in names if "blas" in name)


def main():
    kind, source, threads, warmup, steps = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    torch.set_num_threads(threads)
    model, tokens, rate = full(int(source)) if kind == "full" else minimal(kind, source)
    settings = fixture.SETTINGS
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=settings["weight_decay"])
    seconds, losses = [], []
    for _ in range(warmup + steps):
        begin = time.perf_counter()
        loss = train_step(model, optimizer, tokens, fixture.PREDICTIONS, settings["dim"], settings["clip_norm"])
        seconds.append(time.perf_counter() - begin)
        losses.append(loss)
    print(json.dumps({"seconds": seconds[warmup:], "losses": losses[: fixture.STEPS], "blas": blas_libraries()}))


if __name__ == "__main__":
    main()
