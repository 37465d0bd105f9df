// The three arrangements of the whole page, and the one of panels that a host page has chosen.
#include "ui/layout.h"
#include "ui/layout_spacing.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace ladder {
namespace {

constexpr float two_row_bar = 92, narrow_bar = 206, wrapped_bar = 336, slim_bar = 44, narrow_slim_bar = 74;
constexpr float narrow_width = 700;
constexpr float curves_part = 0.34f;  // of the height, where they stand under chosen panels
constexpr float slim_curves = 640, slim_curves_height = 260;  // narrower curves have their legend under them, and need this much

float bar_height(Layout::Bar bar, bool embedded) {
    switch (bar) {
        case Layout::Bar::one_row: return embedded ? slim_bar : full_bar;
        case Layout::Bar::two_rows: return two_row_bar;
        case Layout::Bar::stacked: return embedded ? narrow_slim_bar : narrow_bar;
        case Layout::Bar::wrapped: return wrapped_bar;
    }
    return full_bar;
}

// low: all panels of a page of one's own in a window that is low.
Layout::Bar parts_of_bar(float width, float height, bool embedded, bool narrow, bool low) {
    // In less there would be no room left for the panels.
    constexpr float least_height = 320, all_in_one_row = 1000, switch_in_one_row = 270;
    if (narrow) return !embedded && width < switch_in_one_row ? Layout::Bar::wrapped : Layout::Bar::stacked;
    return low && height >= least_height && width < all_in_one_row ? Layout::Bar::two_rows : Layout::Bar::one_row;
}

// Beside, above and below chosen panels.
float side_of(float width) { return width < 1000 ? 8 : layout_margin; }

Layout wide(float width, float height, float notices, float bar) {
    Layout l;
    const float top = bar + notices + layout_margin, left = layout_margin, right = width - layout_margin;
    const float curves = std::clamp(0.27f * height, 150.0f, 300.0f), curves_top = height - layout_margin - curves, row = curves_top - layout_gap - top;
    const float chain = std::clamp(0.205f * width, 262.0f, 330.0f), ladder = std::clamp(0.27f * width, 320.0f, 460.0f);
    l.places = {{Panel::toolbar, {0, 0, width, bar}},
                {Panel::chain, {left, top, chain, row}},
                {Panel::attention, {left + chain + layout_gap, top, right - ladder - layout_gap - (left + chain + layout_gap), row}},
                {Panel::ladder, {right - ladder, top, ladder, row}},
                {Panel::curves, {left, curves_top, right - left, curves}}};
    l.height = height;
    return l;
}

// What there is no room for follows below, where the page is the reader's own: a frame in a text leaves scrolling to the text.
Layout compact_layout(float width, float height, float notices, float chain_height, float bar, bool embedded) {
    Layout l;
    l.kind = embedded ? Layout::Kind::compact : Layout::Kind::stacked;
    const float top = bar + notices + 8, row = height - top - 8, ladder = std::clamp(0.38f * width, 190.0f, 340.0f);
    l.places = {{Panel::toolbar, {0, 0, width, bar}}, {Panel::attention, {8, top, width - ladder - 24, row}}, {Panel::ladder, {width - ladder - 8, top, ladder, row}}};
    l.height = height;
    if (embedded) return l;
    l.places.push_back({Panel::curves, {8, height, width - 16, std::max(220.0f, row)}});
    l.places.push_back({Panel::chain, {8, height + std::max(220.0f, row) + layout_gap, width - 16, chain_height}});
    l.height = l.places.back().box.top + chain_height + 8;
    return l;
}

int head_rows(int heads) { return heads > 4 ? (heads + 1) / 2 : heads; }

// A map as wide as the card, its scale and phase, then a strip for each head.
float attention_height(float inner, int heads) { return 44 + (inner - 48) * 0.82f + 20 + 32 + 104 + 110 * static_cast<float>(head_rows(heads)) + 14; }

// Under one another: in a slim frame the maps too, which a wider one has beside each other.
float stacked_height(Panel panel, float width, float inner, float chain_height, int heads, float curves_height) {
    switch (panel) {
        case Panel::chain: return chain_height;
        case Panel::attention: return width < 480 ? attention_height(inner, heads) : 480;
        default: return panel == Panel::ladder ? 330.0f : curves_height;
    }
}

Layout stacked(float width, float height, float notices, float chain_height, int heads, float bar, float curves_height) {
    Layout l;
    l.kind = Layout::Kind::stacked;
    const bool narrow = width < narrow_width;
    const float side = narrow ? 8 : layout_margin, inner = width - 2 * side;
    l.places.push_back({Panel::toolbar, {0, 0, width, bar}});
    float y = bar + notices + side;
    const auto add = [&](Panel panel, float h) {
        l.places.push_back({panel, {side, y, inner, h}});
        y += h + layout_gap;
    };
    if (narrow) {
        add(Panel::ladder, 330);
        add(Panel::attention, stacked_height(Panel::attention, width, inner, chain_height, heads, curves_height));
        add(Panel::curves, curves_height);
    } else {
        const float ladder = 0.42f * inner, row = std::clamp(height - bar - notices - 260, 400.0f, 520.0f);
        l.places.push_back({Panel::attention, {side, y, inner - ladder - layout_gap, row}});
        l.places.push_back({Panel::ladder, {side + inner - ladder, y, ladder, row}});
        y += row + layout_gap;
        add(Panel::curves, 220);
    }
    add(Panel::chain, chain_height);
    l.height = y - layout_gap + side;
    return l;
}

// Least width of a panel that stands beside others, and its part of what is left.
struct Share {
    float least, part;
};

Share share_of(Panel panel) {
    switch (panel) {
        case Panel::chain: return {236, 0.8f};
        case Panel::attention: return {246, 1.8f};
        case Panel::ladder: return {186, 1.0f};
        default: return {262, 1.6f};
    }
}

constexpr float height_with_curves_under = 430;

float least_width(const std::vector<Panel>& row, float gap) {
    float least = gap * static_cast<float>(row.size() - 1);
    for (Panel panel : row) least += share_of(panel).least;
    return least;
}

// Panels side by side, the curves under them where there is height for it; false: they have no room.
bool beside(Layout& l, const std::vector<Panel>& panels, Box room, float side_gap) {
    std::vector<Panel> row = panels;
    const bool curves = !row.empty() && row.back() == Panel::curves;
    if (curves && row.size() > 1 && room.height >= height_with_curves_under) {
        const float height = std::clamp(curves_part * room.height, 170.0f, 300.0f);
        l.places.push_back({Panel::curves, {room.left, room.top + room.height - height, room.width, height}});
        room.height -= height + side_gap;
        row.pop_back();
    }
    const float least = least_width(row, side_gap);
    if (least > room.width) return false;
    float parts = 0;
    for (Panel panel : row) parts += share_of(panel).part;
    float x = room.left;
    for (Panel panel : row) {
        const float width = share_of(panel).least + (room.width - least) * share_of(panel).part / parts;
        l.places.push_back({panel, {x, room.top, width, room.height}});
        x += width + side_gap;
    }
    return true;
}

float stacked_height(const Arrangement& a, float width, float inner, float chain_height, int heads) {
    float height = -layout_gap;
    for (Panel panel : a.panels) height += stacked_height(panel, width, inner, chain_height, heads, a.curves_height) + layout_gap;
    return height;
}

// In less a panel that has the frame for itself would draw its parts over each other or leave some out. Of the maps a slim and tall frame has
// no room beside one another, and a low one does.
float least_alone(Panel panel, float inner, bool tall, float chain_height, int heads) {
    if (panel == Panel::chain) return chain_height;
    if (panel != Panel::attention) return 220;
    return tall && inner < 400 ? attention_height(inner, heads) : std::max(200.0f, 76 + 40 * static_cast<float>(head_rows(heads)));
}

Layout chosen(float width, float height, float notices, float chain_height, int heads, float bar, const Arrangement& a) {
    Layout l;
    const std::vector<Panel>& panels = a.panels;
    const float side = side_of(width), top = bar + notices + side, inner = width - 2 * side;
    l.kind = height < 480 ? Layout::Kind::compact : Layout::Kind::wide;
    l.height = height;
    l.places.push_back({Panel::toolbar, {0, 0, width, bar}});
    // A tall and narrow frame stacks what a low one sets side by side.
    const bool tall = width < 480 && height > width;
    const float room = height - top - side;
    if (panels.size() == 1) {
        const float h = std::max(room, least_alone(panels[0], inner, tall, chain_height, heads));
        l.places.push_back({panels[0], {side, top, inner, h}});
        if (h > room || tall) l.kind = Layout::Kind::stacked;
        if (h > room) l.height = top + h + side;
        return l;
    }
    if (room >= 120 && !tall && beside(l, panels, {side, top, inner, room}, side)) return l;
    l.places.resize(1);
    l.kind = Layout::Kind::stacked;
    // A wider frame that is too low for a panel has one in sight at a time; what it is too high for all of them they share.
    const float spare = width < 480 ? 0 : std::max(0.0f, room - stacked_height(a, width, inner, chain_height, heads)) / static_cast<float>(panels.size());
    float y = top;
    for (Panel panel : panels) {
        const float own = stacked_height(panel, width, inner, chain_height, heads, a.curves_height), h = width < 480 ? own : std::max(200.0f, std::min(own, room)) + spare;
        l.places.push_back({panel, {side, y, inner, h}});
        y += h + layout_gap;
    }
    l.height = std::max(height, y - layout_gap + side);
    return l;
}

bool complete(const Arrangement& a) { return a.panels.size() == Arrangement{}.panels.size(); }

}  // namespace

