#include "apps/cli/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace ladder::cli {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string initials(const std::string& name) {
    std::string letters;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (i == 0 || name[i - 1] == '-') letters += name[i];
    return letters;
}

}  // namespace

std::string nearest_name(const std::string& given, const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (given.size() > 1 && initials(name) == given) return name;
    std::string best;
    for (const std::string& name : names)
        if (given.size() > 2 && name.starts_with(given) && (best.empty() || name.size() < best.size())) best = name;
    if (!best.empty()) return best;
    std::size_t least = std::min<std::size_t>(3, given.size());  // of a short name more than half must be right
    for (const std::string& name : names)
        if (const std::size_t distance = edit_distance(given, name); distance < least) {
            least = distance;
            best = name;
        }
    return best;
}

std::string did_you_mean(const std::string& given, const std::vector<std::string>& names, const std::string& before) {
    const std::string meant = nearest_name(given, names);
    return meant.empty() ? std::string() : " Did you mean " + before + meant + "?";
}

}  // namespace ladder::cli
