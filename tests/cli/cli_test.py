#!/usr/bin/env python3
"""Drives the built `ladder` program as a person or a script would: reference files within tolerances, exit
codes and sentences for bad input, files of a run. Python's standard library only.

    cli_test.py FIXTURES COMMAND...      COMMAND is the program, or node with its arguments and the .js file
"""
import array
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

FIXTURES, COMMAND = sys.argv[1], sys.argv[2:]
SMALL_TASK = ["--vocabulary", "8", "--length", "6", "--validation", "32"]
SMALL = [*SMALL_TASK, "--batch", "32", "--seed", "3"]
# AdamW's decoupled decay alone multiplies every parameter by 1 - rate * decay: beyond 2 that grows without bound.
# SGD adds the decay to a gradient that is not clipped, which does the same.
DIVERGING = ["--optimizer", "sgd", "--learning-rate", "10", "--weight-decay", "1", "--clip", "0", "--value-init", "uniform", "--value-scale", "1"]


def run(*arguments, expect=0):
    result = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=600)
    if result.returncode != expect:
        raise AssertionError(f"{' '.join(arguments)}: exit code {result.returncode}, not {expect}\n{result.stdout}{result.stderr}")
    return result


def read(path, mode="r"):
    with open(path, mode) as file:
        return file.read()


def read_tensors(path):
    data = read(path, "rb")
    (n,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + n])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        values = array.array("f" if info["dtype"] == "F32" else "i")
        values.frombytes(data[8 + n + begin : 8 + n + end])
        tensors[name] = (info["shape"], values)
    return tensors, metadata


def greatest_difference(a, b):
    """Of two tensors of the same shape; NaN counts as infinite."""
    assert a[0] == b[0], (a[0], b[0])
    worst = 0.0
    for x, y in zip(a[1], b[1]):
        d = abs(x - y)
        worst = max(worst, d if math.isfinite(d) else math.inf)
    return worst


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ladder-cli-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def refused(self, *arguments, saying=()):
        """Exit code 2, one calm sentence on standard error, and nothing like a crash."""
        result = run(*arguments, expect=2)
        self.assertTrue(result.stderr.startswith("ladder: "), result.stderr)
        self.assertNotIn("terminate", result.stderr)
        for words in saying:
            self.assertIn(words, result.stderr)
        return result


class References(Case):
    def test_teacher(self):
        for name in ("uniform", "weighted", "uneven", "overlapping", "reversed", "orthogonal"):
            with self.subTest(name):
                source, out = f"{FIXTURES}/teacher-{name}.safetensors", self.path("out.safetensors")
                facts = json.loads(run("teacher", source, "--out", out, "--json").stdout)
                want, _ = read_tensors(source)
                have, _ = read_tensors(out)
                for tensor in [t for t in want if t.startswith("log_probs")]:
                    self.assertLess(greatest_difference(want[tensor], have[tensor]), 1e-5, tensor)
                self.assertEqual(len([t for t in have if t.startswith("log_probs")]), facts["spans"])
                self.assertGreater(facts["bayes_loss"], 0)

    def test_replay(self):
        for name in ("minimal", "minimal-small-init"):
            for kernels in ("fast", "reference"):
                with self.subTest(name=name, kernels=kernels):
                    self.replay(f"{FIXTURES}/train-{name}.safetensors", "--kernels", kernels)
        self.replay(f"{FIXTURES}/train-minimal.safetensors", "--device", "emulated")

    def replay(self, source, *arithmetic):
        out = self.path("out.safetensors")
        facts = json.loads(run("replay", source, "--out", out, *arithmetic).stdout)
        want, metadata = read_tensors(source)
        have, _ = read_tensors(out)
        for name in ("logits", "attention"):
            self.assertLess(greatest_difference(want[name], have[name]), 1e-5, name)
        for name in (n for n in want if n.startswith("grad.")):
            scale = max(abs(x) for x in want[name][1])  # 0 for the queries of a model whose values start at 0
            self.assertLessEqual(greatest_difference(want[name], have[name]), 1e-4 * scale, name)
        for name in (n for n in want if n.startswith("after")):
            # Adam divides by the root of the second moment: where a gradient is nearly zero its rounding decides
            # the direction of a whole step, so later parameters agree more loosely.
            if "key_proj.bias" in name:
                continue  # its gradient is rounding alone, which AdamW makes steps of; tests/train/replay.cpp bounds it
            self.assertLess(greatest_difference(want[name], have[name]), 2e-3, name)
        for key, tolerance in (("losses", 2e-3), ("grad_norms", 2e-3), ("kl_ideal_1_to_h", 1e-5)):
            for a, b in zip(json.loads(metadata[key]), facts[key], strict=True):
                self.assertLess(abs(a - b), tolerance, key)

    def test_steps(self):
        out = self.path("out.safetensors")
        facts = json.loads(run("replay", f"{FIXTURES}/train-minimal.safetensors", "--steps", "7", "--out", out).stdout)
        self.assertEqual(len(facts["losses"]), 7)
        names = {name.split(".")[0] for name in read_tensors(out)[0]}
        self.assertEqual(names, {"logits", "attention", "grad", "after1", "after5", "after7"})


