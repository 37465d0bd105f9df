#include "ui/texts.h"

#include <algorithm>

#include "base/catalogue.h"
#include "ui/draw.h"
#include "ui/rich_text.h"

namespace ladder {

void use_catalogue(Catalogue* catalogue) { ImGui::GetIO().UserData = catalogue; }

std::string_view translated(std::string_view english) {
    auto* catalogue = static_cast<Catalogue*>(ImGui::GetIO().UserData);
    return catalogue ? (*catalogue)(english) : english;
}

// What the catalogue gives is either its own string or the text that it was given: both end with a zero.
const char* translated_label(const char* english) { return translated(english).data(); }

std::string with_line_ends(const ImFont* font, std::string_view text, float width) {
    bool breaks_itself = false;
    for (std::size_t i = 0; i < text.size() && !breaks_itself; ++i) breaks_itself = static_cast<unsigned char>(text[i]) >= 0xE3 || within_numbers(text, i);
    if (!breaks_itself) return std::string(text);
    std::string out;
    float x = 0;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, next_piece(text));
        text.remove_prefix(piece.size());
        const float w = piece == "\n" ? 0 : width_as_is(font, piece);
        if (piece == "\n") x = 0;
        else if (x > 0 && x + w > width && piece != " ") out += '\n', x = 0;
        if (x == 0 && piece == " ") continue;
        out += piece;
        x += w;
    }
    return out;
}

}  // namespace ladder
