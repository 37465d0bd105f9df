// What is drawn, in the reader's language. All drawing helpers translate by themselves; these are for what goes to Dear ImGui
// directly. Which catalogue is in use is kept with ImGui's context, as the fonts are.
#pragma once

#include <string>
#include <string_view>

#include <imgui.h>

namespace ladder {

class Catalogue;

// null: English.
void use_catalogue(Catalogue*);
// Valid during this frame. Translating what has been translated changes nothing.
std::string_view translated(std::string_view english);
// The same for a text that ends with a zero.
const char* translated_label(const char* english);
inline const char* translated_label(const std::string& english) { return translated_label(english.c_str()); }

// A text of a script that is written without blanks, or with numbers that ImGui would break after their point, with line ends where it
// does not fit the width; other texts as they are: ImGui breaks them between words.
std::string with_line_ends(const ImFont*, std::string_view text, float width);

}  // namespace ladder
