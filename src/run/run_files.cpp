// Nothing here reads or writes the disk: bytes in, bytes out.
#include "run/run_files.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_nesting.h"
#include "base/shown_text.h"
#include "model/model.h"
#include "run/metrics.h"
#include "run/presets.h"
#include "train/checkpoint_file.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

std::string shown_size(std::size_t bytes) {
    if (bytes >= std::size_t{1} << 30) return std::to_string(bytes >> 30) + " GB";
    if (bytes >= std::size_t{1} << 20) return std::to_string(bytes >> 20) + " MB";
    return std::to_string((bytes + 1023) >> 10) + " kB";
}

bool ends_with(std::string_view name, std::string_view suffix) {
    return name.size() >= suffix.size() && std::equal(suffix.rbegin(), suffix.rend(), name.rbegin(), [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

Json moment_json(const Snapshot& s) {
    const Evaluation& e = s.evaluation;
    Json m{{"step", s.step}, {"trainLoss", s.train_loss}, {"validationLoss", e.loss}, {"bayesLoss", e.bayes_loss}, {"excess", e.excess()}, {"kl", e.kl}};
    if (!e.learned_kl.empty()) m["learnedKl"] = e.learned_kl;
    m["rung"] = s.reading.rung, m["height"] = s.reading.height, m["phase"] = phase_name(s.reading.phase), m["specialisation"] = s.reading.specialisation;
    m["spanMass"] = e.span_mass;
    return m;
}

}  // namespace

FileKind file_kind(std::string_view name) {
    return ends_with(name, ".safetensors") ? FileKind::model : ends_with(name, ".json") ? FileKind::settings : ends_with(name, ".md") ? FileKind::lesson : FileKind::text;
}

std::size_t most_file_bytes(FileKind kind) {
    switch (kind) {
        case FileKind::model: return std::size_t{96} << 20;  // three times the largest state that a history keeps
        case FileKind::settings: return std::size_t{32} << 20;  // a history holds its settings too
        case FileKind::lesson: return std::size_t{256} << 10;
        case FileKind::text: return 400'000;  // the first 100,000 characters, none of which has more than four
    }
    return 0;
}

std::string too_large(std::string_view name, std::size_t bytes) {
    const FileKind kind = file_kind(name);
    if (kind == FileKind::text || bytes <= most_file_bytes(kind)) return "";
    const char* what = kind == FileKind::model ? "a model" : kind == FileKind::settings ? "settings" : "a lesson";
    return "The file " + shown_text(name) + " has " + shown_size(bytes) + " and was not read; " + what + " may have at most " + shown_size(most_file_bytes(kind)) + ".";
}

std::vector<std::byte> model_file(const Settings& settings, const Chain& chain, const History& history, std::size_t moment) {
    const std::size_t at = history.empty() ? history.size() : history.with_checkpoint(moment);
    if (at >= history.size()) throw Error("The model of this moment was not kept, so it cannot be saved.", "Choose a later moment.");
    const auto model = make_model(settings);
    return format_safetensors(checkpoint_to_tensors(history.checkpoint(at)->state, model->table(), settings, chain));
}

std::string history_json(const Settings& settings, std::string_view preset, const Chain& chain, const History& history) {
    Json out{{"kind", "attention-ladder-run"}, {"version", 1}, {"preset", preset}};
    out["settings"] = Json::parse(settings_to_json(settings));
    out["rungs"] = chain.span_count();
    out["moments"] = Json::array();
    for (std::size_t i = 0; i < history.size(); ++i) out["moments"].push_back(moment_json(history[i]));
    const Readout& readout = history.readout();
    out["reached"] = readout.reached();
    out["rungChanges"] = out["phaseChanges"] = Json::array();
    for (const RungChange& c : readout.rung_changes()) out["rungChanges"].push_back({{"step", c.step}, {"from", c.from}, {"to", c.to}});
    for (const PhaseChange& c : readout.phase_changes()) out["phaseChanges"].push_back({{"step", c.step}, {"from", phase_name(c.from)}, {"to", phase_name(c.to)}});
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

ModelFile read_model_file(std::span<const std::byte> bytes, std::string_view name) {
    if (const std::string problem = too_large(name, bytes.size()); !problem.empty()) throw Error(problem);
    const std::string shown = shown_text(name);
    const TensorFile file = parse_safetensors(bytes, "The file " + shown);
    const auto settings = file.metadata.find("settings");
    if (settings == file.metadata.end()) throw Error("The file " + shown + " holds tensors but no settings, so it is no model of this program.", "Files to open are saved here, or written by ladder train.");
    ModelFile out;
    std::vector<SettingProblem> problems = settings_from_json(out.settings, settings->second);
    if (problems.empty()) problems = reconcile(out.settings);
    if (!problems.empty()) throw Error("The settings in " + shown + " cannot be used: " + problems.front().refusal());
    RunCheckpoint checkpoint;
    try {
        const auto model = make_model(out.settings);
        checkpoint.state = checkpoint_from_tensors(file, model->table(), out.settings);
    } catch (const Error& e) {
        throw Error("The model in " + shown + " cannot be used: " + e.what());
    }
    const auto last = static_cast<std::int64_t>(find_setting("steps")->max);
    out.settings.steps = static_cast<int>(std::min(std::max<std::int64_t>(out.settings.steps, checkpoint.step() + 1), last));
    out.checkpoint = std::make_shared<const RunCheckpoint>(std::move(checkpoint));
    return out;
}

SettingsFile read_settings_file(std::string_view text, std::string_view name) {
    if (const std::string problem = too_large(name, text.size()); !problem.empty()) throw Error(problem);
    const auto foreign = [&] { return Error("The file " + shown_text(name) + " holds no settings.", "Files to open are saved here as settings or history, or written by ladder train as config.json."); };
    if (nested_deeper_than(8, text)) throw foreign();
    Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) throw foreign();
    SettingsFile out;
    out.preset = "default";
    if (const auto preset = object.find("preset"); preset != object.end() && preset->is_string() && find_preset(preset->get<std::string>())) out.preset = preset->get<std::string>();
    if (const auto inner = object.find("settings"); inner != object.end() && inner->is_object()) object = Json(*inner);
    bool any = false;
    for (const auto& [setting, value] : object.items()) any |= find_setting(setting) != nullptr;
    if (!any) throw foreign();
    if (const Preset* preset = find_preset(out.preset)) out.settings = preset->settings;
    for (const SettingProblem& problem : settings_from_json(out.settings, object.dump(-1, ' ', false, Json::error_handler_t::replace))) out.problems.push_back(problem.message());
    return out;
}

}  // namespace ladder
