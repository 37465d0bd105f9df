// Every setting of the differential equations by name: one table from which the options of `ladder flow`, the parameters
// of the page's address, the sliders and their notes follow.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/settings.h"
#include "theory/flow.h"

namespace ladder {

struct FlowOption {
    enum class Kind { integer, number, choice, boolean, list };

    std::string_view name;    // kebab-case: --name, and flow-name in an address
    std::string_view label;   // for a control: "strength ratio"
    std::string_view help;    // one or two sentences, with the symbol
    Kind kind;
    double min, max;          // inclusive; of each element of a list
    double slider_max;        // where a slider ends
    bool logarithmic;         // a slider should be; with min 0 its left end means 0
    bool derived;             // a view of `strengths`, which alone is written
    std::span<const std::string_view> choices;
    double (*get)(const FlowSettings&);          // a choice's index, 0 or 1; unused for a list
    void (*put)(FlowSettings&, double);          // value already within the range
};

// In the order in which they are to be set: what is derived from the strengths comes before them.
std::span<const FlowOption> flow_options();
const FlowOption* find_flow_option(std::string_view name);  // nullptr when unknown

std::string format_option(const FlowOption&, const FlowSettings&);  // reads back to the same value
std::string range_text(const FlowOption&);                          // "1 to 16", "flow, fixed or optimal"
// Sets one from text. What cannot be used leaves the settings unchanged, and the problem is returned.
std::optional<SettingProblem> set_option(FlowSettings&, std::string_view name, std::string_view text);

// The strengths' common ratio m_j / m_(j+1); of the two weakest where they have none.
double strength_ratio(const FlowSettings&);

}  // namespace ladder
