// Where the panels stand for a window of a given size: a pure function of points, tested without a screen.
#pragma once

#include <vector>

namespace ladder {

enum class Panel { toolbar, chain, attention, ladder, curves, figures };

struct Box {
    float left = 0, top = 0, width = 0, height = 0;
};

struct Place {
    Panel panel;
    Box box;
};

struct Layout {
    enum class Kind {
        wide,      // all panels at once, nothing scrolls
        compact,   // too low for all: toolbar, attention and ladder
        stacked,   // panels under one another, the page scrolls
    } kind = Kind::wide;
    std::vector<Place> places;
    float height = 0;  // of everything; more than the window where it scrolls
};

// width, height in points; notices: height taken by messages under the toolbar; chain_height: what the chain panel wants when stacked;
// heads: how many maps the attention panel stacks. A maximised panel takes the room of all but the toolbar.
Layout make_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised = nullptr);

}  // namespace ladder
