// Settings as text: formatting that reads back to the same value, parsing that tells what was wrong.
#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/joined.h"
#include "base/number_text.h"
#include "base/settings.h"
#include "base/shown_text.h"
#include "base/text_tokens.h"
#include "base/trimmed.h"
#include "base/utf8.h"

namespace ladder {
namespace {

std::optional<bool> parse_boolean(std::string_view text) {
    for (std::string_view yes : {"true", "on", "yes", "1"})
        if (text == yes) return true;
    for (std::string_view no : {"false", "off", "no", "0"})
        if (text == no) return false;
    return {};
}

std::string expected(const SettingInfo& info) {
    switch (info.kind) {
        case SettingKind::boolean: return "true or false";
        case SettingKind::integer: return "a whole number from " + range_text(info);
        case SettingKind::number: return "a number from " + range_text(info);
        case SettingKind::choice: return range_text(info);
        case SettingKind::integer_list: return "whole numbers, " + range_text(info) + ", separated by spaces or commas";
        case SettingKind::number_list: return "numbers, " + range_text(info) + ", separated by spaces or commas";
        case SettingKind::text: return "text in UTF-8, " + range_text(info) + " characters";
    }
    return {};
}

SettingProblem problem(const SettingInfo& info, std::string_view given, const std::string& used) {
    return {std::string(info.name), "The setting " + std::string(info.name) + " cannot be \"" + shown_text(given) + "\".", used.empty() ? "It stays empty." : "Instead, " + used + " is used.", "It takes " + expected(info) + "."};
}

void add_sentence(std::string& text, const std::string& sentence) {
    if (!sentence.empty()) text += " " + sentence;
}

// Moves v into the range; true when it had to.
bool bring_into_range(const SettingInfo& info, bool whole, double& v) {
    const double before = v;
    if (whole) v = std::round(v);
    v = std::clamp(v, info.min, info.max);
    return v != before;
}

std::optional<std::vector<double>> parse_list(std::string_view text) {
    std::vector<double> list;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = text.find_first_not_of(" ,;\t", at);
        if (start == std::string_view::npos) break;
        std::size_t end = text.find_first_of(" ,;\t", start);
        if (end == std::string_view::npos) end = text.size();
        const auto v = parse_number(text.substr(start, end - start));
        if (!v || list.size() >= 1000) return {};
        list.push_back(*v);
        at = end;
    }
    return list;
}

// A text is taken as it is, up to its limit.
std::optional<SettingProblem> set_text(Settings& s, const SettingInfo& info, std::string_view given) {
    std::size_t end = 0;
    for (std::size_t characters = 0; end < given.size(); ++characters) {
        if (static_cast<double>(characters) == info.max) {
            info.put(s, std::string(given.substr(0, end)));
            return SettingProblem{std::string(info.name), "The text has more than " + number_text(info.max) + " characters.", "What comes after these was left out.", ""};
        }
        const std::size_t length = character_length(given.substr(end));
        if (length == 0)
            return SettingProblem{std::string(info.name), "What was given as text is no text: it is not UTF-8 from byte " + std::to_string(end) + " on.", "It was left out.", "Save it as plain text in UTF-8."};
        end += length;
    }
    info.put(s, std::string(given));
    return {};
}

}  // namespace

std::string format_value(const SettingInfo& info, const SettingValue& value) {
    if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
    if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
    if (const auto* d = std::get_if<double>(&value)) return number_text(*d);
    if (const auto* s = std::get_if<std::string>(&value)) return *s;
    (void)info;
    std::string text;
    for (double v : std::get<std::vector<double>>(value)) text += (text.empty() ? "" : " ") + number_text(v);
    return text;
}

std::string format_setting(const SettingInfo& info, const Settings& s) { return format_value(info, info.get(s)); }

std::string range_text(const SettingInfo& info) {
    if (info.kind == SettingKind::boolean) return "true or false";
    if (info.kind == SettingKind::choice) return joined(info.choices, " or ");
    std::string range = number_text(info.min) + " to " + number_text(info.max);
    if (info.kind == SettingKind::integer || info.kind == SettingKind::number || info.kind == SettingKind::text) return range;
    return std::to_string(info.min_count) + " to " + std::to_string(info.max_count) + " of them, each " + range;
}

