// The two palettes, light and dark: colours only, so that their contrast is tested without a screen.
#include "ui/theme.h"

namespace ladder {
namespace {

constexpr ImU32 rgb(unsigned hex) { return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255); }

// Okabe and Ito's set for colour-blind readers, ordered so that the first three differ most.
constexpr std::array<unsigned, 8> heads_light{0xE69F00, 0x56B4E9, 0x009E73, 0xCC79A7, 0x0072B2, 0xD55E00, 0x8A8100, 0x6B6B6B};
constexpr std::array<unsigned, 8> heads_dark{0xF0B429, 0x6CC0F0, 0x2BC59A, 0xDD92BC, 0x4E9FE0, 0xF07F3C, 0xD8CE3A, 0xB5B5B5};
// Rung 0 is grey; from rung 1 on the hues follow the heads' order.
constexpr std::array<unsigned, 9> tints_light{0xF1F2F4, 0xFFF2D6, 0xDDEFFB, 0xD9F0E7, 0xF6E4EE, 0xD6E6F3, 0xFBE2D3, 0xF1EFCB, 0xE8E8E8};
constexpr std::array<unsigned, 9> lines_light{0x666D7A, 0x976300, 0x226DAB, 0x00785A, 0xA4487B, 0x005A91, 0xAD4700, 0x6F6800, 0x555555};
constexpr std::array<unsigned, 9> tints_dark{0x262A31, 0x3A3220, 0x1F3342, 0x1D372F, 0x3A2A34, 0x1C2F42, 0x3E2A1F, 0x35341D, 0x303030};
constexpr std::array<unsigned, 9> lines_dark{0xA3ABB8, 0xF0B429, 0x6CC0F0, 0x2BC59A, 0xDD92BC, 0x6FB3EC, 0xF5945B, 0xD8CE3A, 0xC0C0C0};

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
