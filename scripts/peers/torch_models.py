"""The paper's models in PyTorch, written from the paper's description: the minimal model as its code computes
it, the same model with care, and the full model. What is left out: timing (torch_bench.py), data (fixture.py).

Dimensions: B batch, T positions, L predictions, V vocabulary, H heads, E = V + T width of the minimal input.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(positions):
    """(T, T), true where a query may not look."""
    return torch.triu(torch.ones(positions, positions, dtype=torch.bool), 1)


def one_hot_inputs(tokens, vocabulary, dtype):
    """(B, T) to (B, T, V + T): one-hot token beside one-hot position."""
    batch, positions = tokens.shape
    place = torch.eye(positions, dtype=dtype).expand(batch, positions, positions)
    return torch.cat([F.one_hot(tokens, vocabulary).to(dtype), place], -1)


class PaperMinimal(nn.Module):
    """One query and one value matrix per head, all T queries against all T keys, heads one after the other. The
    authors' parameter names show that a fixed linear layer, ones on the diagonal, reads the logits out."""

    def __init__(self, vocabulary, positions, queries, values):  # queries, values: (H, E, E), rows are outputs
        super().__init__()
        width = vocabulary + positions
        self.vocabulary = vocabulary
        self.queries = nn.ModuleList(self.linear(width, w) for w in queries)
        self.values = nn.ModuleList(self.linear(width, v) for v in values)
        self.decoder = self.linear(width, torch.eye(vocabulary, width, dtype=queries.dtype)).requires_grad_(False)
        self.register_buffer("mask", causal_mask(positions))

    @staticmethod
    def linear(width, weight):
        layer = nn.Linear(width, weight.shape[0], bias=False, dtype=weight.dtype)
        with torch.no_grad():
            layer.weight.copy_(weight)
        return layer

    def forward(self, tokens):  # (B, T) to (B, T, V)
        x = one_hot_inputs(tokens, self.vocabulary, self.values[0].weight.dtype)
        out = torch.zeros_like(x)
        for query, value in zip(self.queries, self.values):
            scores = query(x) @ x.transpose(-2, -1) / math.sqrt(x.shape[-1])
            attention = torch.softmax(scores.masked_fill(self.mask, float("-inf")), -1)
            out = out + attention @ value(x)
        return self.decoder(out)


class CarefulMinimal(nn.Module):
    """The same function: heads stacked, only the L queries that are scored, values applied after attention."""

    def __init__(self, vocabulary, positions, queries, values, predictions):
        super().__init__()
        heads, width, _ = queries.shape
        self.vocabulary, self.positions, self.predictions, self.heads = vocabulary, positions, predictions, heads
        self.query = nn.Parameter(queries.permute(2, 0, 1).reshape(width, heads * width).contiguous())
        self.value = nn.Parameter(values.permute(0, 2, 1).reshape(heads * width, width).contiguous())
        hidden = causal_mask(positions)[-predictions:].repeat_interleave(heads, 0)  # (L * H, T)
        self.register_buffer("mask", torch.zeros(hidden.shape).masked_fill(hidden, float("-inf")))

    def forward(self, tokens):  # (B, T) to (B, L, V)
        batch, width = tokens.shape[0], self.vocabulary + self.positions
        x = one_hot_inputs(tokens, self.vocabulary, torch.float32)
        q = (x[:, -self.predictions :].reshape(-1, width) @ self.query).view(batch, -1, width)
        attention = torch.softmax(torch.baddbmm(self.mask, q, x.transpose(1, 2), alpha=1 / math.sqrt(width)), -1)
        mixed = torch.bmm(attention, x).view(-1, self.heads * width)
        return (mixed @ self.value[:, : self.vocabulary]).view(batch, self.predictions, self.vocabulary)


class PaperFull(nn.Module):
    """Embeddings, post-norm blocks with dropout, linear read-out; no biases but the norms'."""

    def __init__(self, vocabulary, heads=3, blocks=1, hidden=255, mlp=64, dropout=0.1, most_positions=50):
        super().__init__()
        self.token = nn.Embedding(vocabulary, hidden)
        self.place = nn.Embedding(most_positions, hidden)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(heads, hidden, mlp, dropout) for _ in range(blocks))
        self.read_out = nn.Linear(hidden, vocabulary, bias=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, tokens):  # (B, T) to (B, T, V)
        positions = tokens.shape[1]
        x = self.dropout(self.token(tokens) + self.place(torch.arange(positions)))
        mask = causal_mask(positions)
        for block in self.blocks:
            x = block(x, mask)
        return self.read_out(x)


class Block(nn.Module):
    def __init__(self, heads, hidden, mlp, dropout):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden, bias=False) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, mlp, bias=False), nn.Linear(mlp, hidden, bias=False)
        self.norm_1, self.norm_2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)

    def split(self, x):  # (B, T, hidden) to (B, H, T, hidden / H)
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x, mask):
        q, k, v = (self.split(f(x)) for f in (self.query, self.key, self.value))
        scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).masked_fill(mask, float("-inf"))
        mixed = (self.dropout(torch.softmax(scores, -1)) @ v).transpose(1, 2).reshape(x.shape)
        x = self.norm_1(x + self.dropout(self.out(mixed)))
        return self.norm_2(x + self.dropout(self.down(F.relu(self.up(x)))))


def train_step(model, optimizer, tokens, predictions, vocabulary, clip):
    """One step on tokens (B, T + 1); the mean cross-entropy of the last `predictions` tokens before it, nats."""
    logits = model(tokens[:, :-1])[:, -predictions:]
    loss = F.cross_entropy(logits.reshape(-1, vocabulary), tokens[:, -predictions:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    return loss.item()