Layout make_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised, const Arrangement& a) {
    const bool all = !a.chosen && complete(a), narrow = width < 480, low = height < 480;
    // The whole page's bar needs rows sooner than that of a few panels in somebody's text.
    const Layout::Bar parts = parts_of_bar(width, height, a.embedded, narrow || (!a.embedded && width < narrow_width && (maximised || (all && !low))), !a.embedded && !maximised && all && low);
    const float bar = bar_height(parts, a.embedded);
    Layout l;
    if (maximised) {
        const float top = bar + notices + 8;
        l.kind = width < narrow_width ? Layout::Kind::stacked : Layout::Kind::wide;
        l.places = {{Panel::toolbar, {0, 0, width, bar}}, {*maximised, {8, top, width - 16, std::max(120.0f, height - top - 8)}}};
        l.height = std::max(height, top + 128);
    } else if (!all) {
        l = chosen(width, height, notices, chain_height, heads, bar, a);
    } else if (width >= 1000 && height >= 600 + notices) {
        l = wide(width, height, notices, bar);
    } else if (!narrow && low) {
        l = compact_layout(width, height, notices, chain_height, bar, a.embedded);
    } else {
        l = stacked(width, height, notices, chain_height, heads, bar, a.curves_height);
    }
    l.bar = parts;
    return l;
}

