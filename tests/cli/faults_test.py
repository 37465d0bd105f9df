#!/usr/bin/env python3
"""What a machine does to a run: signals, a kill, a disk without room, too little memory, a folder that takes nothing.

    faults_test.py PROGRAM

Seen to fail with the handling taken out: the signal tests without the handlers (exit codes -1, -2 and -15, nothing written), the
kill test when --resume begins at step 0 instead of at its checkpoint, the others with the program as it was before what they test.
"""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv[1]
SMALL_TASK = ["--vocabulary", "8", "--length", "6", "--validation", "32", "--evaluate-every", "5"]
SMALL_RUNS = [*SMALL_TASK, "--batch", "32"]
SMALL = ["--seed", "3", *SMALL_RUNS]
ENDLESS = ["--steps", "1000000"]
SLOW_TO_BEGIN = ["--validation", "20000", "--length", "60", "--workers", "1"]  # seconds, in which it hears of no signal


def read(path):
    with open(path, "rb") as file:
        return file.read()


def model_step(path):
    """The step that a model stands at, as its metadata says."""
    data = read(path)
    size = int.from_bytes(data[:8], "little")
    return int(json.loads(data[8 : 8 + size])["__metadata__"]["step"])


def among(process, field, number):
    """Whether a signal is in a set of the process: SigCgt, those that it has a handler for; ShdPnd, those that wait for it."""
    with open(f"/proc/{process}/status") as status:
        (signals,) = re.findall(field + r":\s*(\w+)", status.read())
    return int(signals, 16) >> (number - 1) & 1 == 1


