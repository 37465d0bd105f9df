// Where the panels stand for a window of a given size: a pure function of points, tested without a screen.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace ladder {

enum class Panel { toolbar, chain, attention, ladder, curves, figures, lesson, theory };

// As lessons and tests call it.
const char* panel_name(Panel);
// None for what a lesson cannot point at.
std::optional<Panel> panel_named(std::string_view);

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
        compact,   // part of another page and too low for all: toolbar, attention and ladder
        stacked,   // panels under one another, the page scrolls
    } kind = Kind::wide;
    std::vector<Place> places;
    float height = 0;  // of everything; more than the window where it scrolls
    float covered = 0; // of the window's lower end, by a lesson that stays where it is while the rest scrolls
    // How the parts of the bar stand.
    enum class Bar {
        one_row,
        two_rows,  // what is run and what it is used for, and under that how it runs: a low window that is no frame in a text
        stacked,   // under one another
        wrapped,   // the same with so little width for the text that the switch of workspaces and the buttons take two rows each
    } bar = Bar::one_row;
};

// Which panels there are and how much room the bar takes.
struct Arrangement {
    std::vector<Panel> panels{Panel::chain, Panel::attention, Panel::ladder, Panel::curves};  // in this order
    bool chosen = false;    // somebody named them: none is left out for lack of room, the page scrolls instead
    bool embedded = false;  // part of another page: a slim bar
    float curves_height = 320;  // that the curves want where a narrow window stacks the panels; more where their legend is long
};

// width, height in points; notices: height taken by messages under the toolbar; chain_height: what the chain panel wants when stacked;
// heads: how many maps the attention panel stacks. A maximised panel takes the room of all but the toolbar.
Layout make_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised = nullptr, const Arrangement& = {});

// The same with a lesson: beside what it speaks of, which is kept in sight where not all panels find room, or over the window's lower end.
Layout make_lesson_layout(float width, float height, float notices, float chain_height, int heads, const Panel* maximised, const Arrangement&, Panel beside);

// The panel in whose place the editor of settings is drawn; none where the run has no panel.
std::optional<Panel> editor_place(const Layout&);

// The height in which everything asked for is in sight at this width, for a host page that sizes the frame. It does not depend on the
// frame's present height, or the two would chase each other.
float wanted_height(float width, float chain_height, int heads, const Arrangement&, bool lesson = false);
// The same where the equations or the paper's figures, which scroll by themselves, have the frame; panel_height: what the panel wants.
float wanted_height_alone(float width, float panel_height, bool embedded);

}  // namespace ladder
