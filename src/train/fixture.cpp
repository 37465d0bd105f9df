// Metadata goes through the settings table, so that its ranges are checked by the one table of settings; then
// tensors are checked against the shapes that follow from them.
#include "train/fixture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/shown_text.h"

namespace ladder {
namespace {

constexpr std::int64_t most_sequences = 10000;

// The file's name of a setting and ours. Names that stand for something else are handled below.
constexpr std::pair<const char*, const char*> names[] = {
    {"dim", "vocabulary"}, {"spans", "spans"}, {"stride", "stride"}, {"ratio", "importance"}, {"reverse", "reversed"}, {"weights", "weights"},
    {"orthogonal", "frobenius-orthogonal"}, {"heads", "heads"}, {"blocks", "blocks"}, {"optimizer", "optimizer"}, {"lr", "learning-rate"},
    {"weight_decay", "weight-decay"}, {"momentum", "momentum"}, {"clip_norm", "clip"},
};
constexpr std::pair<const char*, const char*> full_names[] = {{"hidden_dim", "hidden"}, {"ff_hidden_dim", "mlp"}};

// "[2, 2, 2]" to "2,2,2".
std::string plain_list(std::string text) {
    std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == ' '; });
    return text;
}

void take(const Fixture& fixture, const char* key, const char* setting, Settings& settings) {
    const auto found = fixture.file.metadata.find(key);
    if (found == fixture.file.metadata.end()) return;
    if (set_from_text(settings, setting, plain_list(found->second)))
        throw Error(fixture.name + ": the metadata's " + key + " is \"" + shown_text(found->second) + "\", which cannot be used.",
                    std::string(setting) + " takes " + range_text(*find_setting(setting)) + ".");
}

void read_settings(Fixture& fixture, FixtureKind kind) {
    const TensorFile& file = fixture.file;
    Settings& s = fixture.settings;
    s.dropout = 0;
    for (const auto& [key, setting] : names) take(fixture, key, setting, s);
    if (kind == FixtureKind::training) {
        const std::string& arch = file.meta("arch");
        if (arch != "minimal" && arch != "full" && arch != "full_bias")
            throw Error(fixture.name + ": the architecture \"" + shown_text(arch) + "\" is not known.", "It must be minimal, full or full_bias.");
        s.model = arch == "minimal" ? ModelKind::minimal : ModelKind::full;
        s.bias = arch == "full_bias";
        if (s.model == ModelKind::full)
            for (const auto& [key, setting] : full_names) take(fixture, key, setting, s);
    }
    Settings fitting = s;
    fitting.data = DataSource::online;  // batch and training set are the file's own
    if (const auto problems = reconcile(fitting); !problems.empty())
        throw Error(fixture.name + ": the metadata contradicts itself. " + problems.front().wrong, "Use a file whose settings agree.");
}

}  // namespace

Fixture read_fixture(TensorFile file, std::string name, FixtureKind kind) {
    Fixture fixture;
    fixture.name = std::move(name);
    fixture.file = std::move(file);
    const std::string wanted = kind == FixtureKind::teacher ? "teacher" : "training";
    if (fixture.file.meta("kind") != wanted)
        throw Error(fixture.name + " holds no " + wanted + " reference: its kind is \"" + shown_text(fixture.file.meta("kind")) + "\".",
                    kind == FixtureKind::teacher ? "Files for this command are named teacher-*." : "Files for this command are named train-*.");
    read_settings(fixture, kind);

    Settings& s = fixture.settings;
    const std::int64_t h = span_count(s), d = s.vocabulary, w = window(s);
    const std::int64_t feature_shape[] = {h, d, d}, token_shape[] = {-1, -1};
    fixture.features = fixture.file.f32("feature_matrices", feature_shape).f32;
    if (!std::all_of(fixture.features.begin(), fixture.features.end(), [](float x) { return std::isfinite(x); }))
        throw Error(fixture.name + ": feature_matrices holds values that are not finite.", "Every entry must be an ordinary number.");
    const Tensor& tokens = fixture.file.i32("tokens", token_shape);
    const std::int64_t sequences = tokens.shape[0], length = tokens.shape[1] - w;
    const auto longest = static_cast<std::int64_t>(find_setting("length")->max);
    if (sequences < 1 || sequences > most_sequences || length < 1 || length > longest)
        throw Error(fixture.name + ": tokens has shape " + std::to_string(tokens.shape[0]) + " x " + std::to_string(tokens.shape[1]) + ", which does not fit a window of " +
                        std::to_string(w) + ".",
                    "It must hold 1 to " + std::to_string(most_sequences) + " sequences, each 1 to " + std::to_string(longest) + " tokens longer than the window.");
    for (const std::int32_t token : tokens.i32)
        if (token < 0 || token >= d)
            throw Error(fixture.name + ": tokens holds " + std::to_string(token) + ", which is no symbol of a vocabulary of " + std::to_string(d) + ".",
                        "Tokens must be 0 to " + std::to_string(d - 1) + ".");
    fixture.tokens = tokens.i32;
    fixture.sequences = static_cast<int>(sequences);
    s.length = static_cast<int>(length);
    s.batch = fixture.sequences;
    s.sequences = fixture.sequences;
    return fixture;
}

}  // namespace ladder
