// Text that came from outside, made fit to stand in a message: short, one line, valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace ladder {

// Control characters become spaces, bytes that are not UTF-8 become question marks, and what is longer than 60 bytes
// ends in "...".
std::string shown_text(std::string_view text);

// The same between quotation marks.
std::string in_quotes(std::string_view text);

}  // namespace ladder
