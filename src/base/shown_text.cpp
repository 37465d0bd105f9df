// UTF-8 is checked here because messages travel in JSON, whose writer refuses anything else.
#include "base/shown_text.h"

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"

namespace ladder {
namespace {

constexpr std::size_t longest = 60;

}  // namespace

std::string shown_text(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (shown.size() + std::max<std::size_t>(length, 1) > longest) return shown + "...";
        const unsigned char first = static_cast<unsigned char>(text.front());
        if (length == 0) shown += '?';
        else if (first < 32 || first == 127) shown += ' ';
        else shown += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::string in_quotes(std::string_view text) { return "'" + shown_text(text) + "'"; }

}  // namespace ladder
