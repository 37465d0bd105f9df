// Numbers go through the JSON library, whose reader and writer know no locale.
#include "base/number_text.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace ladder {

std::string number_text(double v) {
    if (v == std::floor(v) && std::abs(v) <= 0x1p53) return std::to_string(static_cast<std::int64_t>(v));
    // The JSON library's writer is locale-independent and writes the shortest text that reads back to v.
    return nlohmann::json(v).dump();
}

std::optional<double> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 40 || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return {};
    std::string plain(text);
    const bool negative = plain.front() == '-';
    if (negative || plain.front() == '+') plain.erase(0, 1);
    // After one sign a digit must come, or a point and a digit.
    if (plain.find_first_of("0123456789") != (plain.starts_with('.') ? 1u : 0u)) return {};
    if (plain.front() == '.') plain.insert(0, "0");
    // JSON knows neither ".5" nor "007": the first is mended above, leading zeros here.
    while (plain.size() > 1 && plain[0] == '0' && plain[1] >= '0' && plain[1] <= '9') plain.erase(0, 1);
    if (!plain.empty() && plain.back() == '.') plain.pop_back();
    const nlohmann::json value = nlohmann::json::parse(plain, nullptr, false);
    if (!value.is_number()) return {};
    const double v = value.get<double>();
    return negative ? -v : v;
}

}  // namespace ladder
