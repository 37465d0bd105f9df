// Depth of JSON text, measured before a parser sees it: what is read here is nearly flat, and depth beyond that is damage
// or malice that would cost memory and stack.
#pragma once

#include <string_view>

namespace ladder {

inline bool nested_deeper_than(int limit, std::string_view json) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted) {
            if (c == '\\') ++i;
            else if (c == '"') quoted = false;
        } else if (c == '"') quoted = true;
        else if (c == '{' || c == '[') {
            if (++depth > limit) return true;
        } else if (c == '}' || c == ']') --depth;
    }
    return false;
}

}  // namespace ladder