class Train(Case):
    def test_files_of_a_run(self):
        out = self.path("run")
        result = run("train", *SMALL, "--steps", "25", "--out", out)
        self.assertIn("Bayes loss", result.stdout)
        rows = read(f"{out}/metrics.csv").splitlines()
        columns = rows[0].split(",")
        self.assertEqual(columns[:9], ["step", "train_loss", "val_loss", "bayes_loss", "excess_loss", "kl_0", "kl_1", "kl_2", "kl_3"])
        self.assertEqual(columns[9:13], ["rung", "height", "phase", "specialisation"])
        self.assertEqual(columns[13:], [f"mass_{a}_{s}" for a in (1, 2, 3) for s in (1, 2, 3)])
        self.assertEqual([row.split(",")[0] for row in rows[1:]], ["0", "10", "20", "25"])
        for row in rows[1:]:
            cells = dict(zip(columns, row.split(","), strict=True))
            self.assertIn(cells.pop("phase"), ("undecided", "competitive", "cooperative"))
            self.assertTrue(all(math.isfinite(float(x)) for x in cells.values()))
        self.assertEqual(json.loads(read(f"{out}/config.json"))["seed"], 3)
        tensors, _ = read_tensors(f"{out}/model.safetensors")
        self.assertIn("transformer_blocks.0.self_attention.query_proj.0.weight", tensors)

    def test_same_numbers_for_any_number_of_threads(self):
        runs = []
        for threads in (1, 2, 3, 4):
            out = self.path(f"run{threads}")
            # Four shards, as many as threads: of two, a third thread would have none, and their sum one order.
            facts = json.loads(run("train", *SMALL_TASK, "--batch", "256", "--seed", "3", "--steps", "20", "--threads", str(threads), "--json", "--out", out).stdout)
            self.assertEqual(facts["workers"], threads if len(COMMAND) == 1 else 1)  # under Node there is one
            tensors, _ = read_tensors(f"{out}/model.safetensors")  # the number of threads is among the metadata
            self.assertGreater(len(tensors), 3)
            runs.append((read(f"{out}/metrics.csv"), {name: (shape, values.tobytes()) for name, (shape, values) in tensors.items()}))
        for other in runs[1:]:
            self.assertEqual(other, runs[0])

    def test_a_text_from_a_file(self):
        words = "row row row your boat gently down the stream. " * 60
        files = {"song.txt": words.encode(), "marked.txt": b"\xef\xbb\xbf" + words.encode(), "picture.txt": b"\x89PNG\0\xff"}
        for name, data in files.items():
            with open(self.path(name), "wb") as file:
                file.write(data)
        small = ["train", *SMALL[2:], "--vocabulary", "12", "--steps", "40", "--json"]
        facts = json.loads(run(*small, "--text-file", self.path("song.txt"), "--out", self.path("song")).stdout)
        self.assertEqual(facts["step"], 40)
        self.assertLess(facts["val_loss"], 1)  # 2.5 to begin with
        self.assertEqual({name: json.loads(read(self.path("song/config.json")))[name] for name in ("data", "text")}, {"data": "text", "text": words})
        run(*small, "--text-file", self.path("marked.txt"), "--out", self.path("marked"))
        self.assertEqual(read(self.path("marked/metrics.csv")), read(self.path("song/metrics.csv")))  # the mark at its beginning is no character
        self.refused(*small, "--text-file", self.path("picture.txt"), saying=("not UTF-8 from byte 0 on", "Nothing was run"))
        self.refused(*small, "--text-file", self.path("nothing.txt"), saying=("There is no file", "nothing.txt"))

    def test_json(self):
        facts = json.loads(run("train", *SMALL, "--steps", "12", "--json").stdout)
        self.assertEqual(facts["step"], 12)
        self.assertFalse(facts["diverged"])
        self.assertEqual(len(facts["kl"]), 4)
        self.assertEqual(len(facts["reached"]), 4)
        self.assertIn(None, facts["reached"])  # a rung that was not reached in so few steps

    def test_what_is_written_is_described(self):
        text = read(os.path.join(FIXTURES, "../../docs/outputs.md"))
        out = self.path("run")
        facts = json.loads(run("train", *SMALL, "--spans", "1,1", "--learned", "--steps", "2", "--json", "--out", out).stdout)
        columns = read(f"{out}/metrics.csv").splitlines()[0].split(",")
        for name in [*facts, *(column for column in columns if column[-1].isalpha())]:
            self.assertIn(f"`{name}`", text)
        tensors = read_tensors(f"{out}/model.safetensors")[0]
        self.assertEqual(tensors["feature_matrices"][0], [2, 8, 8])
        self.assertEqual(tensors["decoder.weight"][0], [8, 8 + 2 + 6 - 1])

    def test_device(self):
        small = ["train", *SMALL, "--steps", "12", "--json"]
        here = json.loads(run(*small, "--device", "cpu").stdout)

        def close(there):
            self.assertEqual(there["step"], 12)
            # As far apart as rounding lets two machines' runs drift: a hundredth of the parameters' 2e-3.
            self.assertLess(abs(here["excess_loss"] - there["excess_loss"]), 1e-4)

        close(json.loads(run(*small, "--device", "emulated").stdout))
        result = subprocess.run([*COMMAND, *small, "--device", "cuda"], capture_output=True, text=True)
        if result.returncode:  # no GPU here: said in words, with what mends it
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr, "without CUDA|No NVIDIA GPU")
            self.assertIn("leave out --device cuda", result.stderr)
        else:
            close(json.loads(result.stdout))
        self.refused("train", "--device", "abacus", saying=["abacus"])

    def test_bench_of_a_device(self):
        facts = json.loads(run("bench", "--device", "emulated", "--batch", "3", "--runs", "2", "--seconds", "0.01", "--json").stdout)
        self.assertEqual([entry["runs"] for entry in facts["steps"]], [1, 2])
        for entry in facts["steps"]:
            self.assertGreater(entry["seconds_per_step"], 0)

    def test_divergence_ends_with_3_and_a_finite_model(self):
        out = self.path("run")
        result = run("train", *SMALL, *DIVERGING, "--steps", "1000", "--out", out, expect=3)
        self.assertIn("diverged at step", result.stderr)
        self.assertIn("learning rate", result.stderr)
        for name, (_, values) in read_tensors(f"{out}/model.safetensors")[0].items():
            if values.typecode == "f":
                self.assertTrue(all(math.isfinite(x) for x in values), name)
        self.assertNotIn("nan", read(f"{out}/metrics.csv").lower())
        self.assertNotIn("inf", read(f"{out}/metrics.csv").lower())
        facts = json.loads(run("train", *SMALL, *DIVERGING, "--steps", "1000", "--json", expect=3).stdout)
        self.assertTrue(facts["diverged"])

    def test_bad_settings_are_refused(self):
        self.refused("train", "--heads", "0", saying=("--heads 0", "It takes"))
        self.refused("train", "--learning-rate", "fast", saying=("--learning-rate fast",))
        self.refused("train", "--learning-rate", "nan")
        self.refused("train", "--spans", "2,x,2", saying=("--spans",))
        self.refused("train", "--model", "huge", saying=("--model huge", "minimal"))
        self.refused("train", "--steps", "99999999999999999999")
        self.refused("train", "--preset", "no-such", saying=("no-such", "default"))
        self.refused("train", "--headz", "3", saying=("--headz", "Did you mean --heads?"))
        self.refused("train", "--heads", saying=("--heads",))
        self.refused("train", "stray", saying=("stray",))
        self.refused("train", "--seed", "9007199254740993", saying=("--seed 9007199254740993 cannot be used",))
        self.refused("train", *SMALL, "--steps", "1", "--out", "", saying=("--out is given an empty name",))
        self.refused("climb", saying=('There is no command "climb"',))
        self.refused(saying=("No command is given",))

    def test_what_was_meant_is_guessed(self):
        self.refused("trian", saying=("Did you mean train?",))
        self.refused("train", "--lr", "0.1", saying=("Did you mean --learning-rate?",))
        self.refused("train", "--learn", "0.1", saying=("Did you mean --learned?",))
        self.refused("train", "--preset", "figur-1", saying=("Did you mean figure-1?",))
        self.refused("sweep", "--vary", "learning-rat=1", "--out", self.path("none"), saying=("Did you mean learning-rate?",))

    def test_the_parsers_words_are_sentences(self):
        self.refused("train", "--out", saying=("--out is given no value.",))
        self.refused("train", "--heads", "1", "--heads", "2", saying=("--heads is given 2 times. Give it once.",))
        self.refused("train", "--kernels", "slow", saying=("--kernels slow cannot be used. It takes reference or fast.",))
        self.refused("bench", "--workers", "0", saying=("--workers 0 cannot be used. It takes 1 to 64.",))
        self.refused("replay", "x", "--out", "y", "--steps", "1.5", saying=("--steps 1.5 cannot be used. It takes a whole number.",))
        self.refused("train", "--resume", "--overwrite", "--out", self.path("none"), saying=("--resume cannot be given together with --overwrite.",))

    def test_settings_without_effect_are_named(self):
        small = ["train", *SMALL, "--steps", "1"]
        for idle, needed in (("--momentum", "SGD"), ("--query-scale", "uniform query initialisation"), ("--sequences", "finite data")):
            self.assertIn(f"{idle} has no effect here: it matters only with {needed}.", run(*small, idle, "1" if idle == "--sequences" else "0.5").stderr)
        self.assertIn("--importance has no effect here", run(*small, "--strengths", "1,2,3", "--importance", "2").stderr)
        self.assertNotIn("no effect", run(*small, "--optimizer", "sgd", "--momentum", "0.5").stderr)
        self.assertIn("(Only with SGD.)", run("train", "--help").stdout.replace("\n", " ").replace("  ", ""))

    def test_contradicting_settings_are_refused(self):
        self.refused("train", "--spans", "2,2", "--weights", "0.7,0.2,0.1")
        # Nothing is said that does not happen: the page goes on with something else, a command does not.
        for given, mend in ((["--stride", "4"], "--stride 2 would do"), (["--data", "finite", "--sequences", "100"], "--batch 100 would do"), (["--data", "text"], "--text-file")):
            err = self.refused("train", *given, saying=("nothing was run", mend)).stderr
            self.assertNotIn("instead", err)
        with open(self.path("long.txt"), "w") as file:
            file.write("ab " * 40000)
        err = self.refused("train", "--text-file", self.path("long.txt"), saying=("more than 100000 characters", "Nothing was run")).stderr
        self.assertNotIn("left out", err)
        self.assertNotIn("instead", self.refused("flow", "--ratio", "99").stderr)

    @unittest.skipIf(hasattr(os, "geteuid") and os.geteuid() == 0 and not os.path.exists("/proc/self"), "needs a path that cannot be written")
    def test_unwritable_folder(self):
        blocked = self.path("file")
        open(blocked, "w").close()
        self.refused("train", *SMALL, "--steps", "1", "--out", blocked + "/run", saying=(blocked,))
        self.refused("train", *SMALL, "--steps", "1", "--out", "/proc/self/ladder")
        self.refused("teacher", f"{FIXTURES}/teacher-uniform.safetensors", "--out", blocked + "/x.safetensors")


