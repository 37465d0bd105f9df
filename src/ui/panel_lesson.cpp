// The lesson beside the page: its list, or the step that is read, with what is awaited, the bet, and the way on.
#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/lesson_words.h"
#include "ui/panels.h"
#include "ui/rich_text.h"
#include "ui/texts.h"

namespace ladder {
namespace {

// Text scrolls inside its frame by wheel, finger and keys; returns the offset to draw at.
float scrolled(const Theme& t, Rect frame, float height, LessonDesk& desk) {
    const float most = std::max(0.0f, height - frame.height());
    desk.scroll -= desk.turned;
    if (ImGui::IsKeyPressed(ImGuiKey_PageDown)) desk.scroll += 0.8f * frame.height();
    if (ImGui::IsKeyPressed(ImGuiKey_PageUp)) desk.scroll -= 0.8f * frame.height();
    desk.scroll = std::clamp(std::floor(desk.scroll), 0.0f, most);
    if (most > 0) {
        const float thumb = std::max(t.px(24), frame.height() * frame.height() / height), at = frame.min.y + desk.scroll / most * (frame.height() - thumb), x = frame.max.x + t.px(5);
        ImGui::GetWindowDrawList()->AddRectFilled({x, at}, {x + t.px(3), at + thumb}, with_alpha(t.muted, 0.5f), t.px(2));
    }
    return desk.scroll;
}

void draw_list(const Theme& t, Rect r, LessonDesk& desk, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16), row = t.px(62);
    draw_text(list, t.title, {left, r.min.y + t.px(12)}, t.text, "Lessons");
    float top = r.min.y + t.px(38);
    top += draw_rich_text(list, t, {left, top}, right - left, t.muted, translated("Each sets up a run in place of the one on screen, and asks you what it will do before it shows you. They build on one another.")).height + t.px(8);
    const Rect frame{{left, top}, {right, r.max.y - t.px(10)}};
    ImGui::PushClipRect(frame.min, {frame.max.x + t.px(10), frame.max.y}, true);  // of what is pressed too
    const float first = frame.min.y - scrolled(t, frame, row * static_cast<float>(desk.shelf.size()), desk);
    for (std::size_t i = 0; i < desk.shelf.size(); ++i) {
        const float y = first + row * static_cast<float>(i);
        if (y + row < frame.min.y || y > frame.max.y) continue;
        const Lesson& lesson = desk.shelf[i];
        const Rect box{{left, y}, {right, y + row - t.px(6)}};
        const Rect seen{{box.min.x, std::max(box.min.y, frame.min.y)}, {box.max.x, std::min(box.max.y, frame.max.y)}};
        if (seen.height() < t.px(4)) continue;
        if (button(t, lesson.name.c_str(), "", seen, ButtonKind::plain, "")) actions.lesson = {LessonAction::Kind::open, lesson.name, 0};
        const bool done = desk.finished.contains(lesson.name);
        draw_text(list, t.strong, {box.min.x + t.px(10), box.min.y + t.px(7)}, t.text, fitted(t.strong, std::to_string(i + 1) + "  " + lesson.title, box.width() - t.px(44)));
        if (done) draw_text_right(list, t.strong, {box.max.x - t.px(10), box.min.y + t.px(7)}, t.accent, "\u2713");
        list->PushClipRect(box.min, {box.max.x - t.px(8), box.max.y - t.px(4)}, true);
        draw_text_wrapped(list, t.small, {box.min.x + t.px(10), box.min.y + t.px(25)}, box.width() - t.px(20), t.muted, lesson.summary);
        list->PopClipRect();
    }
    ImGui::PopClipRect();
}

// A stop for each step: done, now, to come.
void draw_steps(const Theme& t, const LessonProgress& p, float left, float right, float y) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int n = static_cast<int>(p.lesson().steps.size());
    const float gap = t.px(4), width = (right - left - gap * static_cast<float>(n - 1)) / static_cast<float>(n);
    for (int i = 0; i < n; ++i) {
        const float x = left + static_cast<float>(i) * (width + gap);
        list->AddRectFilled({x, y}, {x + width, y + t.px(4)}, i < p.index() ? mixed(t.track, t.accent, 0.5f) : i == p.index() ? t.accent : t.track, t.px(2));
    }
}

constexpr float choice_height = 30, choice_gap = 5;  // at least

// The choices of a bet, or what came of it. Returns the height; draws only where list is given.
float draw_bet(const std::vector<std::string>& choices, const Theme& t, ImVec2 at, float width, const LessonProgress& p, Rect frame, bool draw, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    float y = at.y;
    for (int i = 0; i < static_cast<int>(choices.size()); ++i) {
        const Rect box{{at.x, y}, {at.x + width, y + t.pressed(choice_height)}};
        y = box.max.y + t.px(choice_gap);
        if (!draw || box.max.y < frame.min.y + t.px(8) || box.min.y > frame.max.y - t.px(8)) continue;
        const std::string& text = choices[static_cast<std::size_t>(i)];
        const bool mine = i == p.choice(), right = i == p.answer_index();
        ImGui::PushID(i);
        if (p.bet_open()) {
            const Rect seen{{box.min.x, std::max(box.min.y, frame.min.y)}, {box.max.x, std::min(box.max.y, frame.max.y)}};
            if (button(t, "choice", "", seen, ButtonKind::plain, "")) actions.lesson = {LessonAction::Kind::bet, "", i};
        } else {
            list->AddRectFilled(box.min, box.max, right ? t.accent_soft : t.card, t.px(6));
            list->AddRect(box.min, box.max, right ? t.accent : mine ? t.muted : t.border, t.px(6), 0, std::max(1.0f, t.px(right || mine ? 1.5f : 1.0f)));
        }
        ImGui::PopID();
        const std::string mark = p.bet_open() ? "" : right && mine ? "your bet  \u2713" : right ? "\u2713" : mine ? "your bet" : "";
        const float marked = text_width(t.small, mark);
        draw_text_right(list, t.small, {box.max.x - t.px(10), box.min.y + (box.height() - t.small->FontSize) / 2}, right ? t.accent : t.muted, mark);
        draw_text(list, right ? t.strong : t.regular, {box.min.x + t.px(10), box.min.y + (box.height() - t.regular->FontSize) / 2}, right ? t.accent : p.bet_open() || mine ? t.text : t.muted,
                  fitted(right ? t.strong : t.regular, text, box.width() - t.px(26) - marked));
    }
    return y - at.y + t.px(4);
}

}  // namespace

