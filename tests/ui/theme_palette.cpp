// Text must be readable: contrast as WCAG 2 defines it, at least 4.5 wherever words stand on a ground.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "ui/theme.h"

using namespace ladder;

namespace {

double luminance(ImU32 colour) {
    const auto linear = [&](int shift) {
        const double c = static_cast<double>((colour >> shift) & 255) / 255;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(IM_COL32_R_SHIFT) + 0.7152 * linear(IM_COL32_G_SHIFT) + 0.0722 * linear(IM_COL32_B_SHIFT);
}

double contrast(ImU32 a, ImU32 b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace

TEST_CASE("words can be read in both palettes") {
    CHECK(contrast(IM_COL32(0, 0, 0, 255), IM_COL32(255, 255, 255, 255)) == doctest::Approx(21));
    for (bool dark : {false, true}) {
        CAPTURE(dark);
        const Theme t = make_theme(dark, 1);
        for (ImU32 ground : {t.card, t.accent_soft, t.track}) {
            CHECK(contrast(t.text, ground) >= 4.5);
            CHECK(contrast(t.muted, ground) >= 4.5);
        }
        CHECK(contrast(t.accent, t.card) >= 4.5);
        CHECK(contrast(t.accent, t.accent_soft) >= 4.5);
        CHECK(contrast(t.on_accent, t.accent) >= 4.5);
        CHECK(contrast(t.warning, t.warning_soft) >= 4.5);
        // Names of stages stand on their own tints.
        for (std::size_t k = 0; k < t.stage_line.size(); ++k) {
            CAPTURE(k);
            CHECK(contrast(t.stage_line[k], t.stage_tint[k]) >= 4.5);
        }
    }
}

TEST_CASE("heads are told apart, and from the card") {
    for (bool dark : {false, true}) {
        const Theme t = make_theme(dark, 1);
        for (std::size_t a = 0; a < t.head.size(); ++a) {
            CHECK(contrast(t.head[a], t.card) >= 1.8);  // a filled mark, not text
            for (std::size_t b = a + 1; b < t.head.size(); ++b) CHECK(t.head[a] != t.head[b]);
        }
    }
}