std::optional<SettingProblem> set_from_text(Settings& s, std::string_view name, std::string_view given) {
    const SettingInfo* info = find_setting(name);
    if (!info) return SettingProblem{std::string(name), "There is no setting called \"" + shown_text(name) + "\".", "It was left out.", ""};
    const std::string_view text = trimmed(given);
    const auto unchanged = [&] { return problem(*info, given, format_setting(*info, s)); };
    switch (info->kind) {
        case SettingKind::boolean: {
            const auto v = parse_boolean(text);
            if (!v) return unchanged();
            info->put(s, *v);
            return {};
        }
        case SettingKind::choice: {
            if (std::find(info->choices.begin(), info->choices.end(), text) == info->choices.end()) return unchanged();
            info->put(s, std::string(text));
            return {};
        }
        case SettingKind::integer:
        case SettingKind::number: {
            auto v = parse_number(text);
            if (!v || !std::isfinite(*v)) return unchanged();
            const bool whole = info->kind == SettingKind::integer;
            bool moved = bring_into_range(*info, whole, *v);
            if (whole) info->put(s, static_cast<std::int64_t>(*v));
            else info->put(s, *v);
            moved |= *v == 0x1p53 && text != format_setting(*info, s);  // the first that reads as its neighbour too
            if (moved) return problem(*info, given, format_setting(*info, s));
            return {};
        }
        case SettingKind::integer_list:
        case SettingKind::number_list: {
            auto list = parse_list(text);
            if (!list || static_cast<int>(list->size()) < info->min_count) return unchanged();
            bool moved = static_cast<int>(list->size()) > info->max_count;
            if (moved) list->resize(static_cast<std::size_t>(info->max_count));
            for (double& v : *list) moved |= bring_into_range(*info, info->kind == SettingKind::integer_list, v);
            info->put(s, *list);
            if (moved) return problem(*info, given, format_setting(*info, s));
            return {};
        }
        case SettingKind::text: return set_text(s, *info, given);
    }
    return {};
}

namespace {

constexpr int largest_window = 32;

}  // namespace

// It is long enough for its held-out tenth to hold sequences; judged by the spans as they will be, so that a second look finds nothing
// more to move.
std::string text_problem(const Settings& s) {
    if (s.text.empty()) return "There is no text to learn from";
    Settings plain = s;
    plain.stride = 0;
    const std::size_t has = size_of_text(s.text).characters, least = static_cast<std::size_t>(20 * (std::min(window(plain), largest_window) + s.length));
    return has < least ? "The text has only " + std::to_string(has) + " characters, and " + std::to_string(least) + " are needed" : "";
}

namespace {

// A text is learned from with spans that are plain groups of the nearest characters.
void reconcile_text(Settings& s, const std::function<void(std::string_view, std::string, std::string, std::string)>& tell) {
    if (const std::string problem = text_problem(s); !problem.empty()) {
        tell("text", problem + ".", "Fresh sequences of the chain are used instead.", "Paste a longer text or open a file.");
        s.data = DataSource::online;
        return;
    }
    if (s.stride != 0 || s.reversed || !s.weights.empty() || !s.strengths.empty()) {
        tell("data", "In a text the nearest characters come first and spans do not overlap.", "Stride, weights, strengths and reversed importance were put aside.", "");
        s.stride = 0, s.reversed = false, s.weights.clear(), s.strengths.clear();
    }
}

}  // namespace

Settings at_pace_of(const Settings& viewer, Settings experiment) {
    for (const SettingInfo& info : settings_table())
        if (info.viewer) info.put(experiment, info.get(viewer));
    return experiment;
}

bool needs_restart(const Settings& before, const Settings& after) {
    if (after.schedule == ScheduleKind::cosine && after.steps != before.steps) return true;  // it falls to 0 where the run was to stop
    const auto table = settings_table();
    return std::any_of(table.begin(), table.end(), [&](const SettingInfo& info) { return info.restart && info.get(before) != info.get(after); });
}

std::string SettingProblem::message() const {
    std::string all = wrong;
    add_sentence(all, instead);
    add_sentence(all, mend);
    return all;
}

std::string SettingProblem::refusal() const {
    std::string all = wrong;
    add_sentence(all, mend);
    return all;
}