void draw_lesson_panel(const RunView& view, const LessonWorld& world, const Theme& t, Rect r, LessonDesk& desk, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    desk.hinted.clear();
    if (!desk.open) return draw_list(t, r, desk, actions);
    list->PushClipRect(r.min, r.max, true);
    const LessonProgress& p = *desk.open;
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16), width = right - left;
    float y = r.min.y + t.px(12);
    const float close = t.px(28);
    const std::string part = p.lesson().title + "  \u00B7  " + std::to_string(p.index() + 1) + " of " + std::to_string(p.lesson().steps.size());
    draw_text(list, t.small, {left, y + t.px(1)}, t.muted, fitted(t.small, part, width - close));
    if (button(t, "close lesson", "\u00D7", {{right - close + t.px(8), r.min.y + t.px(5)}, {right + t.px(8), r.min.y + t.px(5) + close}}, ButtonKind::quiet, "Back to the list of lessons (Esc)")) actions.lesson.kind = LessonAction::Kind::close;
    y += t.small->FontSize + t.px(8);
    draw_steps(t, p, left, right, y);
    y += t.px(14);

    const float footer = t.pressed(32) + t.px(18);
    const Rect frame{{left, y}, {right, r.max.y - footer}};
    // Measured first, so that scrolling knows its end; then drawn.
    float height = 0;
    for (const bool draw : {false, true}) {
        float at = draw ? frame.min.y - scrolled(t, frame, height, desk) : 0;
        const float begin = at;
        ImDrawList* on = draw ? list : nullptr;
        if (draw) ImGui::PushClipRect({frame.min.x - t.px(4), frame.min.y}, {frame.max.x + t.px(10), frame.max.y}, true);  // of what is pressed too
        if (draw) draw_text(list, t.title, {left, at}, t.text, fitted(t.title, p.step().title, width));
        at += t.title->FontSize + t.px(9);
        const auto paragraph = [&](const std::string& text, ImU32 ink) {
            const RichText drawn = draw_rich_text(on, t, {left, at}, width, ink, text);
            if (!drawn.hovered.empty()) desk.hinted = drawn.hovered;
            at += drawn.height + t.px(7);
        };
        for (const std::string& text : p.step().text) paragraph(filled(text, world, view.settings.seed), t.text);
        if (p.step().bet) {
            at += t.px(2);
            const std::vector<std::string> choices = choice_texts(p, world);
            at += draw_bet(choices, t, {left, at}, width, p, frame, draw, actions);
            if (p.answer_index() >= 0) paragraph("**" + std::string(translated(bet_told(choices, p.choice(), p.answer_index()))) + "**", t.text);
            else if (p.bet_running()) paragraph(std::string(translated("Your bet stands. Now watch \u2026")), t.accent);
        }
        if (p.step().wait && !p.done()) paragraph(std::string(translated(waiting_text(*p.step().wait, view.chain))), t.accent);
        if (p.missed()) paragraph(std::string(translated("This run ended without it. Reset it or take a new seed and try again, or go on.")), t.warning);
        if (p.done())
            for (const std::string& text : p.step().after) paragraph(filled(text, world, view.settings.seed, &p), t.text);
        if (draw) ImGui::PopClipRect();
        height = at - begin;
    }

    const float top = r.max.y - footer + t.px(8), bottom = r.max.y - t.px(10);
    list->AddLine({r.min.x, r.max.y - footer}, {r.max.x, r.max.y - footer}, t.border, std::max(1.0f, t.px(1)));
    if (p.index() > 0 && button(t, "back", "Back", {{left, top}, {left + t.px(64), bottom}}, ButtonKind::plain, "The step before (backspace)")) actions.lesson.kind = LessonAction::Kind::back;
    const Lesson* following = desk.following();
    const std::string next = !p.done() ? "Skip" : !p.last() ? "Next" : following ? "Next lesson" : "Finish";
    const float next_width = std::max(t.px(84), text_width(t.strong, next) + t.px(28));
    if (button(t, "next", next, {{right - next_width, top}, {right, bottom}}, p.done() ? ButtonKind::primary : ButtonKind::plain, p.done() ? p.last() && following ? following->title : "The next step (enter)" : "Go on without waiting (enter)")) actions.lesson.kind = LessonAction::Kind::next;
    if (p.last() && p.bets() > 0) {
        const std::string score = std::to_string(p.right_bets()) + " of " + std::to_string(p.bets()) + (p.bets() == 1 ? " bet right" : " bets right");
        draw_text_centred(list, t.small, {(left + t.px(64) + right - next_width) / 2, (top + bottom - t.small->FontSize) / 2}, t.muted, score);
    }
    list->PopClipRect();
}

}  // namespace ladder
