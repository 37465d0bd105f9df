// How a host page wants the interface shown: which panels and controls, in which arrangement. Names only; what they
// look like is the interface's affair.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ladder {

// What can be hidden apart from panels. A hidden control leaves what it reads: speed its number, preset its title.
enum class Control { run, step, reset, new_seed, preset, speed, workspace, share, theme, help, settings, timeline, maximise };

std::span<const std::string_view> panel_names();    // "chain", "attention", "ladder", "curves"
std::span<const std::string_view> control_names();  // in the order of Control
std::string listed(std::span<const std::string_view>);  // "a, b and c", for sentences

class ControlSet {
public:
    void add(Control c) { bits_ |= 1u << static_cast<unsigned>(c); }
    bool contains(Control c) const { return (bits_ >> static_cast<unsigned>(c) & 1u) != 0; }
    bool operator==(const ControlSet&) const = default;

private:
    unsigned bits_ = 0;
};

// Sizes of the text in per cent of the usual one.
inline constexpr int smallest_text_size = 50, largest_text_size = 200;

struct Presentation {
    bool embedded = false;             // part of another page: slim bar, no choice of preset, workspace, theme
    bool chosen = false;               // the panels were named; else the interface may leave out what has no room
    std::vector<std::string> panels;   // to be shown, of panel_names(), in that order; never empty
    ControlSet hidden;
    bool autoplay = true;              // a run starts by itself
    std::int64_t step = -1;            // show this moment as soon as it is reached; -1: the newest
    int text_size = 100;               // size of the text in per cent
    std::string locale;                // language tag wished for; empty: the reader's own

    Presentation();                    // everything, in its full form
};

// panels, hide: names separated by commas or spaces. Each name that means nothing is told in a sentence.
void choose_panels(Presentation&, std::string_view panels, std::vector<std::string>& problems);
void hide_parts(Presentation&, std::string_view hide, std::vector<std::string>& problems);

}  // namespace ladder
