"""The desktop window under Xvfb: it opens, climbs to the top rung, its picture is not blank, and its options do what they say.

desktop_test.py PROGRAM FOLDER: leaves desktop-light.png and desktop-dark.png in FOLDER.
"""
import atexit
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import zlib

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


# One screen for all; xvfb-run makes one for each, and fails now and then to take it away after a program that ends at once.
screen = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
atexit.register(screen.wait)
atexit.register(screen.terminate)  # the last registered is called first
display = f":{screen.stdout.readline().strip()}"


def run(*arguments, timeout=240, **environment):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=timeout, env={**os.environ, "DISPLAY": display, **environment})


def shown(*arguments, width=480, height=320, picture="desktop-options.png", **environment):
    """The state when the picture was taken."""
    result = run("--speed", "0", "--width", str(width), "--height", str(height), *arguments, "--shot", str(folder / picture), **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


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


for theme, step in (("light", 700), ("dark", 50)):
    picture = folder / f"desktop-{theme}.png"
    picture.unlink(missing_ok=True)
    state = shown("--shot-step", str(step), "--theme", theme, width=1280, height=720, picture=picture.name)
    assert state["dark"] == (theme == "dark"), state
    if theme == "light":
        assert state["rung"] == state["h"] == 3, state
        assert state["phase"] == "cooperative", state
    width, height, different = colours(picture)
    assert (width, height) == (1280, 720), (width, height)
    assert different > 300, f"{picture} is nearly blank"
    print(f"{picture.name}: rung {state['rung']} at step {state['shownStep']}, {different} different rows")

# SGD adds the decay to a gradient that is not clipped: every parameter grows ninefold with a step.
state = shown("--optimizer", "sgd", "--learning-rate", "10", "--weight-decay", "1", "--clip", "0", "--value-init", "uniform", "--value-scale", "1", "--steps", "1000", "--shot-step", "1000", picture="desktop-diverged.png")
assert state["state"] == "diverged", state
assert "Training diverged at step" in state["message"] and "smaller learning rate" in state["message"], state["message"]
assert all(math.isfinite(kl) for kl in state["kl"]) and "nan" not in json.dumps(state).lower(), state

# What else it begins with.
quick = ("--steps", "2", "--evaluate-every", "1", "--batch", "16", "--validation", "16", "--shot-step", "2")
state = shown(*quick, "--device", "emulated", "--locale", "zh-CN", width=900, height=500, LC_ALL="C")
assert colours(folder / "desktop-options.png")[:2] == (900, 500)
assert (state["language"], state["untranslated"], state["step"], state["kernels"]) == ("zh", [], 2, "this processor, in a GPU's place"), state
assert shown(*quick, "--workspace", "theory", LC_ALL="", LC_MESSAGES="", LANG="zh_CN.UTF-8")["language"] == "zh"
state = shown(*quick, "--workspace", "paper", "--figure", "10", LC_ALL="zh_CN.UTF-8", LANG="en_US.UTF-8")
assert (state["language"], state["workspace"], state["figures"]["10"]["holds"]) == ("zh", "paper", True), state
state = shown(*quick, "--workspace", "theory", "--locale", "en", LC_ALL="zh_CN.UTF-8")
assert (state["language"], state["workspace"], state["theory"]["solved"]) == ("en", "theory", True), state

# Files to begin with: settings, a lesson and a text are taken, a damaged model and a sparse file of a gigabyte are named in a sentence.
lesson = folder / "mine.md"
lesson.write_text("# Mine\n\n## One\nRead.\n## Two\nRead on.\n")
state = shown("--open", str(lesson))
assert (state["lesson"]["title"], state["lesson"]["steps"], state["problems"]) == ("Mine", 2, []), state
song = folder / "song.txt"
song.write_text("row row row your boat gently down the stream. " * 60)
state = shown("--open", str(song))
assert (state["preset"], state["settings"]["data"], state["settings"]["text"]) == ("text", "text", song.read_text()), state
for path in (lesson, song):
    path.unlink()
settings = folder / "settings.json"
settings.write_text('{"seed": 77, "heads": 2, "steps": 20, "batch": 32, "validation": 50}')
damaged = folder / "damaged.safetensors"
damaged.write_bytes(b"\x89PNG and what follows")
huge = folder / "huge.safetensors"
with open(huge, "wb") as file:
    file.truncate(1 << 30)
for path, seed, said in ((settings, 77, ""), (damaged, 7, "damaged.safetensors is not a usable safetensors file"), (huge, 7, "huge.safetensors has 1 GB and was not read")):
    state = shown("--open", str(path))
    assert state["seed"] == seed, state
    assert said in " ".join(state["problems"]) and bool(said) == bool(state["problems"]), state["problems"]
    path.unlink()

for arguments, word in ((("--preset", "nothing"), "preset"), (("--heads", "99"), "heads"), (("--no-such-option",), "no-such-option"), (("--workspace", "attic"), "no workspace"), (("--workspace", "paper", "--figure", "99"), 'figure "99"'), (("--width", "10"), "width")):
    result = run(*arguments)
    assert result.returncode == 2, (arguments, result)
    assert word in result.stderr, result.stderr
print("all as expected")
