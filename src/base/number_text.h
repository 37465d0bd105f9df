// Numbers as text that reads back to the same bits, whatever the locale; and plain decimal numbers from text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ladder {

// The shortest text that reads back to v; whole numbers without a point.
std::string number_text(double v);
// The whole text as a decimal number; "nan", "inf" and hexadecimal are refused.
std::optional<double> parse_number(std::string_view text);

}  // namespace ladder
