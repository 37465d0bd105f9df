// UTF-8, the encoding of every text that comes in: where one character ends and the next begins.
#pragma once

#include <cstddef>
#include <string_view>

namespace ladder {

// Bytes of the UTF-8 character that text (not empty) starts with; 0 if it starts with none. Overlong forms and
// surrogates are none.
std::size_t character_length(std::string_view text);

}  // namespace ladder
