// One pass over the lines: a heading opens a step, a line that begins with @ commands, all else is text.
#include <algorithm>
#include <charconv>
#include <functional>
#include <sstream>

#include "base/shown_text.h"
#include "base/trimmed.h"
#include "experiment/figures.h"
#include "lesson/lesson.h"
#include "run/presets.h"

namespace ladder {
namespace {

constexpr std::size_t longest = 256 * 1024;

using Words = std::vector<std::string>;

Words words_of(std::string_view line) {
    std::istringstream in{std::string(line)};
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

bool is_utf8(std::string_view text) {
    // A piece of text that shown_text() had to mend was none.
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(at + 48, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        const std::string_view piece = text.substr(at, end - at);
        const std::string shown = shown_text(piece);
        if (std::count(shown.begin(), shown.end(), '?') != std::count(piece.begin(), piece.end(), '?')) return false;
        at = end;
    }
    return text.find('\0') == std::string_view::npos;
}

struct Question_form {
    std::string_view name;
    Question question;
    int numbers;  // that follow; -1: one, a colon and at least one bound
};
constexpr Question_form questions[] = {
    {"first-head-to-leave", Question::first_head_to_leave, 0}, {"class-at", Question::class_at, 1}, {"when-rung", Question::when_rung, -1}, {"span-learned", Question::span_learned, 1},
    {"phase-at", Question::phase_at, 1}, {"turns-up", Question::turns_up, 0}, {"best-class", Question::best_class, 0}, {"last-class", Question::last_class, 0},
    {"in-order", Question::in_order, 0}, {"flow-acquires", Question::flow_acquires, 1},
};

class Reader {
public:
    Reader(Lesson& lesson, std::vector<std::string>& problems) : lesson_(lesson), problems_(problems) {}

    void read(std::string_view text) {
        for (line_ = 1; !text.empty(); ++line_) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            take(std::string(trimmed(text.substr(0, end))));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        end_paragraph();
        end_step();
        if (lesson_.title.empty()) problem_at(1, "The lesson has no title.", "Begin it with a line \"# The title\".");
        if (lesson_.steps.empty()) problem("The lesson has no step.", "Begin each step with a line \"## Its title\".");
    }

private:
    void problem_at(int line, const std::string& what, const std::string& mend) { problems_.push_back("Line " + std::to_string(line) + ": " + what + " " + mend); }
    void problem(const std::string& what, const std::string& mend) { problem_at(line_, what, mend); }

    LessonStep* step() { return lesson_.steps.empty() ? nullptr : &lesson_.steps.back(); }

    void end_paragraph() {
        if (paragraph_.empty()) return;
        LessonStep* const at = step();
        if (at) check_text();
        else check_plain(paragraph_, line_of(0));
        if (!at) lesson_.summary += (lesson_.summary.empty() ? "" : " ") + paragraph_;
        else (then_ > 0 ? at->after : at->text).push_back(paragraph_);
        paragraph_.clear();
        line_begins_.clear();
    }

    // The line of a place in the paragraph.
    int line_of(std::size_t place) const { return paragraph_line_ + static_cast<int>(std::upper_bound(line_begins_.begin(), line_begins_.end(), place) - line_begins_.begin()) - 1; }

    void end_step() {
        if (then_ > 0 && step() && !step()->wait && !step()->bet)
            problem_at(then_, "The step \"" + shown_text(step()->title) + "\" has a @then but waits for nothing.", "Add @wait or @bet, or take @then away.");
        then_ = 0;
    }

    void take(const std::string& line) {
        if (line.empty()) return end_paragraph();
        if (line.front() == '#' && !line.starts_with("###")) {
            end_paragraph();
            heading(line);
        } else if (line.front() == '@') {
            end_paragraph();
            command(words_of(line.substr(1)));
        } else {
            if (paragraph_.empty()) paragraph_line_ = line_;
            else paragraph_ += " ";
            line_begins_.push_back(paragraph_.size());
            paragraph_ += line;
        }
    }

    void heading(const std::string& line) {
        const bool opens_step = line.starts_with("##");
        const std::string rest = line.substr(opens_step ? 2 : 1), title(trimmed(rest));
        if (title.empty() || title.size() == rest.size()) problem("\"" + shown_text(line) + "\" is no proper heading.", "Write # or ##, a space, and the title.");
        check_plain(title, line_);
        if (opens_step) {
            end_step();
            lesson_.steps.emplace_back().title = title;
        } else if (!lesson_.title.empty() || step()) {
            problem("The lesson has a second title.", "Only the first is used; steps begin with \"## \".");
        } else {
            lesson_.title = title;
        }
    }

    void command(const Words& words) {
        if (words.empty()) return problem("There is an @ without a command.", "The commands are run, figure, play, pause, speed, point, wait, bet and then.");
        if (!step()) return problem("The command @" + shown_text(words[0]) + " stands before the first step.", "Move it under a line that begins with \"## \".");
        if (words[0] == "run") return run(words);
        if (words[0] == "figure") return figure(words);
        if (words[0] == "play" || words[0] == "pause") { step()->scene.go = words[0] == "play" ? Scene::Go::play : Scene::Go::pause; return take_all(words, 1); }
        if (words[0] == "then") { then_ = line_; return take_all(words, 1); }
        if (words[0] == "speed") return speed(words);
        if (words[0] == "point") return point(words);
        if (words[0] == "wait" || words[0] == "bet") {
            if (step()->wait || step()->bet) return problem("This step waits twice.", "Give the second @" + words[0] + " a step of its own.");
            return words[0] == "wait" ? wait(words) : bet(words);
        }
        problem("There is no command @" + shown_text(words[0]) + "; the line was left out.", "The commands are run, figure, play, pause, speed, point, wait, bet and then.");
    }

    // The command is these words; any more have no meaning.
    void take_all(const Words& words, std::size_t count) {
        if (words.size() > count) problem("\"" + shown_text(words[count]) + "\" behind @" + words[0] + " was left out, and what follows it.", "Text stands on lines of its own.");
    }

    void run(const Words& words) {
        Scene& scene = step()->scene;
        if (scene.run) return problem("This step begins a run twice.", "Give the second @" + words[0] + " a step of its own.");
        scene.preset = "default";
        for (std::size_t i = 1; i < words.size(); ++i)
            if (words[i].starts_with("preset=")) {
                if (find_preset(words[i].substr(7))) scene.preset = words[i].substr(7);
                else problem("There is no preset called " + shown_text(words[i].substr(7)) + "; the default one is used.", "`ladder presets` lists them.");
            }
        Settings settings = find_preset(scene.preset)->settings;
        for (std::size_t i = 1; i < words.size(); ++i) {
            const std::size_t equals = words[i].find('=');
            const std::string name = words[i].substr(0, equals);
            if (words[i].starts_with("preset=")) continue;
            if (words[i] == "paused") {
                scene.paused = true;
            } else if (equals == std::string::npos) {
                problem("\"" + shown_text(words[i]) + "\" after @run was not understood.", "Write name=value, or the word paused.");
            } else {
                // Lists are written with commas here, because spaces part the settings.
                std::string value = words[i].substr(equals + 1);
                std::replace(value.begin(), value.end(), ',', ' ');
                if (const auto bad = set_from_text(settings, name, value)) problem(bad->message(), "");
            }
        }
        for (const SettingProblem& bad : reconcile(settings)) problem(bad.message(), "");
        scene.run = settings;
    }

    void figure(const Words& words) {
        if (words.size() == 2 && find_figure(words[1])) step()->scene.figure = words[1];
        else problem("@figure names no figure of the paper.", "`ladder reproduce --help` lists them, as in @figure 4-left.");
    }

    void speed(const Words& words) {
        Settings probe;
        if (words.size() != 2) return problem("@speed needs one number.", "Write @speed 40, or @speed 0 for full speed.");
        if (const auto bad = set_from_text(probe, "speed", words[1])) return problem(bad->message(), "");
        step()->scene.speed = probe.speed;
    }

    void point(const Words& words) {
        if (words.size() == 1) problem("The command @point names no part of the page.", "The parts are chain, attention, ladder, curves, figures and toolbar.");
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (is_lesson_target(words[i])) step()->points.push_back(words[i]);
            else problem("@point names \"" + shown_text(words[i]) + "\", which is no part of the page.", "The parts are chain, attention, ladder, curves, figures and toolbar.");
        }
    }

    void wait(const Words& words) {
        const std::string what = words.size() > 1 ? words[1] : "", argument = words.size() > 2 ? words[2] : "";
        const auto number = whole_number(argument);
        Wait w;
        if (what == "rung" && number) w = {Wait::For::rung, *number, {}, {}};
        else if (what == "step" && number) w = {Wait::For::step, *number, {}, {}};
        else if (what == "top") w.what = Wait::For::top;
        else if (what == "finished") w.what = Wait::For::finished;
        else if (what == "overfitting") w.what = Wait::For::overfitting;
        else if (what == "verdict") w.what = Wait::For::verdict;
        else if (what == "phase" && argument == "competitive") w = {Wait::For::phase, 0, Phase::competitive, {}};
        else if (what == "phase" && argument == "cooperative") w = {Wait::For::phase, 0, Phase::cooperative, {}};
        else if (what == "press" && is_lesson_target(argument)) w = {Wait::For::press, 0, {}, argument};
        else return problem("@wait " + shown_text(what + (argument.empty() ? "" : " " + argument)) + " was not understood; the step does not wait.",
                            "Write @wait with one of: rung 2, top, step 300, phase cooperative, finished, overfitting, press attention, verdict.");
        step()->wait = w;
        const bool two_words = w.what == Wait::For::rung || w.what == Wait::For::step || w.what == Wait::For::phase || w.what == Wait::For::press;
        take_all(words, two_words ? 3 : 2);
    }

    void bet(const Words& words) {
        const std::string name = words.size() > 1 ? words[1] : "";
        for (const Question_form& form : questions) {
            if (form.name != name) continue;
            Bet b{form.question, 0, {}};
            std::vector<std::int64_t> numbers;
            for (std::size_t i = 2; i < words.size(); ++i) {
                std::string word = words[i];
                if (word.ends_with(':')) word.pop_back();
                const auto n = whole_number(word);
                if (!n) return problem("\"" + shown_text(words[i]) + "\" in @bet is no whole number.", "As an example: @bet when-rung 2: 100 200 400.");
                numbers.push_back(*n);
            }
            const std::size_t least = form.numbers < 0 ? 2 : static_cast<std::size_t>(form.numbers);
            if (numbers.size() < least || (form.numbers >= 0 && numbers.size() > least)) return problem("@bet " + name + " has the wrong number of numbers.", "docs/lessons.md shows each question.");
            if (!numbers.empty()) b.number = numbers[0];
            if (form.numbers < 0) b.bounds.assign(numbers.begin() + 1, numbers.end());
            if (std::adjacent_find(b.bounds.begin(), b.bounds.end(), std::greater_equal<>()) != b.bounds.end()) return problem("The steps of @bet when-rung do not rise.", "Write them from the smallest to the largest.");
            if (b.number < 1 && (form.question == Question::span_learned || form.question == Question::flow_acquires)) return problem("@bet " + name + " counts from 1.", "Write @bet " + name + " 1 for the first.");
            step()->bet = b;
            return;
        }
        problem("There is no question \"" + shown_text(name) + "\"; the step asks nothing.", "docs/lessons.md lists them.");
    }

    // Titles and the summary are shown as they stand.
    void check_plain(const std::string& text, int line) {
        if (text.find('{') != std::string::npos) problem_at(line, "Braces stand for something of the run only in the text of a step.", "Take them out of the title or summary.");
    }

    // Words in braces must be known, links must name a part of the page, what ** opens it must close.
    void check_text() {
        const std::string& text = paragraph_;
        for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
            const std::size_t close = text.find('}', open);
            const std::string words = text.substr(open + 1, close == std::string::npos ? std::string::npos : close - open - 1);
            if (close == std::string::npos || !is_lesson_value(words)) problem_at(line_of(open), "\"{" + shown_text(words) + "}\" stands for nothing of the run.", "docs/lessons.md lists what may stand in braces.");
        }
        for (std::size_t middle = text.find("]("); middle != std::string::npos; middle = text.find("](", middle + 1)) {
            const std::size_t close = text.find(')', middle);
            const std::string target = text.substr(middle + 2, close == std::string::npos ? std::string::npos : close - middle - 2);
            if (!is_lesson_target(target)) problem_at(line_of(middle), "The link to \"" + shown_text(target) + "\" names no part of the page.", "The parts are chain, attention, ladder, curves, figures and toolbar.");
        }
        int marks = 0;
        std::size_t last = 0;
        for (std::size_t mark = text.find("**"); mark != std::string::npos; mark = text.find("**", mark + 2)) ++marks, last = mark;
        if (marks % 2 != 0) problem_at(line_of(last), "What ** opens is not closed in its paragraph.", "Write **term**.");
    }

