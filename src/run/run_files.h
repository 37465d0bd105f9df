// A run's files in and out: its model as safetensors, its settings and its history as JSON. What comes in may be damaged,
// foreign or far too large; each is refused in a sentence.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "run/history.h"
#include "run/run_checkpoint.h"
#include "task/chain.h"

namespace ladder {

enum class FileKind { model, settings, lesson, text };

// By the ending of its name: .safetensors, .json, .md; everything else is taken for a text to learn from.
FileKind file_kind(std::string_view name);
// Bytes that are read of a file at most. A text is cut there; of the other kinds a larger one is refused without being read.
std::size_t most_file_bytes(FileKind);
// Why a file of this size is not read; empty: it is.
std::string too_large(std::string_view name, std::size_t bytes);

// The model at a moment of the run whose state was kept (History::with_checkpoint), with settings and step: a file that
// `ladder train`, PyTorch and this program read. Error: that moment's state was not kept.
std::vector<std::byte> model_file(const Settings&, const Chain&, const History&, std::size_t moment);
// The run as JSON: settings, preset, every moment with its losses, divergences, rung, phase and attention masses, and when rungs and phases changed.
std::string history_json(const Settings&, std::string_view preset, const Chain&, const History&);

struct ModelFile {
    Settings settings;                                // they stop after the checkpoint's step, unless that is the last there may be
    std::shared_ptr<const RunCheckpoint> checkpoint;  // not evaluated yet
};
// Error: what is wrong with the file, and where such files come from. name: for the sentences.
ModelFile read_model_file(std::span<const std::byte>, std::string_view name);

struct SettingsFile {
    Settings settings;
    std::string preset;                 // named by the file, or "default"
    std::vector<std::string> problems;  // single settings that were bad, each in a sentence
};
// An object of settings (config.json of `ladder train`), or one that holds them as "settings" (the history). Error: no settings in it.
SettingsFile read_settings_file(std::string_view text, std::string_view name);

}  // namespace ladder
