// A text to learn from, for tests of what a run on a text has and lacks.
#pragma once

#include <string>

namespace ladder::test {

// Five letters in an order that repeats itself.
inline std::string five_letters() {
    std::string text;
    for (int i = 0; i < 600; ++i) text += "abcde"[i * i % 7 % 5];
    return text;
}

}  // namespace ladder::test
