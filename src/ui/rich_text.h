// Running text for reading: words in **bold**, links [words](target) to parts of the page, lines broken between words,
// and between any two characters of a script that is written without spaces.
#pragma once

#include <string>
#include <string_view>

#include "ui/theme.h"

namespace ladder {

struct RichText {
    float height = 0;      // pixels
    std::string hovered;   // target of the link under the pointer, or empty
};

// list may be null: the text is only measured.
RichText draw_rich_text(ImDrawList* list, const Theme&, ImVec2 at, float width, ImU32 ink, std::string_view text);
// The text without its marks, for readers who do not see it.
std::string plain_text(std::string_view);
// A point, a comma or a blank between two digits: of one number, or of a list like "2 2 2", which is read as one.
bool within_numbers(std::string_view text, std::size_t at);
// Bytes that belong together on a line from here on: a word, a list of numbers, one wide character with the stops after it, or one space.
std::size_t next_piece(std::string_view text);

}  // namespace ladder
