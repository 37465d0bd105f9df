// The names of what can be shown and hidden.
#include "run/presentation.h"

#include <algorithm>
#include <array>

#include "base/joined.h"
#include "base/shown_text.h"

namespace ladder {
namespace {

constexpr std::array<std::string_view, 4> panels{"chain", "attention", "ladder", "curves"};
constexpr std::array<std::string_view, 13> controls{"run", "step", "reset", "new-seed", "preset", "speed", "workspace", "share", "theme", "help", "settings", "timeline", "maximise"};

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.size(), text.find_first_of(", "));
        if (end > 0) list.push_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return list;
}

}  // namespace

std::span<const std::string_view> panel_names() { return panels; }
std::span<const std::string_view> control_names() { return controls; }

std::string listed(std::span<const std::string_view> names) { return joined(names); }

Presentation::Presentation() : panels(ladder::panels.begin(), ladder::panels.end()) {}

void choose_panels(Presentation& p, std::string_view text, std::vector<std::string>& problems) {
    std::vector<std::string> chosen;
    const auto named = words(text);
    for (std::string_view name : named)
        if (std::find(panels.begin(), panels.end(), name) == panels.end()) problems.push_back("The address asks for a panel " + in_quotes(name) + "; the panels are " + listed(panels) + ".");
    for (std::string_view panel : panels)
        if (std::find(named.begin(), named.end(), panel) != named.end()) chosen.emplace_back(panel);
    if (chosen.empty() && !named.empty()) return;
    if (chosen.empty()) return problems.push_back("The address names no panel to show, so all are shown. The panels are " + listed(panels) + ".");
    p.panels = std::move(chosen);
    p.chosen = true;
}

void hide_parts(Presentation& p, std::string_view text, std::vector<std::string>& problems) {
    for (std::string_view name : words(text)) {
        if (const auto control = std::find(controls.begin(), controls.end(), name); control != controls.end()) {
            p.hidden.add(static_cast<Control>(control - controls.begin()));
        } else if (std::find(panels.begin(), panels.end(), name) == panels.end()) {
            problems.push_back("The address hides " + in_quotes(name) + ", which does not exist. The panels are " + listed(panels) + "; the controls " + listed(controls) + ".");
        } else if (p.panels.size() == 1 && p.panels.front() == name) {
            problems.push_back("The address hides every panel; the last, " + std::string(name) + ", is shown all the same.");
        } else {
            std::erase(p.panels, name);
            p.chosen = true;
        }
    }
}

}  // namespace ladder
