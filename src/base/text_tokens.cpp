#include "base/text_tokens.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"

namespace ladder {
namespace {

std::vector<std::string_view> characters_of(std::string_view text) {
    std::vector<std::string_view> characters;
    const auto blank = [](std::string_view c) { return c == " " || c == "\n" || c == "\r" || c == "\t"; };
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark is no character of the text
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::max<std::size_t>(character_length(text.substr(at)), 1);
        std::string_view character = text.substr(at, length);
        at += length;
        if (blank(character)) {
            if (characters.empty() || characters.back() == " ") continue;
            character = " ";
        }
        characters.push_back(character);
    }
    return characters;
}

}  // namespace

TextTokens tokens_of_text(std::string_view text, int vocabulary) {
    const std::vector<std::string_view> characters = characters_of(text);
    std::map<std::string_view, std::int64_t> counts;
    for (const std::string_view c : characters) ++counts[c];
    std::vector<std::pair<std::string_view, std::int64_t>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });

    TextTokens result;
    const std::size_t other = static_cast<std::size_t>(vocabulary) - 1;
    std::map<std::string_view, std::int32_t> token_of;
    for (std::size_t i = 0; i < std::min(order.size(), other); ++i) {
        token_of.emplace(order[i].first, static_cast<std::int32_t>(i));
        result.symbols.emplace_back(order[i].first);
    }
    result.symbols.resize(static_cast<std::size_t>(vocabulary));
    result.tokens.reserve(characters.size());
    for (const std::string_view c : characters) {
        const auto found = token_of.find(c);
        result.tokens.push_back(found == token_of.end() ? static_cast<std::int32_t>(other) : found->second);
    }
    result.training = characters.size() * 8 / 10;
    result.smoothing = characters.size() * 9 / 10;
    return result;
}

TextSize size_of_text(std::string_view text) {
    std::vector<std::string_view> characters = characters_of(text);
    const std::size_t all = characters.size();
    std::sort(characters.begin(), characters.end());
    return {all, static_cast<std::size_t>(std::unique(characters.begin(), characters.end()) - characters.begin())};
}

}  // namespace ladder
