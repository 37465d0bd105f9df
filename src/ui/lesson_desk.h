// What the interface keeps of the lessons: those that can be chosen, the one that is open, and which were finished.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lesson/progress.h"

namespace ladder {

struct LessonDesk {
    std::vector<Lesson> shelf;                 // those built in, in the interface's language
    std::unique_ptr<LessonProgress> open;      // null: the list is shown
    std::set<std::string> finished;            // names
    std::string judged;                        // id of the figure that was judged since the step was entered
    std::string pressed;                       // panel clicked in this frame
    std::string hinted;                        // panel that a link under the pointer names
    float scroll = 0;                          // pixels, of the text
    float turned = 0;                          // pixels by which the wheel moves it in this frame

    // Loads the shelf; an open lesson goes on in the other words.
    void fill(std::span<const LessonFile> translated);
    bool choose(std::string_view name);        // false: no such lesson
    // A lesson from outside; what was wrong with it, as sentences. It is opened if anything of it can be used.
    std::vector<std::string> bring(std::string_view name, std::string_view text);
    void forward();
    void backward();
    void close() { open.reset(), scroll = 0; }
    // The lesson after the open one, null when there is none.
    const Lesson* following() const;
};

// The open lesson as data, for the page around the canvas and for tests: title, step, text, choices, what is awaited.
nlohmann::ordered_json lesson_state(const LessonDesk&, const LessonWorld&, std::uint64_t seed);

}  // namespace ladder
