"""Writes the data that every peer is given, one file per batch size, in the form that `ladder replay` reads:
tokens of the paper's chain, initial weights, settings, and the losses of the first steps in float64.

    fixture.py FOLDER BATCH...      writes FOLDER/minimal-BATCH.safetensors

Batches up to 3000 are beginnings of one another. Everything follows from the seed below.
"""
import json
import math
import os
import sys

import numpy as np
import torch

import tensor_file
from torch_models import PaperMinimal, train_step

SEED = 20260219
STEPS = 5
SETTINGS = {"dim": 50, "ratio": 1.7, "heads": 3, "blocks": 1, "optimizer": "adamw", "lr": 0.08, "weight_decay": 0.01, "momentum": 0.0, "clip_norm": 1.0}
PREDICTIONS = 20


def feature_matrices(random, spans, vocabulary, ratio):
    """(h, V, V), oldest span first and weakest: ratio^k times an orthogonal matrix."""
    out = []
    for k in range(len(spans)):
        u, _, v = np.linalg.svd(random.standard_normal((vocabulary, vocabulary)))
        out.append(ratio**k * (u @ v))
    return np.stack(out).astype(np.float32)


def sample(random, features, spans, sequences, predictions):
    """(sequences, w + L) tokens: a random prefix as long as the window, then draws from the chain."""
    window, vocabulary = sum(spans), features.shape[1]
    span_of = np.repeat(np.arange(len(spans)), spans)
    tokens = np.zeros((sequences, window + predictions), np.int32)
    tokens[:, :window] = random.randint(0, vocabulary, (sequences, window))
    for t in range(window, window + predictions):
        logits = sum(features[span_of[i]].T[tokens[:, t - window + i]].astype(np.float64) for i in range(window))
        weights = np.exp(logits - logits.max(1, keepdims=True)).cumsum(1)
        tokens[:, t] = (weights < random.random_sample((sequences, 1)) * weights[:, -1:]).sum(1)
    return tokens


def reference_losses(tokens, queries, values):
    vocabulary, positions = SETTINGS["dim"], tokens.shape[1] - 1
    model = PaperMinimal(vocabulary, positions, torch.from_numpy(queries).double(), torch.from_numpy(values).double())
    optimizer = torch.optim.AdamW(model.parameters(), lr=SETTINGS["lr"], weight_decay=SETTINGS["weight_decay"])
    batch = torch.from_numpy(tokens.astype(np.int64))
    return [train_step(model, optimizer, batch, PREDICTIONS, vocabulary, SETTINGS["clip_norm"]) for _ in range(STEPS)]


def main():
    folder, batches = sys.argv[1], sorted({int(b) for b in sys.argv[2:]})
    spans = [2, 2, 2]
    random = np.random.RandomState(SEED)
    features = feature_matrices(random, spans, SETTINGS["dim"], SETTINGS["ratio"])
    width = SETTINGS["dim"] + sum(spans) + PREDICTIONS - 1
    bound = math.sqrt(6 / (width + width))  # Xavier-uniform
    queries, values = random.uniform(-bound, bound, (2, SETTINGS["heads"], width, width)).astype(np.float32)
    state = random.get_state()
    os.makedirs(folder, exist_ok=True)
    for batch in batches:
        random.set_state(state)
        # Never fewer than 3000, so that smaller batches are beginnings of one another.
        tokens = sample(random, features, spans, max(batch, 3000), PREDICTIONS)[:batch]
        tensors = {"feature_matrices": features, "tokens": tokens}
        for kind, matrices in (("query", queries), ("value", values)):
            for head, matrix in enumerate(matrices):
                tensors[f"init.transformer_blocks.0.self_attention.{kind}_proj.{head}.weight"] = matrix
        metadata = {"kind": "training", "arch": "minimal", "spans": str(spans), **{key: str(value) for key, value in SETTINGS.items()}}
        metadata["losses"] = json.dumps(reference_losses(tokens, queries, values))
        tensor_file.write(os.path.join(folder, f"minimal-{batch}.safetensors"), tensors, metadata)


if __name__ == "__main__":
    main()
