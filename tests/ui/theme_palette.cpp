// Text must be readable: contrast as WCAG 2 defines it, at least 4.5 wherever words stand on a ground.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

namespace {

using Vec3 = std::array<double, 3>;
using Mat3 = std::array<Vec3, 3>;

Vec3 through(const Mat3& m, const Vec3& v) {
    Vec3 out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) out[i] += m[i][j] * v[j];
    return out;
}

Vec3 linear_rgb(ImU32 colour) {
    Vec3 out{};
    const int shifts[] = {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT};
    for (std::size_t i = 0; i < 3; ++i) {
        const double c = static_cast<double>((colour >> shifts[i]) & 255) / 255;
        out[i] = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    }
    return out;
}

// CIE L*a*b* under D65 of linear sRGB.
Vec3 lab(const Vec3& rgb) {
    const Vec3 xyz = through({{{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}}, rgb);
    const Vec3 white{0.95047, 1.0, 1.08883};
    Vec3 f{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double t = std::clamp(xyz[i], 0.0, 1.1) / white[i];
        f[i] = t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }
    return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double distance(const Vec3& a, const Vec3& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

// Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB: nobody's eyes are further from the usual ones.
struct Sight {
    const char* name;
    Mat3 matrix;
};
constexpr Sight sights[] = {
    {"usual", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"protanopia", {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}},
    {"deuteranopia", {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}},
    {"tritanopia", {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}},
};

}  // namespace

// In CIE 1976 a distance of 2.3 is just noticed side by side. Heads and rungs that most presets show together, four and five of them, must be told
// apart at a glance, five times as far; all of them when looked at. Lines are ink for words too, hence darker and closer, and each is named where it ends.
TEST_CASE("heads and rungs are told apart by every kind of sight") {
    const auto check = [](const auto& colours, std::size_t together, double at_a_glance, double when_looked_at, const char* what) {
        for (const Sight& sight : sights)
            for (std::size_t a = 0; a < colours.size(); ++a)
                for (std::size_t b = a + 1; b < colours.size(); ++b) {
                    const double apart = distance(lab(through(sight.matrix, linear_rgb(colours[a]))), lab(through(sight.matrix, linear_rgb(colours[b]))));
                    INFO(what << ", " << sight.name << ", " << a << " and " << b << ": " << apart);
                    CHECK(apart > (b < together ? at_a_glance : when_looked_at));
                }
    };
    for (bool dark : {false, true}) {
        const Theme t = make_theme(dark, 1);
        check(t.head, 4, 19, 11.5, dark ? "heads, dark" : "heads, light");
        check(t.stage_line, 5, 11.5, 5.5, dark ? "rungs, dark" : "rungs, light");
    }
}
