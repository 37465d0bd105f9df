// Digits, a real minus sign, and a dash for what is not a number.
#include "ui/numbers.h"

#include <cmath>
#include <cstdio>
#include <string_view>

namespace ladder {
namespace {

std::string with_real_minus(std::string text) {
    for (std::size_t at = text.find('-'); at != std::string::npos; at = text.find('-', at + 3)) text.replace(at, 1, "\u2212");
    return text;
}

}  // namespace

std::string number(double value, int decimals) {
    if (!std::isfinite(value)) return "\u2013";
    // Digits nobody reads, as a run that diverges produces, would run over their neighbours.
    if (std::abs(value) >= 1e7) return compact(value);
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    // No "-0.000".
    if (text[0] == '-' && std::string_view(text).find_first_not_of("-0.") == std::string_view::npos) return text + 1;
    return with_real_minus(text);
}

std::string compact(double value) {
    if (!std::isfinite(value)) return "\u2013";
    char text[64];
    std::snprintf(text, sizeof text, "%.3g", value);
    if (std::abs(value) >= 1000 && std::abs(value) < 1e7) std::snprintf(text, sizeof text, "%.0f", value);
    std::string out = text;
    // "1e-05" reads better as "1e-5".
    if (const std::size_t e = out.find('e'); e != std::string::npos) {
        std::size_t digits = e + 1;
        if (out[digits] == '+') out.erase(digits, 1);
        else if (out[digits] == '-') ++digits;
        while (digits + 1 < out.size() && out[digits] == '0') out.erase(digits, 1);
    }
    return with_real_minus(out);
}

}  // namespace ladder
