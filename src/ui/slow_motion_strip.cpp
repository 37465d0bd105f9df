// The strip under the toolbar: the five parts, the sentence of the one that is on, and how to go on.
#include <imgui.h>

#include <algorithm>

#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/slow_motion.h"

namespace ladder {

float draw_slow_motion(const Theme& t, Rect r, SlowMotion& motion, const std::string& sentence, Actions& actions, bool measure) {
    const float pad = t.px(12), wide = t.px(560), row = t.control();
    const bool narrow = r.width() < wide;
    const float text_height = wrapped_height(t.regular, sentence, r.width() - 2 * pad);
    // Two lines are kept free, so that the page does not move from part to part.
    const float height = pad + row + t.px(6) + std::max(text_height, (narrow ? 5 : 2) * t.regular->FontSize) + pad;
    if (measure) return height;
    ImDrawList* list = ImGui::GetWindowDrawList();
    r.max.y = r.min.y + height;
    list->AddRectFilled(r.min, r.max, t.accent_soft, t.px(6));
    list->AddRect(r.min, r.max, mixed(t.accent_soft, t.accent, 0.35f), t.px(6), 0, std::max(1.0f, t.px(1)));
    float x = r.min.x + pad;
    const float y = r.min.y + pad - t.px(2);
    if (!narrow) {
        draw_text(list, t.strong, {x, y + (row - t.strong->FontSize) / 2}, t.accent, "One step, slowly");
        x += text_width(t.strong, "One step, slowly") + t.px(16);
    }
    const ImFont* font = narrow ? t.small : t.regular;
    for (std::size_t i = 0; i < SlowMotion::names.size(); ++i) {
        const auto part = static_cast<SlowMotion::Part>(i);
        const std::string name = narrow ? SlowMotion::names[i] : std::to_string(i + 1) + " " + SlowMotion::names[i];
        const float width = text_width(font, name) + t.px(narrow ? 9.0f : 18.0f);
        const Rect chip{{x, y}, {x + width, y + row}};
        const bool on = part == motion.part();
        if (button(t, SlowMotion::names[i], "", chip, on ? ButtonKind::primary : ButtonKind::quiet, "")) motion.choose(part);
        draw_text_centred(list, font, {(chip.min.x + chip.max.x) / 2, y + (row - font->FontSize) / 2}, on ? t.on_accent : t.text, name);
        x += width + t.px(narrow ? 1.0f : 4.0f);
    }
    const float close_width = t.px(24);
    if (motion.shows_result() && !narrow) {
        const float width = text_width(t.regular, "the next step") + t.px(18);
        const Rect again{{r.max.x - pad - close_width - t.px(8) - width, y}, {r.max.x - pad - close_width - t.px(8), y + row}};
        if (button(t, "again", "", again, ButtonKind::quiet, "Another training step, slowly")) actions.slow_motion = true;
        draw_text_centred(list, t.regular, {(again.min.x + again.max.x) / 2, y + (row - t.regular->FontSize) / 2}, t.accent, "the next step");
    }
    const Rect cross{{r.max.x - pad - close_width + t.px(4), y}, {r.max.x - pad + t.px(4), y + row}};
    if (button(t, "close", "", cross, ButtonKind::quiet, "End the slow motion (Esc); the run stays where it is")) actions.follow = true;
    const ImVec2 c{(cross.min.x + cross.max.x) / 2, (cross.min.y + cross.max.y) / 2};
    const float arm = t.px(4);
    for (float way : {-1.0f, 1.0f}) list->AddLine({c.x - arm, c.y - way * arm}, {c.x + arm, c.y + way * arm}, t.accent, t.px(1.4f));
    draw_text_wrapped(list, t.regular, {r.min.x + pad, y + row + t.px(7)}, r.width() - 2 * pad, t.text, sentence);
    return height;
}

}  // namespace ladder