class Faults(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ladder-faults-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *arguments, limit=None):
        process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, condition, process):
        while not condition():
            self.assertIsNone(process.poll(), "the program ended by itself")
            time.sleep(0.01)

    def ended(self, process, code, seconds=300):
        out, err = process.communicate(timeout=seconds)
        self.assertEqual(process.returncode, code, out + err)
        self.assertNotIn("terminate", err)
        return out, err

    def test_a_signal_ends_a_run_with_its_results_written(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(number.name):
                out = self.path(number.name)
                process = self.start("train", *SMALL, *ENDLESS, "--checkpoint-every", "0", "--out", out)
                self.wait_for(lambda: os.path.exists(f"{out}/checkpoint.run"), process)
                process.send_signal(number)
                _, err = self.ended(process, code)
                self.assertIn(f"Stopped by {number.name} at step ", err)
                self.assertIn("--resume goes on", err)
                self.assertEqual(sorted(os.listdir(out)), ["checkpoint.run", "config.json", "metrics.csv", "model.safetensors"])
                self.assertGreater(len(read(f"{out}/metrics.csv").splitlines()), 1)
                self.assertGreater(model_step(f"{out}/model.safetensors"), 0)

    def test_under_nohup_a_terminal_that_closes_stops_nothing(self):
        out = self.path("run")
        process = self.start("train", *SMALL, *ENDLESS, "--checkpoint-every", "0", "--out", out, limit=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_for(lambda: os.path.exists(f"{out}/checkpoint.run"), process)
        process.send_signal(signal.SIGHUP)
        for _ in range(5):
            before = read(f"{out}/checkpoint.run")
            self.wait_for(lambda: read(f"{out}/checkpoint.run") != before, process)
        process.send_signal(signal.SIGTERM)
        self.ended(process, 143)

    def test_a_terminal_that_closes_hangs_up_twice(self):
        """Its shell does, and the system: the second time must not end what the first asked to finish."""
        # A device makes its steps in one piece to the next evaluation. On a busy machine the shorter pieces may be over between the two.
        for steps in ("200", "2000", "20000"):
            out = self.path(f"run-{steps}")
            process = self.start("train", *SMALL[:-1], steps, *ENDLESS, "--device", "emulated", "--out", out)
            self.wait_for(lambda: os.path.exists(f"{out}/config.json"), process)
            process.send_signal(signal.SIGHUP)
            while process.poll() is None and among(process.pid, "ShdPnd", signal.SIGHUP):
                time.sleep(0.001)
            process.send_signal(signal.SIGHUP)
            if process.poll() is None:
                break
        _, err = self.ended(process, 129)
        self.assertIn("Stopped by SIGHUP", err)

    def test_a_second_signal_ends_it_at_once(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                out = self.path(number.name)
                process = self.start("train", *ENDLESS, *SLOW_TO_BEGIN, "--out", out)
                self.wait_for(lambda: among(process.pid, "SigCgt", number), process)
                process.send_signal(number)
                self.wait_for(lambda: not among(process.pid, "SigCgt", number), process)
                process.send_signal(number)
                self.ended(process, -number)

    def unread(self, *arguments):
        """Runs it with a standard output whose reader has gone."""
        reader, writer = os.pipe()
        os.close(reader)
        try:
            return subprocess.run([PROGRAM, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
        finally:
            os.close(writer)

    def test_a_reader_that_goes_away_leaves_the_results(self):
        out = self.path("run")
        result = self.unread("train", *SMALL, "--steps", "20", "--out", out)
        self.assertEqual((result.returncode, result.stderr), (141, ""))
        self.assertEqual(model_step(f"{out}/model.safetensors"), 20)
        # What is too long for the buffer fails while it is printed, not at the end.
        deep = os.path.join(out, *["d" * 200] * 18)
        result = self.unread("train", *SMALL, "--steps", "20", "--json", "--out", deep)
        self.assertEqual((result.returncode, result.stderr), (141, ""))
        # Without files there is nothing to go on for.
        self.assertEqual(self.unread("train", *SMALL, *ENDLESS).returncode, -signal.SIGPIPE)

    def test_standard_output_without_room(self):
        out = self.path("run")
        for command in (["presets"], ["--help"], ["train", *SMALL, "--steps", "20", "--json", "--out", out]):
            with open("/dev/full", "w") as full:
                result = subprocess.run([PROGRAM, *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertEqual(result.returncode, 2, command)
            self.assertRegex(result.stderr, "^ladder: What this command prints could not be written in full to standard output")
        self.assertEqual(model_step(f"{out}/model.safetensors"), 20)

    def test_a_killed_run_goes_on_to_the_same_bits(self):
        whole, cut = self.path("whole"), self.path("cut")
        # Plateau and finite data have states of their own; four threads, each with a shard, because their sum must not matter.
        settings = ["--seed", "3", *SMALL_TASK, "--batch", "256", "--steps", "900", "--data", "finite", "--sequences", "600", "--schedule", "plateau", "--patience", "20"]
        self.ended(self.start("train", *settings, "--out", whole), 0)
        def checkpoint():
            return read(f"{cut}/checkpoint.run") if os.path.exists(f"{cut}/checkpoint.run") else b""

        def not_to_the_end():  # on a busy machine the run may be through before it is killed here: it dies of its table, which comes to 56 kB
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))

        command = ["train", *settings, "--workers", "4"]
        for _ in range(4):
            before = checkpoint()
            process = self.start(*command, "--checkpoint-every", "0", "--out", cut, limit=not_to_the_end)
            while process.poll() is None and checkpoint() == before:
                time.sleep(0.002)
            process.kill()
            process.communicate()
            self.assertIn(process.returncode, (-signal.SIGKILL, -signal.SIGXFSZ))
            command = ["train", "--resume"]
        self.ended(self.start(*command, "--out", cut), 0)
        for name in ("metrics.csv", "model.safetensors"):
            a, b = read(f"{whole}/{name}"), read(f"{cut}/{name}")
            if name == "model.safetensors":  # the number of threads is among the settings
                a = a.replace(b'\\"workers\\": 4', b'\\"workers\\": 0')
                b = b.replace(b'\\"workers\\": 4', b'\\"workers\\": 0')
            self.assertEqual(a, b, name)
        _, err = self.ended(self.start("train", "--resume", "--out", cut), 2)
        self.assertIn("is finished", err)

    def test_a_run_that_diverged_is_taken_up_and_diverges_again(self):
        out = self.path("wild")
        settings = ["--steps", "1000", "--optimizer", "sgd", "--learning-rate", "10", "--weight-decay", "1", "--clip", "0", "--value-init", "uniform", "--value-scale", "1"]
        _, first = self.ended(self.start("train", *SMALL, *settings, "--out", out), 3)
        (kept,) = re.findall(r"put back to step (\d+)", first)
        self.assertEqual(model_step(f"{out}/model.safetensors"), int(kept))
        files = {name: read(f"{out}/{name}") for name in os.listdir(out)}
        again = self.start("train", "--resume", "--out", out)
        _, second = self.ended(again, 3, seconds=60)
        self.assertEqual(second, first)
        self.assertEqual({name: read(f"{out}/{name}") for name in os.listdir(out)}, files)

    def test_a_new_run_takes_the_place_of_an_old_one_only_when_it_stands(self):
        out = self.path("run")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        old = {name: read(f"{out}/{name}") for name in os.listdir(out)}
        _, err = self.ended(self.start("train", *SMALL, "--steps", "30", "--out", out), 2)
        self.assertIn("holds a run already", err)
        self.assertIn("--overwrite", err)
        refused = ["train", *SMALL, "--blocks", "2", "--device", "emulated", "--steps", "30", "--overwrite", "--out", out]
        _, err = self.ended(self.start(*refused), 2)
        self.assertIn("has one block", err)
        self.assertEqual({name: read(f"{out}/{name}") for name in os.listdir(out)}, old)

        # Another run there, killed before its first checkpoint: the old one's weights are not taken for its own.
        other = [*SMALL, "--learning-rate", "0.001"]
        process = self.start("train", *other, *ENDLESS, "--checkpoint-every", "1000", "--overwrite", "--out", out)
        self.wait_for(lambda: read(f"{out}/config.json") != old["config.json"], process)
        process.kill()
        process.communicate()
        self.assertEqual(os.listdir(out), ["config.json"])
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--out", out), 0)
        self.assertIn("was ended before its first checkpoint. It begins again", err)
        self.ended(self.start("train", *other, "--steps", "30", "--out", self.path("whole")), 0)
        for name in ("config.json", "metrics.csv", "model.safetensors"):
            self.assertEqual(read(f"{out}/{name}"), read(self.path(f"whole/{name}")), name)

    def test_a_finished_run_is_extended(self):
        out, whole = self.path("run"), self.path("whole")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        told, _ = self.ended(self.start("train", "--resume", "--steps", "35", "--threads", "2", "--json", "--out", out), 0)
        facts = json.loads(told)
        self.assertAlmostEqual(facts["steps_per_second"] * facts["seconds"], 15, 6)  # of this process, not of the whole run
        self.ended(self.start("train", *SMALL, "--steps", "35", "--threads", "2", "--out", whole), 0)
        for name in ("config.json", "metrics.csv", "model.safetensors", "checkpoint.run"):
            self.assertEqual(read(f"{out}/{name}"), read(f"{whole}/{name}"), name)
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--out", out), 2)
        self.assertIn("stands at step 35 already", err)
        self.ended(self.start("train", *SMALL, "--schedule", "cosine", "--steps", "20", "--out", self.path("falling")), 0)
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--out", self.path("falling")), 2)
        self.assertIn("falls to 0 at step 20", err)

    def test_a_run_goes_on_as_what_it_was(self):
        out = self.path("run")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--kernels", "reference", "--out", out), 2)
        self.assertIn("was made with --kernels fast", err)
        config = read(f"{out}/config.json")
        with open(f"{out}/config.json", "wb") as file:
            file.write(config.replace(b'"learning-rate": 0.08', b'"learning-rate": 0.04'))
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--out", out), 2)
        self.assertIn("has other settings than the run", err)
        with open(f"{out}/config.json", "wb") as file:
            file.write(config)
        checkpoint = read(f"{out}/checkpoint.run")
        with open(f"{out}/checkpoint.run", "wb") as file:
            file.write(checkpoint[: len(checkpoint) - 5 - checkpoint[-5]])  # without what it was made with
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--out", out), 2)
        self.assertIn("checkpoint.run is damaged", err)
        with open(f"{out}/checkpoint.run", "wb") as file:
            file.write(checkpoint)
        _, err = self.ended(self.start("train", "--resume", "--steps", "30", "--device", "emulated", "--out", out), 0)
        self.assertIn("was made with --device cpu and goes on with --device emulated", err)
        _, err = self.ended(self.start("train", "--resume", "--steps", "40", "--out", out), 0)
        self.assertIn("was made with --device emulated and goes on with --device cpu", err)

    def test_a_run_that_is_stopped_before_it_begins_leaves_the_old_one(self):
        out = self.path("run")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        old = {name: read(f"{out}/{name}") for name in os.listdir(out)}
        process = self.start("train", *ENDLESS, *SLOW_TO_BEGIN, "--overwrite", "--out", out)
        self.wait_for(lambda: among(process.pid, "SigCgt", signal.SIGINT), process)
        process.send_signal(signal.SIGINT)
        _, err = self.ended(process, 130)
        self.assertIn("Stopped by SIGINT before the run began. The folder", err)
        self.assertEqual({name: read(f"{out}/{name}") for name in os.listdir(out)}, old)

    def test_a_run_whose_model_was_not_written_is_finished_by_resume(self):
        out, other = self.path("run"), self.path("other")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        self.ended(self.start("train", *SMALL, "--steps", "10", "--out", other), 0)
        files = {name: read(f"{out}/{name}") for name in os.listdir(out)}
        model = f"{out}/model.safetensors"
        for damage in (os.remove, lambda path: os.truncate(path, 100), lambda path: shutil.copy(f"{other}/model.safetensors", path)):
            damage(model)
            told, _ = self.ended(self.start("train", "--resume", "--out", out), 0)
            self.assertIn("At step 20 ", told)
            self.assertEqual({name: read(f"{out}/{name}") for name in os.listdir(out)}, files)
        _, err = self.ended(self.start("train", "--resume", "--out", out), 2)
        self.assertIn("is finished", err)

    def test_what_cannot_be_taken_up(self):
        out = self.path("run")
        self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out), 0)
        _, err = self.ended(self.start("train", "--resume", "--seed", "4", "--out", out), 2)
        self.assertIn("keeps its settings", err)
        checkpoint = read(f"{out}/checkpoint.run")
        for damaged in (checkpoint[: len(checkpoint) // 2], b"", b"\xff" * len(checkpoint)):
            with open(f"{out}/checkpoint.run", "wb") as file:
                file.write(damaged)
            _, err = self.ended(self.start("train", "--resume", "--out", out), 2)
            self.assertIn("checkpoint.run is damaged", err)
            self.assertNotIn("page", err)
        _, err = self.ended(self.start("train", "--resume", "--out", self.path("nowhere")), 2)
        self.assertIn("There is no run in the folder", err)

    def test_a_folder_is_one_process_at_a_time(self):
        run, sweep = self.path("run"), self.path("sweep")
        train = ["train", *SMALL, *ENDLESS, "--checkpoint-every", "0", "--out", run]
        grid = ["sweep", *SMALL_RUNS, *ENDLESS, "--vary", "heads=1", "--seeds", "1", "--out", sweep]
        first, second = self.start(*train), self.start(*grid)
        self.wait_for(lambda: os.path.exists(f"{run}/checkpoint.run"), first)
        self.wait_for(lambda: os.path.exists(f"{sweep}/runs"), second)
        for command in (train, ["train", "--resume", "--out", run], grid, ["merge", run, "--out", sweep], ["reproduce", "10", "--out", sweep]):
            _, err = self.ended(self.start(*command), 2, seconds=60)
            self.assertIn("Another ladder is writing in the folder", err)
            self.assertIn("choose another folder", err)
        second.kill()
        first.kill()
        first.communicate()
        before = read(f"{run}/checkpoint.run")
        taken_up = self.start("train", "--resume", "--checkpoint-every", "0", "--out", run)  # the claim went with its process
        self.wait_for(lambda: read(f"{run}/checkpoint.run") != before, taken_up)
        taken_up.send_signal(signal.SIGTERM)
        self.ended(taken_up, 143)

    def test_a_disk_without_room(self):
        def little_room():  # as a full disk: writing fails after so many bytes
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

        out = self.path("full")
        _, err = self.ended(self.start("train", *SMALL, "--steps", "20", "--out", out, limit=little_room), 2)
        self.assertIn("cannot be written", err)
        self.assertIn("room", err)
        self.assertEqual([name for name in os.listdir(out) if name.endswith(".part")], [])

    @unittest.skipIf(os.geteuid() != 0, "needs a user that it can become")
    def test_a_folder_that_a_user_may_not_make(self):
        try:
            process = self.start("train", *SMALL, "--steps", "1", "--out", "/root-alone/run", limit=lambda: os.setuid(65534))
        except PermissionError:
            self.skipTest("another user cannot reach the program")
        _, err = self.ended(process, 2)
        self.assertIn("cannot be made (Permission denied)", err)

    def test_a_folder_that_takes_nothing(self):
        for command in (["train", *SMALL, "--steps", "5"], ["sweep", *SMALL_RUNS, "--steps", "5", "--vary", "heads=1"]):
            _, err = self.ended(self.start(*command, "--out", "/proc/ladder"), 2)
            self.assertIn("The folder /proc/ladder", err)

    @unittest.skipIf(os.environ.get("LADDER_SANITIZE"), "a sanitizer reserves more than any limit allows")
    def test_too_little_memory_in_a_thread(self):
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

        _, err = self.ended(self.start("train", "--model", "full", "--heads", "4", "--hidden", "1024", "--mlp", "4096", "--length", "64", "--batch", "8192", "--workers", "2", "--steps", "2", limit=little_memory), 2)
        self.assertIn("not enough memory", err)

    def kept(self, sweep):
        """The places of the runs that are kept, by the marks that their files are named by."""
        places = {mark + ".json": place for place, mark in json.loads(read(f"{sweep}/sweep.json"))["runs"]}
        return sorted(places[name] for name in os.listdir(f"{sweep}/runs"))

    @unittest.skipIf(os.environ.get("LADDER_SANITIZE"), "a sanitizer reserves more than any limit allows")
    def test_what_a_sweep_had_no_memory_for_is_made_again(self):
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))

        out = self.path("sweep")
        # Heads that do not divide the hidden width are left out whatever the machine has: that is kept.
        command = ["sweep", "--model", "full", "--mlp", "4096", "--vocabulary", "8", "--validation", "16", "--length", "1", "--batch", "1", "--steps", "1",
                   "--seeds", "1", "--vary", "hidden=16,1024", "--vary", "heads=1,3", "--parallel", "1", "--out", out]
        told, err = self.ended(self.start(*command, limit=little_memory), 3)
        self.assertIn("not enough memory", told)
        self.assertRegex(err, "could not make 1 of the runs. They are not kept: the same command tries them again")
        self.assertEqual(self.kept(out), ["0000", "0001", "0003"])
        told, err = self.ended(self.start(*command), 3)
        self.assertIn("4 runs, 2 of them failed", told)
        self.assertNotIn("not kept", err)
        self.assertEqual(len(self.kept(out)), 4)

    def test_what_a_device_could_not_take_is_made_again(self):
        out = self.path("sweep")
        command = ["sweep", *SMALL_RUNS, "--steps", "5", "--seeds", "1", "--vary", "blocks=1,2", "--device", "emulated", "--out", out]
        told, err = self.ended(self.start(*command), 3)
        self.assertIn("has one block", told)
        self.assertIn("could not make 1 of the runs", err)
        self.assertEqual(self.kept(out), ["0000"])

    def test_a_signal_ends_a_sweep_and_the_same_command_goes_on(self):
        def records():
            return [os.path.join(base, name) for base, _, names in os.walk(out) for name in names if name.endswith(".json") and os.path.basename(base) != os.path.basename(out)]

        for steps in ("400", "2000", "10000"):  # on a busy machine the shorter ones may be through before they are stopped
            out = self.path(f"sweep-{steps}")
            command = ["sweep", *SMALL_RUNS, "--steps", steps, "--vary", "heads=1,2,3", "--seeds", "1..8", "--out", out]
            process = self.start(*command)
            while process.poll() is None and len(records()) < 2:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=300)
            if len(records()) < 24:
                break
        self.assertEqual(process.returncode, 143, err)
        self.assertRegex(err, r"Stopped by SIGTERM: \d+ of 24 runs are made and kept")
        kept = {path: os.stat(path).st_mtime_ns for path in records()}
        self.assertLess(len(kept), 24)
        self.assertIn("results.csv has these alone", err)
        self.assertEqual(len(read(f"{out}/results.csv").splitlines()), 1 + len(kept))
        self.ended(self.start(*command), 0)
        self.assertEqual({path: os.stat(path).st_mtime_ns for path in kept}, kept)
        self.assertEqual(len(records()), 24)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--verbose"])
