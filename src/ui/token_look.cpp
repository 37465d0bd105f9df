// Colours that tell neighbours apart, names that can be read.
#include "ui/token_look.h"

#include <cmath>

#include "ui/draw.h"

namespace ladder {

ImU32 token_colour(const Theme& t, int token) {
    // Successive tokens take hues a golden angle apart, so that neighbours differ.
    const float hue = std::fmod(static_cast<float>(token) * 0.61803f, 1.0f);
    float r, g, b;
    ImGui::ColorConvertHSVtoRGB(hue, 0.6f, t.dark ? 0.75f : 0.95f, r, g, b);
    return mixed(t.card, ImGui::ColorConvertFloat4ToU32({r, g, b, 1}), t.dark ? 0.32f : 0.2f);
}

std::string token_text(const Chain& chain, int token) {
    if (!chain.ngrams()) return std::to_string(token);
    const std::string& symbol = chain.ngrams()->text().symbols[static_cast<std::size_t>(token)];
    return symbol.empty() ? "\u2026" : symbol == " " ? "\u00B7" : symbol;
}

}  // namespace ladder
