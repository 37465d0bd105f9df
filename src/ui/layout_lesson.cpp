// The arrangements with a lesson, made of those without: a column on the left of a wide window, half of a low one, a
// sheet over the lower end of a narrow one.
#include <algorithm>

#include "ui/layout.h"
#include "ui/layout_spacing.h"

namespace ladder {
namespace {

Box& bar_of(Layout& l) {
    return std::find_if(l.places.begin(), l.places.end(), [](const Place& p) { return p.panel == Panel::toolbar; })->box;
}

// The panels of the arrangement that stand beside a lesson where there is no room for all.
Arrangement fewer(const Arrangement& a, Panel beside) {
    Arrangement out = a;
    const Panel left_out = beside == Panel::chain ? Panel::ladder : Panel::chain;
    if (out.panels.size() > 2) std::erase(out.panels, left_out);
    out.chosen = true;
    return out;
}

}  // namespace

Layout make_lesson_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised, const Arrangement& a, Panel beside) {
    if (width >= 1040 && height >= 600 + notices) {
        const float lesson = std::clamp(0.25f * width, 312.0f, 400.0f), shift = lesson + layout_gap;
        Layout l = make_layout(width - shift, height, notices, chain_height, heads, maximised, width - shift >= 1120 ? a : fewer(a, beside));
        for (Place& place : l.places) place.box.left += place.panel == Panel::toolbar ? 0 : shift;
        bar_of(l).width = width;
        const float top = bar_of(l).height + notices + layout_margin;
        l.places.push_back({Panel::lesson, {layout_margin, top, lesson, height - layout_margin - top}});
        return l;
    }
    Layout l = make_layout(width, height, notices, chain_height, heads, maximised, a);
    // A sheet leaves what the lesson speaks of its room only in a narrow window or a high one, and where all panels find theirs at once.
    const float low = width < 640 ? 480 : width < 1000 ? 640 : 600 + notices;
    if (width >= 480 && height <= low) {
        // The lesson needs the height more than the bar does.
        const float bar = l.bar == Layout::Bar::two_rows ? full_bar : bar_of(l).height, top = bar + notices + 8, row = std::max(60.0f, height - top - 8), lesson = 0.46f * width;
        if (l.bar == Layout::Bar::two_rows) l.bar = Layout::Bar::one_row;
        l.kind = Layout::Kind::compact;
        l.places = {{Panel::toolbar, {0, 0, width, bar}}, {maximised ? *maximised : beside, {lesson + 16, top, width - lesson - 24, row}}, {Panel::lesson, {8, top, lesson, row}}};
        l.height = std::max(height, top + row);
        return l;
    }
    const float sheet = sheet_height(height);
    if (maximised) {
        Box& box = l.places.back().box;
        box.height = std::max(120.0f, height - sheet - 8 - box.top);
        l.height = box.top + box.height + 8;
    }
    l.kind = Layout::Kind::stacked;
    l.height += sheet;
    l.covered = sheet;
    l.places.push_back({Panel::lesson, {0, height - sheet, width, sheet}});
    return l;
}

}  // namespace ladder
