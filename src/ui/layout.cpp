// The three arrangements.
#include "ui/layout.h"

#include <algorithm>

namespace ladder {
namespace {

constexpr float margin = 14, gap = 12, bar = 48, narrow_bar = 200;

Layout wide(float width, float height, float notices) {
    Layout l;
    const float top = bar + notices + margin, left = margin, right = width - margin;
    const float curves = std::clamp(0.27f * height, 150.0f, 300.0f), curves_top = height - margin - curves, row = curves_top - gap - top;
    const float chain = std::clamp(0.205f * width, 262.0f, 330.0f), ladder = std::clamp(0.27f * width, 320.0f, 460.0f);
    l.places = {{Panel::toolbar, {0, 0, width, bar}},
                {Panel::chain, {left, top, chain, row}},
                {Panel::attention, {left + chain + gap, top, right - ladder - gap - (left + chain + gap), row}},
                {Panel::ladder, {right - ladder, top, ladder, row}},
                {Panel::curves, {left, curves_top, right - left, curves}}};
    l.height = height;
    return l;
}

Layout compact(float width, float height, float notices) {
    Layout l;
    l.kind = Layout::Kind::compact;
    const float top = bar + notices + 8, row = height - top - 8, ladder = std::clamp(0.4f * width, 190.0f, 340.0f);
    l.places = {{Panel::toolbar, {0, 0, width, bar}}, {Panel::attention, {8, top, width - ladder - 24, row}}, {Panel::ladder, {width - ladder - 8, top, ladder, row}}};
    l.height = height;
    return l;
}

Layout stacked(float width, float height, float notices, float chain_height, int heads) {
    Layout l;
    l.kind = Layout::Kind::stacked;
    const bool narrow = width < 700;
    const float side = narrow ? 8 : margin, inner = width - 2 * side, bar_height = narrow ? narrow_bar : bar;
    l.places.push_back({Panel::toolbar, {0, 0, width, bar_height}});
    float y = bar_height + notices + side;
    const auto add = [&](Panel panel, float h) {
        l.places.push_back({panel, {side, y, inner, h}});
        y += h + gap;
    };
    if (narrow) {
        add(Panel::ladder, 330);
        // A map as wide as the card, its scale and phase, then a strip for each head.
        const float map = (inner - 48) * 0.82f;
        add(Panel::attention, 44 + map + 20 + 32 + 104 + 110 * static_cast<float>(heads > 4 ? (heads + 1) / 2 : heads) + 14);
        add(Panel::curves, 320);
    } else {
        const float ladder = 0.42f * inner, row = std::clamp(height - bar_height - notices - 260, 400.0f, 520.0f);
        l.places.push_back({Panel::attention, {side, y, inner - ladder - gap, row}});
        l.places.push_back({Panel::ladder, {side + inner - ladder, y, ladder, row}});
        y += row + gap;
        add(Panel::curves, 220);
    }
    add(Panel::chain, chain_height);
    l.height = y - gap + side;
    return l;
}

}  // namespace

Layout make_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised) {
    if (maximised) {
        Layout l;
        const bool narrow = width < 700;
        const float top = (narrow ? narrow_bar : bar) + notices + 8;
        l.kind = narrow ? Layout::Kind::stacked : Layout::Kind::wide;
        l.places = {{Panel::toolbar, {0, 0, width, narrow ? narrow_bar : bar}}, {*maximised, {8, top, width - 16, std::max(120.0f, height - top - 8)}}};
        l.height = std::max(height, top + 128);
        return l;
    }
    if (width >= 1000 && height >= 600 + notices) return wide(width, height, notices);
    if (width >= 480 && height < 480) return compact(width, height, notices);
    return stacked(width, height, notices, chain_height, heads);
}

}  // namespace ladder
