// The two palettes, light and dark: colours only, so that their contrast is tested without a screen.
#include "ui/theme.h"

namespace ladder {
namespace {

constexpr ImU32 rgb(unsigned hex) { return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255); }

// Okabe and Ito's set for colour-blind readers, ordered so that the first differ most, and moved a little until every kind of sight
// tells any two apart (tests/ui/theme_palette.cpp).
constexpr std::array<unsigned, 8> heads_light{0xEDA30C, 0x56BDF5, 0x1D9869, 0xC276A5, 0x0072B2, 0xD55E00, 0xA29C36, 0x6C6C6C};
constexpr std::array<unsigned, 8> heads_dark{0xE7A906, 0x82CBFB, 0x13BE8F, 0xCC8CB9, 0x4E9FE0, 0xF07F3C, 0xDDD445, 0xB6B6B7};
// Rung 0 is grey; from rung 1 on the hues follow the heads' order.
constexpr std::array<unsigned, 9> tints_light{0xF1F2F4, 0xFFF2D6, 0xDDEFFB, 0xD9F0E7, 0xF6E4EE, 0xD6E6F3, 0xFBE2D3, 0xF1EFCB, 0xE8E8E8};
constexpr std::array<unsigned, 9> lines_light{0x656E7B, 0x976300, 0x026DAD, 0x137657, 0x81295C, 0x005A91, 0xA03C00, 0x716911, 0x555555};
constexpr std::array<unsigned, 9> tints_dark{0x262A31, 0x3A3220, 0x1F3342, 0x1D372F, 0x3A2A34, 0x1C2F42, 0x3E2A1F, 0x35341D, 0x303030};
constexpr std::array<unsigned, 9> lines_dark{0x9CA5B1, 0xF0B429, 0x76C4F6, 0x2CC599, 0xF7A6D5, 0x6FB3EC, 0xF5945B, 0xDBD140, 0xC0C0C0};

template <std::size_t N>
std::array<ImU32, N> colours(const std::array<unsigned, N>& hex) {
    std::array<ImU32, N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = rgb(hex[i]);
    return out;
}

}  // namespace

Theme make_theme(bool dark, float scale) {
    Theme t;
    t.dark = dark;
    t.scale = scale;
    if (dark) {
        t.page = rgb(0x14161A), t.card = rgb(0x1D2026), t.border = rgb(0x31353D);
        t.text = rgb(0xECEEF2), t.muted = rgb(0xA3ABB8), t.faint = rgb(0x6E7683);
        t.accent = rgb(0x6B8AFD), t.accent_soft = rgb(0x212841), t.on_accent = rgb(0x10131A);
        t.track = rgb(0x30343C), t.grid = rgb(0x2C3038);
        t.warning = rgb(0xF2C46D), t.warning_soft = rgb(0x38301F);
        t.head = colours(heads_dark), t.stage_tint = colours(tints_dark), t.stage_line = colours(lines_dark);
    } else {
        t.page = rgb(0xF6F6F3), t.card = rgb(0xFFFFFF), t.border = rgb(0xE1E2E5);
        t.text = rgb(0x1A1D23), t.muted = rgb(0x5F6672), t.faint = rgb(0x9AA1AC);
        t.accent = rgb(0x3B5BDB), t.accent_soft = rgb(0xEEF2FF), t.on_accent = rgb(0xFFFFFF);
        t.track = rgb(0xEBECEF), t.grid = rgb(0xE9EAED);
        t.warning = rgb(0x8A5A00), t.warning_soft = rgb(0xFFF6E0);
        t.head = colours(heads_light), t.stage_tint = colours(tints_light), t.stage_line = colours(lines_light);
    }
    return t;
}

}  // namespace ladder
