// The one exception type of the project: a sentence for a person, and another how to mend it.
// Thrown at the edges (settings, files, set-up), never from kernels.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace ladder {

class Error : public std::runtime_error {
public:
    // problem: what was wrong, a full sentence. hint: how to mend it, a full sentence (may be empty).
    explicit Error(const std::string& problem, const std::string& hint = {}) : std::runtime_error(hint.empty() ? problem : problem + " " + hint) {}
};

// What a person is told when memory has run out: std::bad_alloc itself has no sentence.
inline constexpr const char* not_enough_memory = "There is not enough memory for these settings. Use a smaller vocabulary, batch or model.";

// The same for whatever was thrown.
inline std::string sentence_of(const std::exception& e) { return dynamic_cast<const std::bad_alloc*>(&e) ? not_enough_memory : e.what(); }

}  // namespace ladder
