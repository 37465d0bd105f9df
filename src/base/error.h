// The one exception type of the project: a sentence for a person and a hint how to mend it.
// Thrown at the edges (settings, files, set-up), never from kernels.
#pragma once

#include <stdexcept>
#include <string>

namespace ladder {

class Error : public std::runtime_error {
public:
    // problem: what was wrong, a full sentence. hint: how to mend it, a full sentence (may be empty).
    explicit Error(const std::string& problem, std::string hint = {})
        : std::runtime_error(hint.empty() ? problem : problem + " " + hint), hint_(std::move(hint)) {}

    const std::string& hint() const { return hint_; }

private:
    std::string hint_;
};

}  // namespace ladder
