// A lesson: text beside the live page, which sets a run, points at panels, waits for something to happen and asks for
// bets. Read from a plain text file that a teacher can write (docs/lessons.md); nothing here draws or trains.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"
#include "ladder/readout.h"

namespace ladder {

// What a reader can be asked to predict. Every answer is computed from the run that is on screen.
enum class Question {
    first_head_to_leave,  // which head is the first to serve another span than the most important one
    class_at,             // number: step; the current class there
    when_rung,            // number: rung; bounds: steps that part the choices
    span_learned,         // number: n; the span whose rung is the n-th to be reached
    phase_at,             // number: step
    turns_up,             // does the validation loss turn up before the run ends
    best_class,           // the class at the lowest validation loss, when the run has ended
    last_class,           // the class at the end of the run
    in_order,             // is every rung reached, in order
    flow_acquires,        // number: n; the pattern that the differential equations acquire n-th
};

struct Bet {
    Question question{};
    std::int64_t number = 0;
    std::vector<std::int64_t> bounds;  // of when_rung, rising
    bool operator==(const Bet&) const = default;
};

struct Wait {
    enum class For { rung, top, step, phase, finished, overfitting, press, verdict } what{};
    std::int64_t number = 0;        // rung or step
    Phase phase = Phase::undecided;
    std::string target;             // of press: a panel
    bool operator==(const Wait&) const = default;
};

// What the page does on entering a step, before anything else.
struct Scene {
    std::optional<Settings> run;    // a new run with these settings
    std::string preset;             // they came from
    bool paused = false;
    std::string figure;             // id of a paper figure to open and run
    std::optional<double> speed;
    enum class Go { as_it_is, play, pause } go = Go::as_it_is;
    bool operator==(const Scene&) const = default;
};

struct LessonStep {
    std::string title;
    std::vector<std::string> text;   // paragraphs
    std::vector<std::string> after;  // paragraphs that are shown once what is awaited has happened
    Scene scene;
    std::vector<std::string> points; // names of panels to ring
    std::optional<Wait> wait;        // at most one of these two
    std::optional<Bet> bet;
};

struct Lesson {
    std::string name, title, summary;
    std::vector<LessonStep> steps;
};

// Never throws: what cannot be understood is left out and told in a sentence with its line ("Line 12: ..").
// name: what the lesson is called in an address. Text that is no UTF-8, is longer than 256 KiB or holds no step gives an empty lesson.
Lesson read_lesson(std::string_view name, std::string_view text, std::vector<std::string>& problems);

// Names that @point and @wait press take.
bool is_lesson_target(std::string_view name);
// Words in braces that stand for something of the run: "{reached 2}". lesson_value() in progress.h gives it.
bool is_lesson_value(std::string_view words);

}  // namespace ladder
