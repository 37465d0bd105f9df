#!/usr/bin/env python3
"""What scripts/check-cuda makes of parts that fail, do not end, or cannot be run: with scripts in the programs' places, without a GPU.

Seen to fail with the mends taken out: without -k and the trap the part that takes no notice holds everything up; in one process the
tests after the first failure are missing; without the probe the sanitizer is asked fifteen times and the part has failed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class CheckCuda(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ladder-check-cuda-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "check-cuda", self.folder / "scripts")
        self.program("build/cuda/ladder", "exit 0")

    def program(self, path, text):
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/bash\n" + text + "\n")
        place.chmod(0o755)

    def check(self, *parts):
        """Exit code, verdicts by part, and the last part's log."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        result = subprocess.run(["scripts/check-cuda", "log", *parts], cwd=self.folder, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": path})
        summary = (self.folder / "log" / "summary.txt").read_text()
        return result.returncode, dict(re.findall(r"^(\w+): (.*) \(\d+ s\)$", summary, re.M)), (self.folder / "log" / f"{parts[-1].split('=')[0]}.log").read_text()

    def test_a_part_that_does_not_end_is_stopped_and_the_next_one_begins(self):
        self.program("scripts/check-climb", "trap '' TERM; echo begun; sleep 90")  # its child takes no notice of SIGTERM either
        self.program("scripts/bench-cuda", "sleep 90")
        self.program("build/cuda/tests/ladder_tests", "exit 0")
        code, verdicts, _ = self.check("climb=1", "bench=1", "tests")
        self.assertEqual(verdicts, {"climb": "stopped after its 1 seconds", "bench": "stopped after its 1 seconds", "tests": "passed"})
        self.assertEqual(code, 1)
        self.assertEqual((self.folder / "log" / "climb.log").read_text(), "begun\n")

    def test_a_part_that_is_killed_by_another_has_failed(self):
        self.program("scripts/check-climb", "kill -KILL $$")
        self.assertEqual(self.check("climb")[:2], (1, {"climb": "failed, exit code 137"}))

    def test_every_file_of_tests_is_run_whatever_the_others_do(self):
        self.program("build/cuda/tests/ladder_tests", "echo \"ran $LADDER_TEST_MACHINES $1\"; [[ $1 != *sample* ]]")
        code, verdicts, log = self.check("tests")
        self.assertEqual((code, verdicts), (1, {"tests": "failed, exit code 1"}))
        files = [path.name for path in (ROOT / "tests" / "cuda").glob("*.cpp") if "TEST_CASE" in path.read_text()]
        self.assertEqual(sorted(re.findall(r"ran gpu --source-file=\*tests/cuda/(\S+)", log)), sorted(files))

    def test_a_machine_whose_gpu_no_sanitizer_reaches_says_so_once(self):
        self.program("bin/compute-sanitizer", 'echo "========= Error: Device not supported. Please refer to the documentation"; exit 1')
        code, verdicts, log = self.check("memory")
        self.assertEqual((code, verdicts), (77, {"memory": "could not be run here"}))
        self.assertEqual(log.count("not supported"), 1)

    def test_the_sanitizer_is_tried_with_a_run_that_the_program_takes(self):
        # Settings that are refused would end it before it looks for the GPU.
        self.program("bin/compute-sanitizer", 'echo "$*" >> asked; echo "Device not supported"; exit 1')
        self.check("memory")
        self.assertGreaterEqual(int(re.search(r"--validation (\d+)", (self.folder / "asked").read_text())[1]), 16)

    def test_what_a_sanitizer_finds_fails(self):
        self.program("bin/compute-sanitizer", 'echo "asked"; [[ $* != *racecheck* ]]')
        code, verdicts, log = self.check("memory")
        self.assertEqual((code, verdicts, log.count("asked")), (1, {"memory": "failed, exit code 1"}, 15))

    def test_a_part_that_there_is_not_is_named(self):
        result = subprocess.run([self.folder / "scripts" / "check-cuda", self.folder / "log", "climbing"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn('no part "climbing"', result.stderr)


if __name__ == "__main__":
    unittest.main()
