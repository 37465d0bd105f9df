#include "ui/lesson_words.h"

#include "ui/words.h"

namespace ladder {

std::string choice_text(const Bet& bet, int i, const Chain& chain, int choices) {
    const bool last = i + 1 == choices;
    switch (bet.question) {
        case Question::first_head_to_leave: return last ? "none of them" : "Head " + std::to_string(i + 1);
        case Question::class_at:
        case Question::best_class:
        case Question::last_class: return rung_symbol(i) + ": " + rung_name(chain, i);
        case Question::when_rung: {
            if (last) return "later than step " + std::to_string(bet.bounds.back()) + ", or never";
            const std::string by = std::to_string(bet.bounds[static_cast<std::size_t>(i)]);
            return i == 0 ? "by step " + by : "after step " + std::to_string(bet.bounds[static_cast<std::size_t>(i - 1)]) + ", by step " + by;
        }
        case Question::span_learned: return last ? "none of them" : "the " + span_name(chain, chain.span_count() - 1 - i);
        case Question::phase_at: return i == 0 ? "most still crowd on one span" : "every span has a head";
        case Question::turns_up: return i == 0 ? "yes, it turns up" : "no, it keeps falling";
        case Question::in_order: return i == 0 ? "yes, in order" : "no";
        case Question::flow_acquires: return last ? "none of them" : "pattern " + std::to_string(i + 1) + (i == 0 ? ", the strongest" : i + 2 == choices ? ", the weakest" : "");
    }
    return {};
}

std::string waiting_text(const Wait& wait, const Chain& chain) {
    switch (wait.what) {
        case Wait::For::rung: return "Waiting until it reaches " + rung_symbol(static_cast<int>(wait.number)) + " \u2026";
        case Wait::For::top: return "Waiting until it reaches " + rung_symbol(chain.span_count()) + ", the top \u2026";
        case Wait::For::step: return "Waiting for step " + std::to_string(wait.number) + " \u2026";
        case Wait::For::phase: return wait.phase == Phase::cooperative ? "Waiting until the heads cooperate \u2026" : "Waiting until the heads compete \u2026";
        case Wait::For::overfitting: return "Waiting for the validation loss to turn up \u2026";
        case Wait::For::finished: return "Waiting for the run to end \u2026";
        case Wait::For::press: return "Waiting until you press it \u2026";
        case Wait::For::verdict: return "Waiting for the verdict \u2026";
    }
    return {};
}

std::vector<std::string> choice_texts(const LessonProgress& progress, const LessonWorld& world) {
    if (progress.answer_index() >= 0 && !progress.kept_choices().empty()) return progress.kept_choices();
    const Bet& bet = *progress.step().bet;
    const int choices = choice_count(bet, world);
    std::vector<std::string> texts;
    texts.reserve(static_cast<std::size_t>(choices));
    for (int i = 0; i < choices; ++i) texts.push_back(choice_text(bet, i, world.chain, choices));
    return texts;
}

std::string bet_told(const std::vector<std::string>& choices, int choice, int right) {
    const std::string& truth = choices[static_cast<std::size_t>(right)];
    if (choice == right) return "You were right: " + truth + ".";
    return "You said: " + choices[static_cast<std::size_t>(choice)] + ". It was: " + truth + ".";
}

std::string filled(const std::string& paragraph, const LessonWorld& world, std::uint64_t seed, const LessonProgress* after) {
    std::string text;
    for (std::size_t at = 0; at < paragraph.size();) {
        const std::size_t open = paragraph.find('{', at), close = open == std::string::npos ? open : paragraph.find('}', open);
        if (close == std::string::npos) return text + paragraph.substr(at);
        const std::string_view words = std::string_view(paragraph).substr(open + 1, close - open - 1);
        const std::string* kept = after ? after->kept(words) : nullptr;
        text += paragraph.substr(at, open - at) + (kept ? *kept : lesson_value(words, world, seed));
        at = close + 1;
    }
    return text;
}

}  // namespace ladder
