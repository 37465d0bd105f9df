#include "ui/notices.h"

#include <algorithm>

#include "ui/draw.h"

namespace ladder {
namespace {

void draw_notice(const Theme& t, Rect r, float wide, float high, const std::string& text) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(r.min, r.max, t.warning_soft, t.px(6));
    list->AddRect(r.min, r.max, mixed(t.warning_soft, t.warning, 0.35f), t.px(6), 0, std::max(1.0f, t.px(1)));
    draw_text_wrapped(list, t.regular, {r.min.x + t.px(12), r.min.y + (r.height() - high) / 2}, wide, t.warning, text);
}

// At the notice's right end; true when it was pressed.
bool draw_cross(const Theme& t, Rect notice) {
    const Rect cross{{notice.max.x - t.px(32), notice.min.y + t.px(4)}, {notice.max.x - t.px(6), notice.min.y + t.px(30)}};
    const bool pressed = button(t, "dismiss", "", cross, ButtonKind::quiet, "Put this message aside");
    const ImVec2 c{(cross.min.x + cross.max.x) / 2, (cross.min.y + cross.max.y) / 2};
    const float arm = t.px(4);
    for (float way : {-1.0f, 1.0f}) ImGui::GetWindowDrawList()->AddLine({c.x - arm, c.y - way * arm}, {c.x + arm, c.y + way * arm}, t.warning, t.px(1.4f));
    return pressed;
}

}  // namespace

void Notices::add(const std::string& sentence) {
    if (std::find(sentences_.begin(), sentences_.end(), sentence) != sentences_.end()) return;
    // More than a few at once would cover the page.
    constexpr std::size_t most = 4;
    if (sentences_.size() < most) sentences_.push_back(sentence);
    else sentences_.back() = "There were further messages; they were left out.";
}

float Notices::draw(const Theme& t, Rect toolbar, const std::string& standing, bool measure) {
    const float width = toolbar.width() - t.px(28 + 46);
    const std::size_t count = sentences_.size() + !standing.empty();
    float y = toolbar.max.y + t.px(8), total = 0;
    std::size_t put_aside = count;
    for (std::size_t i = 0; i < count; ++i) {
        const bool dismissible = i < sentences_.size();
        const std::string& text = dismissible ? sentences_[i] : standing;
        const float text_height = wrapped_height(t.regular, text, width), height = std::max(t.px(34), text_height + t.px(16));
        total += height + t.px(6);
        if (measure) continue;
        const Rect r{{toolbar.min.x + t.px(14), y}, {toolbar.max.x - t.px(14), y + height}};
        draw_notice(t, r, width, text_height, text);
        ImGui::PushID(static_cast<int>(i));
        if (dismissible && draw_cross(t, r)) put_aside = i;
        ImGui::PopID();
        y += height + t.px(6);
    }
    if (put_aside < count) sentences_.erase(sentences_.begin() + static_cast<std::ptrdiff_t>(put_aside));
    return count ? total / t.scale + 2 : 0;
}

}  // namespace ladder
