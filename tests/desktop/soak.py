"""Long runs of the desktop window under Xvfb: memory stays, frames stay short, the history stays bounded.

soak.py PROGRAM [MINUTES [SPEED]]; exit code 1 where one does not. The beginning (a minute, or a quarter of less than four) is
warm-up and does not count. SPEED: steps a second, 0 for as fast as it goes.
"""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys

program, minutes, speed = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 10.0, sys.argv[3] if len(sys.argv) > 3 else "60"
warm, interval = min(60.0, 15 * minutes), max(2.0, min(10.0, 4 * minutes))  # seconds


def descendant(pid: int, name: str) -> int:
    """The program itself, below xvfb-run."""
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == name[:15]:
            return int(child)
        if found := descendant(int(child), name):
            return found
    return 0


def resident(pid: int) -> int:
    """Bytes, shared parts shared out."""
    line = next(line for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return 1024 * int(line.split()[1])


# Measured so often that the history is full within the warm-up.
command = ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24", program, "--speed", speed, "--steps", "10000000", "--evaluate-every", "3", "--report", f"{interval:g}"]
process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "LIBGL_ALWAYS_SOFTWARE": "1"})
samples = []
try:
    begin = None
    for line in process.stdout:
        sample = json.loads(line)
        begin = sample["seconds"] - interval if begin is None else begin
        if sample["seconds"] - begin > minutes * 60:
            break
        if sample["seconds"] - begin <= warm:
            continue
        samples.append({**sample, "memory": resident(descendant(process.pid, pathlib.Path(program).name))})
finally:
    os.killpg(process.pid, signal.SIGTERM)

assert samples, "The window has reported nothing."
few = max(1, min(6, len(samples) // 2))
median = lambda part: statistics.median(s["memory"] for s in part)
growth = 100 * (median(samples[-few:]) / median(samples[:few]) - 1)
frames, slow = sum(s["frames"] for s in samples), sum(s["slow"] for s in samples)
quick = 100 * (1 - slow / frames)
moments, history = max(s["snapshots"] for s in samples), max(s["historyBytes"] for s in samples)
judged = [
    (f"memory: {growth:.2f} % more at the end (2 % at most), {samples[-1]['memory'] / 1e6:.0f} MB", growth <= 2),
    (f"frames under 20 ms of CPU time: {quick:.3f} % of {frames} (99.9 % at least), longest {max(s['longest'] for s in samples):.1f} ms", quick >= 99.9),
    (f"history: {moments} moments (1024 at most) in {history / 1e6:.1f} MB (64 at most), at step {samples[-1]['step']}", moments <= 1024 and history <= 64e6),
]
for what, holds in judged:
    print(("ok    " if holds else "FAILED") + " desktop, " + what)
sys.exit(0 if all(holds for _, holds in judged) else 1)
