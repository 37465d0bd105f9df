// A text as data: its characters become tokens, its parts training, smoothing and held-out data. Everything follows
// from the text and the vocabulary alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ladder {

struct TextTokens {
    std::vector<std::string> symbols;   // (d): the character of each token, the most frequent first; the last stands for all others and is empty
    std::vector<std::int32_t> tokens;   // of the whole text
    std::size_t training = 0;           // tokens [0, training) are trained on and counted,
    std::size_t smoothing = 0;          // [training, smoothing) choose the smoothing, the rest is held out

    std::span<const std::int32_t> training_part() const { return std::span(tokens).first(training); }
    std::span<const std::int32_t> smoothing_part() const { return std::span(tokens).subspan(training, smoothing - training); }
    std::span<const std::int32_t> held_out_part() const { return std::span(tokens).subspan(smoothing); }
};

// text: UTF-8. Line breaks and tabs count as spaces, and runs of them as one. Characters of equal frequency are ordered
// by their bytes. Four fifths are trained on, a tenth each smooths and is held out.
TextTokens tokens_of_text(std::string_view text, int vocabulary);

// Characters in the text, and how many different ones, counted as tokens_of_text counts them.
struct TextSize {
    std::size_t characters = 0, different = 0;
};
TextSize size_of_text(std::string_view text);

}  // namespace ladder
