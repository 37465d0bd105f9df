// What a lesson's bets and waits are called. Sentences only, tested without a screen.
#pragma once

#include <string>
#include <vector>

#include "lesson/progress.h"

namespace ladder {

// Choice i of a bet, 0 <= i < choice_count: "Head 2", "F\u2082", "by step 200".
std::string choice_text(const Bet&, int i, const Chain&, int choices);
// What the step waits for: "Waiting for rung F\u2082 ..".
std::string waiting_text(const Wait&, const Chain&);
// All choices of the open step's bet; once it is answered, as they are called on the run that answered it.
std::vector<std::string> choice_texts(const LessonProgress&, const LessonWorld&);
// After a bet: "You said F\u2081; it was F\u2082."
std::string bet_told(const std::vector<std::string>& choices, int choice, int right);
// A paragraph with the words in braces replaced by what the run says; with the progress given, of the text after: by what it said then.
std::string filled(const std::string& paragraph, const LessonWorld&, std::uint64_t seed, const LessonProgress* after = nullptr);

}  // namespace ladder
