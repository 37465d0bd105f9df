// Numbers as people read them.
#pragma once

#include <string>

namespace ladder {

// A number for people: fixed decimals, a real minus sign; an en dash when it is not finite.
std::string number(double value, int decimals);
// Shortest text with about three significant digits: "0.028", "1.2e−4", "3000".
std::string compact(double value);

}  // namespace ladder