std::optional<Panel> editor_place(const Layout& l) {
    const bool stacked = l.kind == Layout::Kind::stacked;
    // Where panels are few, as embedded or beside a lesson, whichever there is.
    for (Panel panel : {stacked ? Panel::chain : Panel::attention, stacked ? Panel::attention : Panel::chain, Panel::curves, Panel::ladder})
        for (const Place& place : l.places)
            if (place.panel == panel) return panel;
    return {};
}

float wanted_height(float width, float chain_height, int heads, const Arrangement& a, bool lesson) {
    if (width < 480) {
        const float height = bar_height(Layout::Bar::stacked, a.embedded) + 16 + stacked_height(a, width, width - 16, chain_height, heads);
        return std::ceil(lesson ? with_sheet(height) : height);
    }
    // A lesson has its column from the second on, and beside it all panels from the third.
    if (lesson) return std::ceil(std::clamp(width * 9 / 16, width < 640 ? 480.0f : width < 1040 ? 560.0f : 600.0f, 720.0f));
    // In any lower frame some of them would be left out.
    constexpr float high = 10000;
    if (!a.chosen && complete(a)) return std::ceil(width < 1000 ? make_layout(width, high, 0, chain_height, heads, nullptr, a).height : std::clamp(width * 9 / 16, 600.0f, 720.0f));
    const bool under = a.panels.size() > 1 && a.panels.back() == Panel::curves, tall = under && a.panels.size() > 2;
    const float side = side_of(width), inner = width - 2 * side, around = bar_height(Layout::Bar::one_row, a.embedded) + 2 * side;
    const std::vector<Panel> row(a.panels.begin(), a.panels.end() - (under ? 1 : 0));
    if (least_width(row, side) > inner) return std::ceil(around + stacked_height(a, width, inner, chain_height, heads));
    const bool chain = std::find(row.begin(), row.end(), Panel::chain) != row.end();
    float least = chain ? chain_height : 0;
    if (under && chain) least = (chain_height + side) / (1 - curves_part);
    if (least_width(a.panels, side) > inner) least = std::max(least, inner < slim_curves ? slim_curves_height / curves_part : height_with_curves_under);
    return std::ceil(std::max(std::clamp(width * 9 / 16, 300.0f, tall ? 720.0f : 480.0f), around + least));
}

float wanted_height_alone(float width, float panel_height, bool embedded) {
    const float bar = bar_height(parts_of_bar(width, FLT_MAX, embedded, width < (embedded ? 480 : narrow_width), false), embedded);
    return std::ceil(std::max(std::clamp(width * 9 / 16, 600.0f, 720.0f), bar + 16 + panel_height));
}

}  // namespace ladder
