#include "support/random_settings.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/number_text.h"
#include "base/random.h"

namespace ladder::testing {
namespace {

// The largest value drawn where more is only more work.
double largest_tried(const SettingInfo& info) {
    static const std::map<std::string_view, double> limits{{"vocabulary", 12}, {"length", 8},  {"sequences", 60}, {"batch", 40},  {"validation", 24}, {"hidden", 24},
                                                           {"mlp", 24},        {"blocks", 2},  {"heads", 4},      {"spans", 3},   {"rank", 12},       {"workers", 3}};
    const auto limit = limits.find(info.name);
    return limit == limits.end() ? info.max : limit->second;
}

double drawn(RandomSequence& random, const SettingInfo& info) {
    const double high = largest_tried(info);
    if (random.below(8) == 0) return random.below(2) ? info.min : high;  // the ends are where things break
    const double u = random.uniform_double();
    if (!info.logarithmic) return info.min + u * (high - info.min);
    const double low = std::max(info.min, high * 1e-9);
    return low * std::pow(high / low, u);
}

SettingValue drawn_value(RandomSequence& random, const SettingInfo& info) {
    switch (info.kind) {
        case SettingKind::boolean: return random.below(2) == 1;
        case SettingKind::integer: return static_cast<std::int64_t>(drawn(random, info));
        case SettingKind::number: return drawn(random, info);
        case SettingKind::choice: return std::string(info.choices[random.below(static_cast<std::uint32_t>(info.choices.size()))]);
        case SettingKind::text: {
            std::string text(random.below(1500), ' ');
            for (char& c : text) c = static_cast<char>('a' + random.below(9));
            return text;
        }
        default: break;
    }
    const int most = std::min(info.max_count, 4);
    std::vector<double> list(static_cast<std::size_t>(info.min_count) + random.below(static_cast<std::uint32_t>(most - info.min_count + 1)));
    for (double& v : list) v = info.kind == SettingKind::integer_list ? std::floor(drawn(random, info)) : drawn(random, info);
    return list;
}

}  // namespace

Settings random_settings(std::uint64_t number) {
    RandomSequence random(number, Stream::display);
    Settings s;
    s.vocabulary = 6, s.length = 4, s.batch = 20, s.validation = 16, s.hidden = 12, s.mlp = 12;
    for (const SettingInfo& info : settings_table())
        if (info.name != "steps" && info.name != "evaluate-every" && info.name != "learned" && random.below(2)) info.put(s, drawn_value(random, info));
    s.steps = 10;
    s.evaluate_every = 5;
    reconcile(s);
    return s;
}

int property_trials(int usual) {
    const char* given = std::getenv("LADDER_PROPERTY");
    const std::optional<double> trials = given ? parse_number(given) : std::nullopt;
    return trials ? static_cast<int>(std::clamp(*trials, 1.0, 1e9)) : usual;
}

}  // namespace ladder::testing