    Lesson& lesson_;
    std::vector<std::string>& problems_;
    std::string paragraph_;
    int paragraph_line_ = 1;                 // its first
    std::vector<std::size_t> line_begins_;   // where in it each of its lines begins
    int then_ = 0;  // line of the step's @then: what follows is shown once the awaited has happened; 0: none
    int line_ = 1;
};

}  // namespace

bool is_lesson_target(std::string_view name) {
    constexpr std::string_view targets[] = {"chain", "attention", "ladder", "curves", "figures", "toolbar"};
    return std::find(std::begin(targets), std::end(targets), name) != std::end(targets);
}

bool is_lesson_value(std::string_view words) {
    constexpr std::string_view plain[] = {"step", "seed", "rung", "top", "excess", "best-step", "best-class", "last-class", "competitive-step", "cooperative-step"};
    if (std::find(std::begin(plain), std::end(plain), words) != std::end(plain)) return true;
    return words.starts_with("reached ") && whole_number(words.substr(8));
}

Lesson read_lesson(std::string_view name, std::string_view text, std::vector<std::string>& problems) {
    Lesson lesson;
    lesson.name = name;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the byte order mark that some editors save
    if (text.size() > longest) {
        problems.emplace_back("The lesson is longer than 256 KiB; it was not read. A lesson is a short text file.");
    } else if (!is_utf8(text)) {
        problems.emplace_back("The lesson is no text in UTF-8; it was not read. Save it as plain text in UTF-8.");
    } else {
        Reader(lesson, problems).read(text);
    }
    return lesson;
}

}  // namespace ladder
