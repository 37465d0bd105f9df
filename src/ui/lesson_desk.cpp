#include "ui/lesson_desk.h"

#include <nlohmann/json.hpp>

#include "ui/lesson_words.h"
#include "ui/rich_text.h"

namespace ladder {

void LessonDesk::fill(std::span<const LessonFile> translated) {
    shelf = shipped_lessons(translated);
    for (const Lesson& lesson : shelf)
        if (open && open->retell(lesson)) break;
}

bool LessonDesk::choose(std::string_view name) {
    for (const Lesson& lesson : shelf)
        if (lesson.name == name) {
            open = std::make_unique<LessonProgress>(lesson);
            scroll = 0;
            return true;
        }
    return false;
}

std::vector<std::string> LessonDesk::bring(std::string_view name, std::string_view text) {
    std::vector<std::string> problems;
    Lesson lesson = read_lesson(name, text, problems);
    if (!lesson.steps.empty()) {
        open = std::make_unique<LessonProgress>(std::move(lesson));
        scroll = 0;
    }
    return problems;
}

void LessonDesk::forward() {
    if (!open) return;
    if (open->last()) {
        finished.insert(open->lesson().name);
        const Lesson* next = following();
        if (next) choose(next->name);
        else close();
    } else {
        open->next();
    }
    judged.clear();
    scroll = 0;
}

void LessonDesk::backward() {
    if (open && open->back()) scroll = 0;
}

const Lesson* LessonDesk::following() const {
    for (std::size_t i = 0; open && i + 1 < shelf.size(); ++i)
        if (shelf[i].name == open->lesson().name) return &shelf[i + 1];
    return nullptr;
}

nlohmann::ordered_json lesson_state(const LessonDesk& desk, const LessonWorld& world, std::uint64_t seed) {
    const LessonProgress& p = *desk.open;
    nlohmann::ordered_json out;
    out["name"] = p.lesson().name;
    out["title"] = p.lesson().title;
    out["stepTitle"] = p.step().title;
    out["step"] = p.index() + 1;
    out["steps"] = p.lesson().steps.size();
    auto& text = out["text"] = nlohmann::ordered_json::array();
    for (const std::string& paragraph : p.step().text) text.push_back(plain_text(filled(paragraph, world, seed)));
    if (p.done())
        for (const std::string& paragraph : p.step().after) text.push_back(plain_text(filled(paragraph, world, seed, &p)));
    out["done"] = p.done();
    out["missed"] = p.missed();
    if (p.step().wait) {
        out["waiting"] = p.done() ? "" : waiting_text(*p.step().wait, world.chain);
        out["press"] = p.step().wait->target;
    }
    if (p.step().bet) {
        const std::vector<std::string> choices = choice_texts(p, world);
        out["choices"] = choices;
        out["choice"] = p.choice();
        out["answer"] = p.answer_index();
        if (p.answer_index() >= 0) out["told"] = bet_told(choices, p.choice(), p.answer_index());
    }
    out["bets"] = p.bets();
    out["rightBets"] = p.right_bets();
    return out;
}

}  // namespace ladder
