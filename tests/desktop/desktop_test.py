"""The desktop window under Xvfb: it opens, climbs to the top rung, and its picture is not blank.

desktop_test.py PROGRAM FOLDER: leaves desktop-light.png and desktop-dark.png in FOLDER.
"""
import json
import pathlib
import struct
import subprocess
import sys
import zlib

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


def run(*arguments, timeout=240):
    return subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1400x900x24", program, *arguments], capture_output=True, text=True, timeout=timeout)


def colours(path):
    """Number of different pixel rows' bytes: a blank picture compresses to almost nothing."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, body = 8, b""
    width = height = 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[at + 8:at + 16])
        if kind == b"IDAT":
            body += data[at + 8:at + 8 + size]
        at += 12 + size
    raw = zlib.decompress(body)
    stride = len(raw) // height
    return width, height, len({raw[row * stride:(row + 1) * stride] for row in range(height)})


for theme in ("light", "dark"):
    picture = folder / f"desktop-{theme}.png"
    picture.unlink(missing_ok=True)
    result = run("--speed", "0", "--shot", str(picture), "--shot-step", "700", "--theme", theme)
    assert result.returncode == 0, result.stderr
    state = json.loads(result.stdout)
    assert state["rung"] == state["h"] == 3, state
    assert state["phase"] == "cooperative", state
    width, height, different = colours(picture)
    assert (width, height) == (1280, 720), (width, height)
    assert different > 300, f"{picture} is nearly blank"
    print(f"{picture.name}: rung {state['rung']} at step {state['shownStep']}, {different} different rows")

diverged = run("--speed", "0", "--learning-rate", "1000", "--clip", "0", "--shot", str(folder / "desktop-diverged.png"), "--shot-step", "100000", "--steps", "400")
assert diverged.returncode == 0, diverged.stderr
state = json.loads(diverged.stdout)
assert state["state"] in ("diverged", "finished"), state
assert "nan" not in diverged.stdout.lower(), diverged.stdout

# Files to begin with: settings are taken, a damaged model and a sparse file of a gigabyte are named in a sentence.
settings = folder / "settings.json"
settings.write_text('{"seed": 77, "heads": 2, "steps": 20, "batch": 32, "validation": 50}')
damaged = folder / "damaged.safetensors"
damaged.write_bytes(b"\x89PNG and what follows")
huge = folder / "huge.safetensors"
with open(huge, "wb") as file:
    file.truncate(1 << 30)
for path, seed, said in ((settings, 77, ""), (damaged, 7, "damaged.safetensors is not a usable safetensors file"), (huge, 7, "huge.safetensors has 1 GB and was not read")):
    result = run("--speed", "0", "--open", str(path), "--shot", str(folder / "desktop-opened.png"), "--shot-step", "0")
    assert result.returncode == 0, result.stderr
    state = json.loads(result.stdout)
    assert state["seed"] == seed, state
    assert said in " ".join(state["problems"]) and bool(said) == bool(state["problems"]), state["problems"]
    path.unlink()

for arguments, word in ((("--preset", "nothing"), "preset"), (("--heads", "99"), "heads"), (("--no-such-option",), "no-such-option")):
    result = run(*arguments)
    assert result.returncode == 2, (arguments, result)
    assert word in result.stderr, result.stderr
print("all as expected")
