// Reads a reference file: metadata through the settings table, so that its ranges are checked by the one
// table of settings, then tensors against the shapes that follow from them.
#include "apps/cli/fixture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace ladder::cli {
namespace {

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

void take(const std::string& path, const TensorFile& file, const char* key, const char* setting, Settings& settings) {
    const auto found = file.metadata.find(key);
    if (found == file.metadata.end()) return;
    if (set_from_text(settings, setting, plain_list(found->second))) {
        std::string shown = found->second.substr(0, 40);
        std::replace_if(shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
        throw Error(path + ": the metadata's " + key + " is \"" + shown + "\", which cannot be used.", std::string(setting) + " takes " + range_text(*find_setting(setting)) + ".");
    }
}

}  // namespace

Fixture read_fixture(const std::string& path, const std::string& kind) {
    Fixture fixture;
    fixture.file = parse_safetensors(read_file(path), path);
    const TensorFile& file = fixture.file;
    if (file.meta("kind") != kind)
        throw Error(path + " holds no " + kind + " reference: its kind is \"" + file.meta("kind").substr(0, 40) + "\".",
                    kind == "teacher" ? "Files for this command are named teacher-*." : "Files for this command are named train-*.");

    Settings& s = fixture.settings;
    s.dropout = 0;
    s.stride = 0;
    for (const auto& [key, setting] : names) take(path, file, key, setting, s);
    if (kind == "training") {
        const std::string& arch = file.meta("arch");
        if (arch != "minimal" && arch != "full" && arch != "full_bias")
            throw Error(path + ": the architecture \"" + arch.substr(0, 40) + "\" is not known.", "It must be minimal, full or full_bias.");
        s.model = arch == "minimal" ? ModelKind::minimal : ModelKind::full;
        s.bias = arch == "full_bias";
        if (s.model == ModelKind::full)
            for (const auto& [key, setting] : full_names) take(path, file, key, setting, s);
    }

    const std::int64_t h = span_count(s), d = s.vocabulary, w = window(s);
    const std::int64_t feature_shape[] = {h, d, d}, token_shape[] = {-1, -1};
    fixture.features = file.f32("feature_matrices", feature_shape).f32;
    if (!std::all_of(fixture.features.begin(), fixture.features.end(), [](float x) { return std::isfinite(x); }))
        throw Error(path + ": feature_matrices holds values that are not finite.", "Every entry must be an ordinary number.");
    const Tensor& tokens = file.i32("tokens", token_shape);
    const std::int64_t sequences = tokens.shape[0], length = tokens.shape[1] - w;
    if (sequences < 1 || sequences > 100000 || length < 1 || length > 1000)
        throw Error(path + ": tokens has shape " + std::to_string(tokens.shape[0]) + " x " + std::to_string(tokens.shape[1]) + ", which does not fit a window of " + std::to_string(w) + ".",
                    "Every sequence needs more tokens than the window holds, at most 1000 more.");
    for (const std::int32_t token : tokens.i32)
        if (token < 0 || token >= d)
            throw Error(path + ": tokens holds " + std::to_string(token) + ", which is no symbol of a vocabulary of " + std::to_string(d) + ".", "Tokens must be 0 to " + std::to_string(d - 1) + ".");
    fixture.tokens = tokens.i32;
    fixture.sequences = static_cast<int>(sequences);
    s.length = static_cast<int>(length);
    s.batch = static_cast<int>(sequences);
    s.sequences = static_cast<int>(sequences);
    return fixture;
}

}  // namespace ladder::cli
