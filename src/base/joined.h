// Words in a row as a sentence has them: "a, b and c".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ladder {

// words: strings or views, by index.
template <class Words>
std::string joined(const Words& words, std::string_view last = " and ") {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? last : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace ladder