std::vector<SettingProblem> reconcile(Settings& s) {
    std::vector<SettingProblem> problems;
    const auto tell = [&](std::string_view name, std::string wrong, std::string instead, std::string mend = {}) { problems.push_back({std::string(name), std::move(wrong), std::move(instead), std::move(mend)}); };
    if (s.data == DataSource::text) reconcile_text(s, tell);
    const int spans = span_count(s);
    const int longest = *std::max_element(s.spans.begin(), s.spans.end());
    if (s.stride > longest) {
        tell("stride", "A stride of " + std::to_string(s.stride) + " would leave gaps between spans of at most " + std::to_string(longest) + " tokens.", "A stride of " + std::to_string(longest) + " is used instead.");
        s.stride = longest;
    }
    const std::string far = std::to_string(window(s)), farthest = std::to_string(largest_window);
    if (window(s) > largest_window && s.stride > 0) {
        // Shorter spans would not help: their starts alone lie too far apart. At stride 1 any spans fit.
        while (window(s) > largest_window) --s.stride;
        tell("stride", "With this stride the spans reach back " + far + " tokens, more than the " + farthest + " allowed.", "A stride of " + std::to_string(s.stride) + " is used instead.");
    } else if (window(s) > largest_window) {
        while (window(s) > largest_window) --*std::max_element(s.spans.begin(), s.spans.end());
        tell("spans", "The spans reach back " + far + " tokens, more than the " + farthest + " allowed.", "They were shortened to " + format_setting(*find_setting("spans"), s) + ".");
    }
    if (s.rank > s.vocabulary) {
        tell("rank", "The rank " + std::to_string(s.rank) + " is larger than the vocabulary " + std::to_string(s.vocabulary) + ".", "Full rank, " + std::to_string(s.vocabulary) + ", is used instead.");
        s.rank = 0;
    }
    if (!s.strengths.empty() && static_cast<int>(s.strengths.size()) != spans) {
        tell("strengths", "There are " + std::to_string(s.strengths.size()) + " strengths for " + std::to_string(spans) + " spans.", "Powers of the importance ratio are used instead.", "Give one strength for each span, oldest first.");
        s.strengths.clear();
    }
    if (!s.weights.empty()) {
        const bool fits = std::all_of(s.spans.begin(), s.spans.end(), [&](int length) { return static_cast<std::size_t>(length) == s.weights.size(); });
        const bool some = std::any_of(s.weights.begin(), s.weights.end(), [](double w) { return w > 0; });
        if (!fits || !some) {
            tell("weights", fits ? "The weights are all 0, which would make the chain forget its past." : "There are " + std::to_string(s.weights.size()) + " weights, but not every span has that many tokens.",
                 "Every token counts 1 instead.", fits ? "Give at least one that is larger." : "Give as many weights as each span is long.");
            s.weights.clear();
        }
    }
    if (s.frobenius_orthogonal && s.shared_features) {
        tell("frobenius-orthogonal", "One matrix shared by all spans cannot be orthogonal to itself.", "The setting frobenius-orthogonal is switched off.");
        s.frobenius_orthogonal = false;
    }
    if (s.frobenius_orthogonal && spans > s.vocabulary * s.vocabulary) {
        tell("frobenius-orthogonal", "There are too many spans for so small a vocabulary to make their matrices orthogonal.", "The setting frobenius-orthogonal is switched off.");
        s.frobenius_orthogonal = false;
    }
    if (s.data == DataSource::finite && s.batch > s.sequences) {
        tell("batch", "The batch of " + std::to_string(s.batch) + " is larger than the training set of " + std::to_string(s.sequences) + " sequences.", "The whole set is used as the batch.");
        s.batch = s.sequences;
    }
    if (s.model == ModelKind::full && s.hidden % s.heads != 0) {
        const int below = s.hidden - s.hidden % s.heads, above = below + s.heads;
        const int nearest = below >= 8 && (s.hidden - below <= above - s.hidden || above > 1024) ? below : above;
        tell("hidden", "The hidden width " + std::to_string(s.hidden) + " cannot be divided among " + std::to_string(s.heads) + " heads.", "A width of " + std::to_string(nearest) + " is used instead.");
        s.hidden = nearest;
    }
    return problems;
}

}  // namespace ladder
