// The panels by name.
#include "ui/layout.h"

namespace ladder {

const char* panel_name(Panel panel) {
    switch (panel) {
        case Panel::toolbar: return "toolbar";
        case Panel::chain: return "chain";
        case Panel::attention: return "attention";
        case Panel::ladder: return "ladder";
        case Panel::curves: return "curves";
        case Panel::figures: return "figures";
        case Panel::lesson: return "lesson";
        case Panel::theory: return "theory";
    }
    return "";
}

std::optional<Panel> panel_named(std::string_view name) {
    for (Panel panel : {Panel::toolbar, Panel::chain, Panel::attention, Panel::ladder, Panel::curves, Panel::figures})
        if (name == panel_name(panel)) return panel;
    return std::nullopt;
}

}  // namespace ladder