class HostileFiles(Case):
    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def changed(self, header_change):
        """The minimal reference with another header, offsets left as they are."""
        data = read(f"{FIXTURES}/train-minimal.safetensors", "rb")
        (n,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + n])
        header_change(header)
        text = json.dumps(header).encode()
        return self.write("changed.safetensors", struct.pack("<Q", len(text)) + text + data[8 + n :])

    def refused_replay(self, path, *saying):
        self.refused("replay", path, "--out", self.path("out.safetensors"), saying=saying)
        self.assertFalse(os.path.exists(self.path("out.safetensors")))

    def test_missing_and_wrong_kind(self):
        self.refused_replay(self.path("nothing.safetensors"), "nothing.safetensors")
        self.refused_replay(f"{FIXTURES}/teacher-uniform.safetensors", "teacher")
        self.refused_replay(self.folder)

    def test_truncated(self):
        data = read(f"{FIXTURES}/train-minimal.safetensors", "rb")
        for size in (0, 1, 7, 8, 9, 100, len(data) // 2, len(data) - 1):
            with self.subTest(size):
                self.refused_replay(self.write("cut.safetensors", data[:size]))

    def test_hostile_headers(self):
        for header in (b"", b"[]", b"null", b"{" * 100000, b'{"a":1}', b'{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}',
                       b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', b"\xff\xfe" * 10):
            with self.subTest(header[:40]):
                self.refused_replay(self.write("hostile.safetensors", struct.pack("<Q", len(header)) + header))
        self.refused_replay(self.write("huge.safetensors", struct.pack("<Q", 2**63) + b"{}"))

    def test_wrong_contents(self):
        def metadata(key, value):
            return lambda header: header["__metadata__"].__setitem__(key, value)

        for key, value in (("dim", "0"), ("dim", "-3"), ("dim", "11"), ("spans", "[]"), ("spans", "[1000000]"), ("ratio", "NaN"), ("heads", "1e9"), ("lr", "x"), ("arch", "other"), ("blocks", "2")):
            with self.subTest(key=key, value=value):
                self.refused_replay(self.changed(metadata(key, value)))
        self.refused_replay(self.changed(lambda header: header.pop("tokens")), "tokens")
        self.refused_replay(self.changed(lambda header: header["tokens"].__setitem__("shape", [16, 32])))
        self.refused_replay(self.changed(lambda header: header["tokens"].__setitem__("dtype", "F32")), "tokens")
        self.refused_replay(self.changed(lambda header: header.pop("init.transformer_blocks.0.self_attention.query_proj.1.weight")), "query_proj.1.weight")

    def test_token_outside_the_vocabulary(self):
        data = bytearray(read(f"{FIXTURES}/train-minimal.safetensors", "rb"))
        (n,) = struct.unpack("<Q", data[:8])
        at = 8 + n + json.loads(data[8 : 8 + n])["tokens"]["data_offsets"][0]
        data[at : at + 4] = struct.pack("<i", 10)
        self.refused_replay(self.write("token.safetensors", data), "10", "vocabulary")
        data[at : at + 4] = struct.pack("<i", -1)
        self.refused_replay(self.write("token.safetensors", data), "-1")


class Lists(Case):
    def test_settings(self):
        table = json.loads(run("settings", "--json").stdout)
        names = [s["name"] for s in table]
        for name in ("vocabulary", "spans", "learning-rate", "seed", "steps"):
            self.assertIn(name, names)
            self.assertIn(name, run("settings").stdout)
        for setting in table:
            self.assertTrue(setting["help"])
            self.assertTrue(setting["range"])
            # What the table shows as the default is what an option takes.
            self.assertIsNotNone(setting["default"], setting["name"])

    def test_presets(self):
        presets = json.loads(run("presets", "--json").stdout)
        self.assertEqual(presets[0]["name"], "default")
        self.assertIn("default", run("presets").stdout)
        for preset in presets:
            self.assertTrue(preset["title"] and preset["summary"])

    def test_help_and_version(self):
        self.assertRegex(run("--version").stdout, r"ladder \d+\.\d+\.\d+")
        self.assertIn("train", run("--help").stdout)
        text = run("train", "--help").stdout
        for option in ("--preset", "--learning-rate", "--threads", "--out", "--kernels"):
            self.assertIn(option, text)


class Members(Case):
    def test_distances_and_losses(self):
        out = json.loads(run("members", *SMALL, "--spans", "1,1", "--pasts", "60", "--json").stdout)
        near, whole = out["classes"]
        self.assertEqual([near["class"], whole["class"], near["pasts"]], [1, 2, 60])
        self.assertGreater(near["distance"], 2 * near["standard_error"])  # the ideal member ignores what the unseen span does on average
        self.assertLess(abs(whole["distance"]), 1e-6)                      # that of the last class is the chain itself
        self.assertLess(whole["ideal_loss"], near["ideal_loss"])
        self.assertLess(near["learned_loss"], math.log(8))
        self.assertIn("standard error", run("members", *SMALL, "--spans", "1,1", "--pasts", "5").stdout)
        self.refused("members", "--pasts", "1", saying=["--pasts"])

    def test_of_a_text_the_losses_alone(self):
        text = ["members", "--preset", "text", *SMALL, "--spans", "1"]
        out = json.loads(run(*text, "--json").stdout)
        self.assertEqual(list(out), ["seed", "classes"])
        self.assertEqual([list(c) for c in out["classes"]], [["class", "ideal_loss", "learned_loss"]])
        table = run(*text).stdout
        self.assertNotIn("standard error", table)
        self.assertIn("in a text is not known", table)


class Sweeps(Case):
    GRID = ["--vary", "importance=1.3,1.7", "--seeds", "1..2", "--steps", "10", *SMALL[:-2]]

    def marks(self, name):
        """The mark of each place of the sweep: the name of its run's file."""
        return dict(json.loads(read(self.path(f"{name}/sweep.json")))["runs"])

    def file(self, name, place):
        return self.path(f"{name}/runs/{self.marks(name)[place]}.json")

    def runs(self, name):
        """The places whose runs are kept."""
        return [place for place in self.marks(name) if os.path.exists(self.file(name, place))]

    def test_a_sweep_and_its_table(self):
        facts = json.loads(run("sweep", *self.GRID, "--out", self.path("all"), "--json").stdout)
        self.assertEqual((facts["runs"], facts["failures"]), (4, []))
        rows = read(facts["table"]).splitlines()
        self.assertEqual(len(rows), 5)
        self.assertTrue(rows[0].startswith("run,importance,seed,best_step"), rows[0])
        self.assertEqual(self.runs("all"), ["0000", "0001", "0002", "0003"])

    def test_what_is_finished_is_not_made_again(self):
        run("sweep", *self.GRID, "--out", self.path("all"))
        table, kept = read(self.path("all/results.csv")), self.file("all", "0001")
        stamp = os.stat(kept).st_mtime_ns
        with open(self.file("all", "0002"), "w") as file:
            file.write('{"label": "cut off by a power')  # as after a crash of the disk: counts as not there
        os.remove(self.file("all", "0003"))
        result = run("sweep", *self.GRID, "--out", self.path("all"))
        self.assertIn("2 of 4 runs are there already.", result.stderr)
        self.assertEqual(read(self.path("all/results.csv")), table)
        self.assertEqual(os.stat(kept).st_mtime_ns, stamp)

    def test_another_grid_takes_what_is_there_and_leaves_the_rest(self):
        out = self.path("all")
        run("sweep", *self.GRID, "--out", out)
        table = read(out + "/results.csv")
        wider = [word.replace("1.3,1.7", "1.3,1.5,1.7") for word in self.GRID]
        self.assertIn("4 of 6 runs are there already.", run("sweep", *wider, "--out", out).stderr)
        self.assertEqual(len(read(out + "/results.csv").splitlines()), 7)
        result = run("sweep", *self.GRID, "--out", out)
        self.assertIn("4 of 4 runs are there already.", result.stderr)
        self.assertIn("2 other runs besides", result.stderr)
        self.assertEqual(read(out + "/results.csv"), table)
        self.assertEqual(len(os.listdir(out + "/runs")), 6)

    def test_shards_and_merge_give_the_same_table(self):
        run("sweep", *self.GRID, "--out", self.path("all"))
        for part in (1, 2):
            run("sweep", *self.GRID, "--shard", f"{part}/2", "--out", self.path(f"part{part}"))
        self.assertEqual(self.runs("part2"), ["0001", "0003"])
        run("merge", self.path("part1"), self.path("part2"), "--out", self.path("joined"))
        self.assertEqual(read(self.path("joined/results.csv")), read(self.path("all/results.csv")))

    def test_what_is_not_one_sweep_is_not_merged(self):
        part1, part2, other, joined = (self.path(name) for name in ("part1", "part2", "other", "joined"))
        wider = ["1..4" if word == "1..2" else word for word in self.GRID]
        run("sweep", *wider, "--out", part2)  # all runs of the next are among them
        for part, folder in ((1, part1), (2, part2)):
            run("sweep", *self.GRID, "--shard", f"{part}/2", "--out", folder)
        run("sweep", *wider, "--shard", "2/2", "--out", other)
        self.refused("merge", part1, other, "--out", joined, saying=["different sweeps", part1, other])
        self.assertFalse(os.path.exists(joined + "/results.csv"))
        # A part that is missing, or damaged, is named; it can be joined later.
        os.truncate(self.file("part2", "0001"), 20)
        result = run("merge", part2, "--out", joined, expect=3)
        self.assertIn("Of the 4 runs of this sweep 1 are in none of these folders: 0001.", result.stderr)
        run("merge", part1, "--out", joined, expect=3)
        run("sweep", *self.GRID, "--shard", "2/2", "--out", part2)
        run("merge", part2, "--out", joined)
        run("sweep", *self.GRID, "--out", self.path("all"))
        self.assertEqual(read(joined + "/results.csv"), read(self.path("all/results.csv")))
        self.refused("merge", other, "--out", joined, saying=["different sweeps"])
        os.remove(part1 + "/sweep.json")
        self.refused("merge", part1, "--out", self.path("none"), saying=["no sweep.json"])

    def test_a_sweep_on_a_device(self):
        grid = [*self.GRID, "--device", "emulated", "--json"]
        run("sweep", *grid, "--out", self.path("together"))
        run("sweep", *grid, "--together", "1", "--out", self.path("alone"))
        self.assertEqual(len(read(self.path("together/results.csv")).splitlines()), 5)
        self.assertEqual(read(self.path("together/results.csv")), read(self.path("alone/results.csv")))

    def test_a_failing_run_does_not_stop_the_others(self):
        result = run("sweep", "--vary", "hidden=12,13", "--model", "full", "--seeds", "1", "--steps", "5", *SMALL[:-2], "--out", self.path("mixed"), expect=3)
        self.assertIn("2 runs, 1 of them failed", result.stdout)
        self.assertIn("hidden 13", result.stdout)

    def test_refusals(self):
        out = ["--out", self.path("none")]
        self.refused("sweep", "--vary", "colour=red", *out, saying=["colour"])
        self.refused("sweep", "--vary", "importance", *out, saying=["importance"])
        self.refused("sweep", "--seeds", "3..1", *out, saying=["3..1"])
        self.refused("sweep", "--seeds", "1,1", *out, saying=["seed 1 is given twice"])
        self.refused("sweep", "--seed", "4", "--seeds", "1", *out, saying=["Give --seeds 4."])
        self.refused("sweep", "--threads", "4", *out, saying=["--parallel"])
        self.refused("sweep", "--vary", "spans=2,2,2", *out, saying=["is given twice", "2 2 2;4 4 4"])
        self.refused("sweep", "--vary", "momentum=0.1,0.2", *out, saying=["the same run again and again", "only with SGD"])
        self.refused("sweep", "--shard", "3/2", *out, saying=["3/2"])
        self.refused("merge", self.path("nowhere"), "--out", self.path("none"), saying=["holds no runs"])
        self.refused("reproduce", "99", *out, saying=["99", "4-left"])
        self.assertIn("13-14", run("reproduce", "--help").stdout)

    def test_figure_10_is_reproduced_and_written(self):
        facts = json.loads(run("reproduce", "10", "--seeds", "1..2", "--out", self.path("paper"), "--json").stdout)
        self.assertEqual(facts, [{"figure": "10", "holds": 2, "seeds": 2}])
        page = read(self.path("paper/index.html"))
        self.assertIn("<svg", page)
        self.assertNotIn("nan", page)
        told = run("reproduce", "10", "--seeds", "1", "--out", self.path("paper")).stdout
        self.assertEqual(sorted({name.split("-")[0] for name in os.listdir(self.path("paper"))}), ["figure", "index.html"])
        for name in ("results.csv", "runs/"):  # the equations have none
            self.assertNotIn(name, told)

    def test_a_figure_is_found_by_one_of_its_numbers(self):
        (preset,) = [p for p in json.loads(run("presets", "--json").stdout) if p["name"] == "figure-6"]
        os.makedirs(self.path("paper/runs"))
        with open(self.path("paper/runs/page-6-7-figure-6-seed-1.json"), "w") as file:
            json.dump({"label": "", "settings": {**preset["settings"], "seed": 1}, "failure": "Training diverged.", "moments": []}, file)
        result = run("reproduce", "7", "6", "--seeds", "1", "--out", self.path("paper"))
        self.assertIn("1 of 1 runs are there already.", result.stderr)
        self.assertIn("Figure 6, 7", result.stdout)

    def test_a_figure_that_is_not_run_at_the_papers_scale_says_so(self):
        # Its only run counts as made, and as failed: nothing is trained.
        settings = {"vocabulary": 20, "blocks": 2, "batch": 256, "learning-rate": 0.05, "steps": 500, "evaluate-every": 5, "validation": 500, "seed": 1}
        os.makedirs(self.path("paper/runs"))
        with open(self.path("paper/runs/paper-11-figure-11-minimal-seed-1.json"), "w") as file:
            json.dump({"label": "minimal, two blocks", "settings": settings, "failure": "Training diverged.", "moments": []}, file)
        run("reproduce", "11", "--scale", "paper", "--seeds", "1", "--out", self.path("paper"), "--json")
        page = read(self.path("paper/index.html"))
        self.assertIn("scale here too: 20 symbols instead of 50", page)
        self.assertIn("Training diverged.", page)


class Bench(Case):
    def test_report(self):
        facts = json.loads(run("bench", "--batch", "64", "--workers", "1", "--seconds", "0.01", "--svg", self.path("growth.svg"), "--json").stdout)
        self.assertEqual([(s["batch"], s["workers"]) for s in facts["steps"]], [(64, 1)])
        self.assertIn("128 bit", [g["instruction_set"] for g in facts["gradient"]])
        self.assertGreater(facts["peak"]["wide_multiply_adds"], 0)
        self.assertEqual([s["length"] for s in facts["scaling"]["length"]], [10, 20, 40, 80, 160])
        figures = [facts["steps"][0], facts["gradient"][0], *facts["scaling"]["batch"], facts["phases"][0]["sampling"]]
        for figure in figures:
            self.assertGreater(figure["least_seconds"], 0)
            self.assertLessEqual(figure["least_seconds"], figure["median_seconds"])
        self.assertIn("quadratic", read(self.path("growth.svg")))

    def test_growth(self):
        brief = ("--steps-only", "--batch", "2", "--workers", "1", "--seconds", "0.01")
        tables = [[line.split() for line in table.splitlines()] for table in run("bench", "--scaling", *brief).stdout.split("\n\n")]
        for (title, *rows), of, sizes in zip(tables[-2:], ("batch", "length"), ([64, 128, 256, 512, 1024], [10, 20, 40, 80, 160])):
            self.assertEqual(title, [of, "ms", "a", "step"])
            self.assertEqual([int(size) for size, _ in rows], sizes)
            for _, milliseconds in rows:
                self.assertGreater(float(milliseconds), 0)
        # Unasked it is not measured, nor of the full model.
        for arguments in ((), ("--full", "--scaling")):
            self.assertNotIn("length", run("bench", *arguments, *brief).stdout)

    def test_whole_steps_of_the_full_model(self):
        facts = json.loads(run("bench", "--full", "--steps-only", "--batch", "2", "--workers", "1", "--seconds", "0.01", "--json").stdout)
        self.assertEqual(set(facts), {"instruction_set", "peak", "steps"})
        (step,) = facts["steps"]
        minimal = 2 * 3 * 930 * 50 * 2  # operations of a step of two sequences
        self.assertGreater(step["gflops"] * step["median_seconds"] * 1e9, 10 * minimal)

    def test_refusals(self):
        self.refused("bench", "--workers", "0", saying=["--workers"])


class Flow(Case):
    def test_written_as_csv(self):
        facts = json.loads(run("flow", "--end", "1000", "--moments", "20", "--positions", "10", "--out", self.path("flow"), "--json").stdout)
        self.assertTrue(facts["finished"])
        self.assertEqual([s["pattern"] for s in facts["stages"]], [1, 2, 3])
        self.assertEqual(facts["settings"]["strengths"], [2.89, 1.7, 1])
        header, *rows = [line.split(",") for line in read(self.path("flow/flow.csv")).splitlines()]
        self.assertEqual(header[:5], ["time", "loss", "loss_pattern_1", "loss_pattern_2", "loss_pattern_3"])
        self.assertEqual(header[5], "value_head_1_pattern_1")
        self.assertEqual(header[-1], "attention_head_3_position_10")
        self.assertEqual((len(rows), len(header)), (21, 2 + 3 + 9 + 30))
        for row in rows:
            values = [float(v) for v in row]
            self.assertTrue(all(math.isfinite(v) for v in values))
            self.assertAlmostEqual(sum(values[2:5]), values[1], 12)
            for head in range(3):
                self.assertAlmostEqual(sum(values[14 + 10 * head : 24 + 10 * head]), 1, 6)
        stages = read(self.path("flow/stages.csv")).splitlines()
        self.assertEqual(stages[0], "order,pattern,strength,time")
        self.assertEqual([line.split(",")[1] for line in stages[1:]], ["1", "2", "3"])
        self.assertEqual(json.loads(read(self.path("flow/config.json"))), facts["settings"])

    def test_settings_of_the_equations(self):
        facts = json.loads(run("flow", "--ratio", "2", "--patterns", "2", "--heads", "2", "--start", "adversarial", "--metric-twice", "--end", "500", "--moments", "50", "--json").stdout)
        self.assertEqual(facts["settings"]["strengths"], [2, 1])
        self.assertEqual((facts["settings"]["start"], facts["settings"]["metric-twice"]), ("adversarial", True))
        told = run("flow", "--strengths", "3,0.1", "--decay", "0.5", "--end", "100").stdout
        self.assertIn("Stage 1: pattern 1", told)
        self.assertIn("Pattern 2, strength 0.1, is not learned before time 100.", told)

    def test_a_smaller_error_takes_more_work_and_finds_the_same_times(self):
        loose, tight = (json.loads(run("flow", "--end", "100", "--moments", "5", "--tolerance", error, "--json").stdout) for error in ("1e-3", "1e-8"))
        self.assertGreater(tight["evaluations"], loose["evaluations"])
        self.assertEqual(len(tight["stages"]), 2)
        for a, b in zip(loose["stages"], tight["stages"], strict=True):
            self.assertAlmostEqual(a["time"], b["time"], 2)

    def test_bench(self):
        facts = json.loads(run("flow", "--bench", "--end", "10", "--json").stdout)
        self.assertEqual(facts["reached"], 10)
        self.assertGreater(facts["least_seconds"], 0)

    def test_refusals(self):
        self.refused("flow", "--heads", "0", saying=["heads", "1 to 16"])
        self.refused("flow", "--strengths", "3,x", saying=["strengths", "3,x"])
        self.refused("flow", "--strengths", "3,2,1", "--positions", "2", saying=["more patterns (3) than", "positions (2)"])
        self.refused("flow", "--start", "late", saying=["near-uniform, adversarial or waterfall"])
        self.refused("flow", "--ratio", "2", "--strengths", "2,1", saying=["strengths"])
        self.refused("flow", "--first", "10", "--end", "5", saying=["first moment"])
        self.refused("flow", "--strenghts", "2", saying=["Did you mean --strengths?"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--verbose"])
