"""Reads and writes the few kinds of safetensors that the comparison needs: F32 and I32, metadata as strings."""
import json
import struct

import numpy as np

TYPES = {"F32": np.dtype("<f4"), "I32": np.dtype("<i4")}


def read(path):
    """(tensors by name, metadata)"""
    with open(path, "rb") as file:
        data = file.read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, info in header.items():
        begin, end = (8 + size + offset for offset in info["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], TYPES[info["dtype"]]).reshape(info["shape"])
    return tensors, metadata


def write(path, tensors, metadata):
    header, blocks, offset = {"__metadata__": metadata}, [], 0
    for name, values in tensors.items():
        kind = "I32" if values.dtype.kind == "i" else "F32"
        block = np.ascontiguousarray(values, TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [offset, offset + len(block)]}
        blocks.append(block)
        offset += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))
