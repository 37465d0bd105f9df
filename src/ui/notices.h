// Sentences under the toolbar: what befell and what was refused, each until the reader puts it aside.
#pragma once

#include <string>
#include <vector>

#include "ui/panels.h"

namespace ladder {

class Notices {
public:
    // One that is there already is not said twice, and of more than a few no more is said than that there were some.
    void add(const std::string& sentence);
    void remove(const std::string& sentence) { std::erase(sentences_, sentence); }
    const std::vector<std::string>& sentences() const { return sentences_; }

    // standing: one more, below them, that cannot be put aside; empty: none. Returns the height in points, with measure without drawing.
    float draw(const Theme&, Rect toolbar, const std::string& standing, bool measure);

private:
    std::vector<std::string> sentences_;
};

}  // namespace ladder
