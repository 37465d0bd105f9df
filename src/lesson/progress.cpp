// Answers and events are read off history, readout and status; nothing is remembered but what the reader chose.
#include "lesson/progress.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/error.h"
#include "generated/assets.h"
#include "ladder/readout.h"
#include "run/overfitting.h"

namespace ladder {
namespace {

constexpr std::string_view no_value = "\u2013";

std::int64_t reached_step(const LessonWorld& w, std::int64_t rung) {
    const auto& reached = w.history.readout().reached();
    return rung >= 0 && rung < static_cast<std::int64_t>(reached.size()) ? reached[static_cast<std::size_t>(rung)] : -1;
}

std::vector<int> acquired_spans(const LessonWorld& w) {
    std::vector<int> spans;
    for (const Stage& stage : w.history.readout().stages())
        if (stage.acquired_span >= 0 && std::find(spans.begin(), spans.end(), stage.acquired_span) == spans.end()) spans.push_back(stage.acquired_span);
    return spans;
}

std::int64_t phase_step(const LessonWorld& w, Phase phase) {
    for (const PhaseChange& change : w.history.readout().phase_changes())
        if (change.to == phase) return change.step;
    return -1;
}

}  // namespace

int first_head_to_leave(const Chain& chain, const History& history) {
    std::int64_t competition = -1;
    for (const PhaseChange& change : history.readout().phase_changes())
        if (change.to == Phase::competitive && competition < 0) competition = change.step;
    if (competition < 0) return -1;
    const int prize = chain.span_of_rank(1);
    std::vector<int> before;
    for (std::size_t i = 0; i < history.size(); ++i) {
        if (history[i].step < competition) continue;
        const auto& heads = history[i].reading.heads;
        std::vector<int> elsewhere(heads.size(), 0);
        int first = -1;
        for (std::size_t a = 0; a < heads.size(); ++a) {
            elsewhere[a] = heads[a].span >= 0 && heads[a].span != prize;
            // Twice in a row, so that a single measurement's noise is no departure.
            if (elsewhere[a] && a < before.size() && before[a] && (first < 0 || heads[a].mass > heads[static_cast<std::size_t>(first)].mass)) first = static_cast<int>(a);
        }
        if (first >= 0) return first;
        before = std::move(elsewhere);
    }
    return -1;
}

int choice_count(const Bet& bet, const LessonWorld& w) {
    const int h = w.chain.span_count();
    switch (bet.question) {
        case Question::first_head_to_leave: return (w.history.empty() ? w.heads : static_cast<int>(w.history.newest().reading.heads.size())) + 1;
        case Question::class_at:
        case Question::best_class:
        case Question::last_class: return h + 1;
        case Question::when_rung: return static_cast<int>(bet.bounds.size()) + 1;
        case Question::span_learned: return h + 1;
        case Question::phase_at:
        case Question::turns_up:
        case Question::in_order: return 2;
        case Question::flow_acquires: return w.flow ? static_cast<int>(w.flow->settings.strengths.size()) + 1 : 4;
    }
    return 0;
}

std::optional<int> answer(const Bet& bet, const LessonWorld& w) {
    if (bet.question == Question::flow_acquires) {
        if (!w.flow) return std::nullopt;
        const auto& stages = w.flow->solution.stages;
        const auto n = static_cast<std::size_t>(bet.number);
        return n <= stages.size() ? stages[n - 1].pattern : static_cast<int>(w.flow->settings.strengths.size());
    }
    if (w.history.empty()) return std::nullopt;
    const int h = w.chain.span_count();
    // A run that has ended without an event answers "not in this run", the last choice where there is one.
    switch (bet.question) {
        case Question::first_head_to_leave: {
            const int head = first_head_to_leave(w.chain, w.history);
            if (head >= 0) return head;
            return w.ended() ? std::optional(choice_count(bet, w) - 1) : std::nullopt;
        }
        case Question::class_at:
            if (w.history.newest().step < bet.number && !w.ended()) return std::nullopt;
            return w.history[w.history.at_step(bet.number)].reading.rung;
        case Question::when_rung: {
            const std::int64_t step = reached_step(w, bet.number);
            if (step < 0) return w.ended() || w.history.newest().step > bet.bounds.back() ? std::optional(static_cast<int>(bet.bounds.size())) : std::nullopt;
            return static_cast<int>(std::lower_bound(bet.bounds.begin(), bet.bounds.end(), step) - bet.bounds.begin());
        }
        case Question::span_learned: {
            const auto spans = acquired_spans(w);
            if (static_cast<std::int64_t>(spans.size()) >= bet.number) return h - 1 - spans[static_cast<std::size_t>(bet.number - 1)];  // choices: nearest first
            return w.ended() ? std::optional(h) : std::nullopt;
        }
        case Question::phase_at: {
            if (w.history.newest().step < bet.number && !w.ended()) return std::nullopt;
            return w.history[w.history.at_step(bet.number)].reading.phase == Phase::cooperative ? 1 : 0;
        }
        case Question::turns_up:
            // Turned up by far more than noise, it counts at once; that it does not can only be said at the end.
            if (overfits(w.settings, w.history, 20 * turned_up)) return 0;
            return w.ended() ? std::optional(overfits(w.settings, w.history) ? 0 : 1) : std::nullopt;
        case Question::best_class: return w.ended() ? std::optional(w.history[w.history.best()].reading.rung) : std::nullopt;
        case Question::last_class: return w.ended() ? std::optional(w.history.newest().reading.rung) : std::nullopt;
        case Question::in_order: {
            std::int64_t before = -1;
            for (int k = 1; k <= h; ++k) {
                const std::int64_t step = reached_step(w, k);
                if (step < 0) return w.ended() ? std::optional(1) : std::nullopt;
                if (step <= before) return 1;
                before = step;
            }
            return 0;
        }
        case Question::flow_acquires: break;
    }
    return std::nullopt;
}

bool happened(const Wait& wait, const LessonWorld& w, const std::string& pressed, bool& missed) {
    if (wait.what == Wait::For::press) return pressed == wait.target;
    if (wait.what == Wait::For::verdict) return w.judged && !w.judged->empty();
    if (w.history.empty()) return false;
    bool now = false;
    switch (wait.what) {
        case Wait::For::rung: now = reached_step(w, wait.number) >= 0; break;
        case Wait::For::top: now = reached_step(w, w.chain.span_count()) >= 0; break;
        case Wait::For::step: now = w.history.newest().step >= wait.number; break;
        case Wait::For::phase: now = phase_step(w, wait.phase) >= 0; break;
        case Wait::For::overfitting: now = overfits(w.settings, w.history); break;
        case Wait::For::finished: now = w.ended(); break;
        case Wait::For::press:
        case Wait::For::verdict: break;
    }
    if (now) return true;
    missed = w.ended();
    return missed;
}

std::string lesson_value(std::string_view words, const LessonWorld& w, std::uint64_t seed) {
    std::string none(no_value);
    const auto step_text = [&](std::int64_t step) { return step < 0 ? none : std::to_string(step); };
    if (words == "seed") return std::to_string(seed);
    if (words == "top") return std::to_string(w.chain.span_count());
    if (w.history.empty()) return none;
    const Snapshot& now = w.history.newest();
    if (words == "step") return std::to_string(now.step);
    if (words == "rung" || words == "last-class") return std::to_string(now.reading.rung);
    if (words == "best-step") return std::to_string(w.history[w.history.best()].step);
    if (words == "best-class") return std::to_string(w.history[w.history.best()].reading.rung);
    if (words == "competitive-step") return step_text(phase_step(w, Phase::competitive));
    if (words == "cooperative-step") return step_text(phase_step(w, Phase::cooperative));
    if (words == "excess") {
        if (!std::isfinite(now.evaluation.excess())) return none;
        char text[32];
        std::snprintf(text, sizeof text, "%.3f", now.evaluation.excess());
        return text;
    }
    if (words.starts_with("reached ")) {
        int rung = 0;
        std::from_chars(words.data() + 8, words.data() + words.size(), rung);
        return step_text(reached_step(w, rung));
    }
    return none;
}

LessonProgress::LessonProgress(Lesson lesson) : lesson_(std::move(lesson)), states_(lesson_.steps.size()) {
    if (lesson_.steps.empty()) throw Error("The lesson " + lesson_.name + " has no step.", "Begin each step with a line \"## Its title\".");
}

const Scene* LessonProgress::take_scene() {
    if (state().entered) return nullptr;
    state().entered = true;
    return &step().scene;
}

void LessonProgress::observe(const LessonWorld& w, const std::string& pressed) {
    State& s = state();
    if (s.done && !s.missed) return keep(w);  // what one run has missed another may show
    s.missed = false;
    if (step().wait) {
        s.done = happened(*step().wait, w, pressed, s.missed);
    } else if (step().bet) {
        if (s.choice < 0) return;
        if (s.choice >= choice_count(*step().bet, w)) s.choice = -1;  // another run with fewer choices: the bet is off
        else if (const auto right = answer(*step().bet, w)) s.answer = *right, s.done = true;
    } else {
        s.done = true;
    }
    keep(w);
}

// What the run has not shown yet is taken as soon as it does, while the step is open.
void LessonProgress::keep(const LessonWorld& w) {
    State& s = state();
    if (!s.done || s.missed || s.left) return;
    for (const std::string& text : step().after)
        for (std::size_t open = text.find('{'), close; open != std::string::npos && (close = text.find('}', open)) != std::string::npos; open = text.find('{', close)) {
            const std::string words = text.substr(open + 1, close - open - 1);
            if (words == "seed") continue;
            std::string& value = s.kept[words];
            if (value.empty() || value == no_value) value = lesson_value(words, w, 0);
        }
}

const std::string* LessonProgress::kept(std::string_view words) const {
    const auto at = state().kept.find(words);
    return at == state().kept.end() ? nullptr : &at->second;
}

bool LessonProgress::bet_ahead() const {
    for (std::size_t i = static_cast<std::size_t>(index_) + 1; i < states_.size(); ++i) {
        const LessonStep& next = lesson_.steps[i];
        if (next.scene.run || !next.scene.figure.empty() || next.wait) return false;
        if (next.bet) return states_[i].choice < 0;
    }
    return false;
}

void LessonProgress::place_bet(int choice) {
    if (bet_open()) state().choice = choice;
}

bool LessonProgress::next() {
    if (last()) return false;
    state().left = true;
    ++index_;
    return true;
}

bool LessonProgress::back() {
    if (index_ == 0) return false;
    state().left = true;
    --index_;
    return true;
}

int LessonProgress::bets() const {
    return static_cast<int>(std::count_if(states_.begin(), states_.end(), [](const State& s) { return s.answer >= 0; }));
}

int LessonProgress::right_bets() const {
    return static_cast<int>(std::count_if(states_.begin(), states_.end(), [](const State& s) { return s.answer >= 0 && s.answer == s.choice; }));
}

bool LessonProgress::retell(const Lesson& other) {
    if (other.name != lesson_.name || other.steps.size() != lesson_.steps.size()) return false;
    lesson_ = other;
    return true;
}

std::vector<LessonFile> lesson_files(std::string_view language) {
    const std::string folder = "lessons/" + std::string(language) + "/";
    std::vector<LessonFile> files;
    for (const Asset& asset : assets())
        if (asset.name.starts_with(folder) && asset.name.ends_with(".md")) files.push_back({std::string(asset.name.substr(folder.size())), std::string(asset.text)});
    return files;
}

std::vector<Lesson> shipped_lessons(std::span<const LessonFile> translated) {
    std::vector<Lesson> lessons;
    for (const LessonFile& file : lesson_files("en")) {
        // "01-the-task.md": the number is the order, the rest the name.
        std::string_view name = std::string_view(file.name).substr(0, file.name.size() - 3);
        name.remove_prefix(std::min(name.find('-') + 1, name.size()));
        std::vector<std::string> problems;
        Lesson lesson = read_lesson(name, file.text, problems);
        if (!problems.empty()) throw Error("The lesson assets/lessons/en/" + file.name + " cannot be used. " + problems.front(), "Mend the file.");
        for (const LessonFile& other : translated) {
            if (other.name != file.name) continue;
            Lesson retold = read_lesson(name, other.text, problems);
            if (problems.empty() && retold.steps.size() == lesson.steps.size()) lesson = std::move(retold);
        }
        lessons.push_back(std::move(lesson));
    }
    return lessons;
}

}  // namespace ladder
