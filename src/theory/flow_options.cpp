// The table, and its values as text.
#include "theory/flow_options.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/joined.h"
#include "base/number_text.h"
#include "base/shown_text.h"

namespace ladder {
namespace {

using Kind = FlowOption::Kind;

constexpr std::string_view start_names[] = {"near-uniform", "adversarial", "waterfall"};
constexpr std::string_view value_names[] = {"flow", "fixed", "optimal"};
constexpr std::size_t most_patterns = 12;

// Strengths ratio^(count - 1) m, .., ratio m, m with the weakest, m, kept; none above the greatest that is allowed.
void set_geometric(FlowSettings& s, std::size_t count, double ratio) {
    const double weakest = s.strengths.empty() ? 1 : s.strengths.back();
    s.strengths.assign(count, weakest);
    for (std::size_t j = 0; j < count; ++j) s.strengths[j] = std::min(1000.0, weakest * std::pow(ratio, static_cast<double>(count - 1 - j)));
}

constexpr std::array options{
    FlowOption{"patterns", "patterns", "How many patterns there are to learn; their strengths then form a series with the ratio.", Kind::integer, 1, most_patterns, 6, false, true, {},
               [](const FlowSettings& s) { return static_cast<double>(s.strengths.size()); }, [](FlowSettings& s, double v) { set_geometric(s, static_cast<std::size_t>(v), strength_ratio(s)); }},
    FlowOption{"ratio", "ratio m", "m: how many times stronger each pattern is than the next, as the importance ratio of the chain.", Kind::number, 1, 10, 3, false, true, {},
               [](const FlowSettings& s) { return strength_ratio(s); }, [](FlowSettings& s, double v) { set_geometric(s, s.strengths.size(), v); }},
    FlowOption{"strengths", "strengths", "m_j: the strength of each pattern, the first sits nearest.", Kind::list, 0, 1000, 10, false, false, {}, nullptr, nullptr},
    FlowOption{"heads", "heads", "h: how many heads, each with a value vector V_k and an attention s_k.", Kind::integer, 1, 16, 8, false, false, {},
               [](const FlowSettings& s) { return static_cast<double>(s.heads); }, [](FlowSettings& s, double v) { s.heads = static_cast<int>(v); }},
    FlowOption{"positions", "positions", "T: over how many positions each head's attention is spread. More positions, a smaller first share for each: later stages.", Kind::integer, 1, 1000, 200, true, false, {},
               [](const FlowSettings& s) { return static_cast<double>(s.positions); }, [](FlowSettings& s, double v) { s.positions = static_cast<int>(v); }},
    FlowOption{"features", "features", "d: the size of a value vector. Only the patterns' features ever move, so it bounds the number of patterns and nothing else.", Kind::integer, 1, 1000, 100, true, false, {},
               [](const FlowSettings& s) { return static_cast<double>(s.features); }, [](FlowSettings& s, double v) { s.features = static_cast<int>(v); }},
    FlowOption{"start", "start", "Where the heads' attention starts. near-uniform: spread evenly; adversarial: each head leans to another pattern, the first to the weakest; waterfall: all lean to the patterns in the order of their strengths, each head a little less than the one before.",
               Kind::choice, 0, 2, 2, false, false, start_names, [](const FlowSettings& s) { return static_cast<double>(s.start); }, [](FlowSettings& s, double v) { s.start = static_cast<FlowSettings::Start>(v); }},
    FlowOption{"asymmetry", "asymmetry", "How much the heads differ at the start: the size of random differences in the logits of s_k. 0: heads that start alike stay alike for ever.", Kind::number, 0, 10, 1, true, false, {},
               [](const FlowSettings& s) { return s.asymmetry; }, [](FlowSettings& s, double v) { s.asymmetry = v; }},
    FlowOption{"lean", "lean", "With the adversarial start: how far a head leans to its pattern, in logits.", Kind::number, 0, 10, 4, false, false, {},
               [](const FlowSettings& s) { return s.lean; }, [](FlowSettings& s, double v) { s.lean = v; }},
    FlowOption{"values", "values", "flow: the value vectors V_k follow the equations from V(0) = 0; fixed: head k keeps the value of pattern k; optimal: they are at every moment the best for the attention.",
               Kind::choice, 0, 2, 2, false, false, value_names, [](const FlowSettings& s) { return static_cast<double>(s.values); }, [](FlowSettings& s, double v) { s.values = static_cast<FlowSettings::Values>(v); }},
    FlowOption{"metric-twice", "softmax metric twice", "The flow of the logits instead of the attention: the softmax's Jacobian J = diag(s) - s s^T is applied twice. Stages come later, small attention moves more slowly.", Kind::boolean, 0, 1, 1, false, false, {},
               [](const FlowSettings& s) { return s.metric_twice ? 1.0 : 0.0; }, [](FlowSettings& s, double v) { s.metric_twice = v != 0; }},
    FlowOption{"decay", "weight decay", "Weight decay on the value vectors: V_k' loses decay times V_k. Too much, and weak patterns are never acquired.", Kind::number, 0, 10, 1, true, false, {},
               [](const FlowSettings& s) { return s.decay; }, [](FlowSettings& s, double v) { s.decay = v; }},
    FlowOption{"end", "end", "The time at which the solution ends, in the equations' own unit.", Kind::number, 1, 1e9, 1e6, true, false, {},
               [](const FlowSettings& s) { return s.end; }, [](FlowSettings& s, double v) { s.end = v; }},
    FlowOption{"seed", "seed", "Of the heads' random differences at the start.", Kind::integer, 0, 0x1p53, 0x1p53, false, false, {},
               [](const FlowSettings& s) { return static_cast<double>(s.seed); }, [](FlowSettings& s, double v) { s.seed = static_cast<std::uint64_t>(v); }},
};

SettingProblem refusal(const FlowOption& o, std::string_view given, const FlowSettings& s) {
    const char* kind = o.kind == Kind::integer ? "a whole number from " : o.kind == Kind::number ? "a number from " : o.kind == Kind::list ? "numbers separated by commas: " : "";
    return {std::string(o.name), "The setting " + std::string(o.name) + " of the equations cannot be \"" + shown_text(given) + "\".", "Instead, " + format_option(o, s) + " is used.", "It takes " + (kind + range_text(o)) + "."};
}

}  // namespace

std::span<const FlowOption> flow_options() { return options; }

const FlowOption* find_flow_option(std::string_view name) {
    const auto at = std::find_if(options.begin(), options.end(), [&](const FlowOption& o) { return o.name == name; });
    return at == options.end() ? nullptr : &*at;
}

double strength_ratio(const FlowSettings& s) {
    const std::size_t n = s.strengths.size();
    if (n < 2 || !(s.strengths[n - 1] > 0)) return 1.7;
    return std::clamp(s.strengths[n - 2] / s.strengths[n - 1], 1.0, 10.0);
}

std::string range_text(const FlowOption& o) {
    switch (o.kind) {
        case Kind::boolean: return "true or false";
        case Kind::choice: return joined(o.choices, " or ");
        case Kind::list: return "1 to " + std::to_string(most_patterns) + " of them, each " + number_text(o.min) + " to " + number_text(o.max);
        default: return number_text(o.min) + " to " + number_text(o.max);
    }
}

std::string format_option(const FlowOption& o, const FlowSettings& s) {
    if (o.kind == Kind::list) {
        std::string text;
        for (double m : s.strengths) text += (text.empty() ? "" : ",") + number_text(m);
        return text;
    }
    const double v = o.get(s);
    if (o.kind == Kind::choice) return std::string(o.choices[static_cast<std::size_t>(v)]);
    if (o.kind == Kind::boolean) return v != 0 ? "true" : "false";
    return number_text(v);
}

std::optional<SettingProblem> set_option(FlowSettings& s, std::string_view name, std::string_view text) {
    const FlowOption* o = find_flow_option(name);
    if (!o) return SettingProblem{std::string(name), "The equations have no setting called \"" + shown_text(name) + "\".", "It was left out.", ""};
    if (o->kind == Kind::choice) {
        const auto at = std::find(o->choices.begin(), o->choices.end(), text);
        if (at == o->choices.end()) return refusal(*o, text, s);
        o->put(s, static_cast<double>(at - o->choices.begin()));
        return {};
    }
    if (o->kind == Kind::boolean) {
        if (text != "true" && text != "false" && text != "1" && text != "0") return refusal(*o, text, s);
        o->put(s, text == "true" || text == "1");
        return {};
    }
    if (o->kind == Kind::list) {
        std::vector<double> list;
        for (std::string_view rest = text; !rest.empty() || list.empty();) {
            const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
            const auto v = parse_number(rest.substr(0, end));
            if (!v || !(*v >= o->min && *v <= o->max) || list.size() >= most_patterns) return refusal(*o, text, s);
            list.push_back(*v);
            rest.remove_prefix(std::min(rest.size(), end + 1));
        }
        s.strengths = std::move(list);
        return {};
    }
    const auto v = parse_number(text);
    if (!v || !(*v >= o->min && *v <= o->max) || (o->kind == Kind::integer && *v != std::floor(*v))) return refusal(*o, text, s);
    o->put(s, *v);
    return {};
}

}  // namespace ladder
