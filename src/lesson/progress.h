// A reader's way through a lesson: which step, what it waits for, what was bet and what the run answered. Data only; the
// interface draws it and carries out the scenes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/flow_figure.h"
#include "lesson/lesson.h"
#include "run/history.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

// What a lesson may look at, each frame.
struct LessonWorld {
    const Chain& chain;
    const Settings& settings;            // of the run
    const History& history;
    const RunnerStatus& status;
    const FlowFigure* flow = nullptr;    // the differential equations, where they were solved
    const std::string* judged = nullptr; // id of the figure that was judged last
    int heads = 0;                       // of the model, in all its blocks: what is bet on before the first measurement
    bool ended() const { return status.ended(); }
};

// How many choices a question has on this run.
int choice_count(const Bet&, const LessonWorld&);
// Index of the right choice, empty while the run has not shown it yet.
std::optional<int> answer(const Bet&, const LessonWorld&);
// Whether the awaited has happened; missed is set when the run ended without it.
bool happened(const Wait&, const LessonWorld&, const std::string& pressed, bool& missed);
// The value of words in braces, "\u2013" where the run has none yet. is_lesson_value(words) holds.
std::string lesson_value(std::string_view words, const LessonWorld&, std::uint64_t seed);
// The head that first serves another span than the most important one, after all competed for it; -1: none yet.
int first_head_to_leave(const Chain&, const History&);

class LessonProgress {
public:
    explicit LessonProgress(Lesson);

    const Lesson& lesson() const { return lesson_; }
    int index() const { return index_; }
    const LessonStep& step() const { return lesson_.steps[static_cast<std::size_t>(index_)]; }
    bool last() const { return index_ + 1 == static_cast<int>(lesson_.steps.size()); }

    // The scene of a step that was entered for the first time, once.
    const Scene* take_scene();
    // Looks at the world; pressed: the panel that was clicked in this frame, or empty.
    void observe(const LessonWorld&, const std::string& pressed);

    bool bet_open() const { return step().bet && state().choice < 0; }       // the reader has not chosen yet
    bool bet_running() const { return step().bet && state().choice >= 0 && state().answer < 0; }
    int choice() const { return state().choice; }
    int answer_index() const { return state().answer; }
    // What the choices of an answered bet are called on the run that answered it: another one may be on screen later. Empty until they are told.
    const std::vector<std::string>& kept_choices() const { return state().choices; }
    void keep_choices(std::vector<std::string> texts) { state().choices = std::move(texts); }
    // What words in braces of the text after stood for when the step was done: another run may be on screen by now. Null: as it is now.
    const std::string* kept(std::string_view words) const;
    bool missed() const { return state().missed; }
    bool done() const { return state().done; }   // nothing is awaited any more
    // A bet to come is about the run on screen, which must not be over before it is placed.
    bool bet_ahead() const;
    void place_bet(int choice);
    // Forward; past what is awaited too, which is what "skip" does. False on the last step.
    bool next();
    bool back();
    int right_bets() const;
    int bets() const;
    // The same lesson in other words: it goes on where it stands. False where its steps are not the same.
    bool retell(const Lesson&);

private:
    struct State {
        bool entered = false, done = false, missed = false;
        bool left = false;  // another step was entered since
        int choice = -1, answer = -1;
        std::vector<std::string> choices;
        std::map<std::string, std::string, std::less<>> kept;
    };
    void keep(const LessonWorld&);
    State& state() { return states_[static_cast<std::size_t>(index_)]; }
    const State& state() const { return states_[static_cast<std::size_t>(index_)]; }

    Lesson lesson_;
    std::vector<State> states_;
    int index_ = 0;
};

// A lesson's file: its name in assets/lessons/LANGUAGE ("01-the-task.md") and its text.
struct LessonFile {
    std::string name, text;
};
// Those inside the program in a language ("en", "zh"); on the page English alone.
std::vector<LessonFile> lesson_files(std::string_view language);
// The lessons that are built in, in their order; where `translated` has one of the same steps without a mistake, that. Errors name the file that is wrong.
std::vector<Lesson> shipped_lessons(std::span<const LessonFile> translated = {});

}  // namespace ladder
