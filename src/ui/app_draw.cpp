// A frame drawn: which moment is shown, where the panels stand, what lies over them.
#include <algorithm>
#include <cfloat>
#include <cmath>

#include "ui/app_impl.h"
#include "ui/controls.h"
#include "ui/draw.h"

namespace ladder {

Rect to_pixels(const Box& box, float scale, float scroll) {
    const auto px = [&](float points) { return std::floor(points * scale); };
    return {{px(box.left), px(box.top) - scroll}, {px(box.left + box.width), px(box.top + box.height) - scroll}};
}

// Sentences under the toolbar, each with a way to put it aside. Returns the height in points.
float App::Impl::draw_notices(Rect toolbar_rect, const std::string& standing, bool measure) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float width = toolbar_rect.width() - theme.px(28 + 46);
    float y = toolbar_rect.max.y + theme.px(8), total = 0;
    const std::size_t count = notices.size() + !standing.empty();
    for (std::size_t i = 0; i < count; ++i) {
        const bool dismissible = i < notices.size();
        const std::string& text = dismissible ? notices[i] : standing;
        const float text_height = wrapped_height(theme.regular, text, width), height = std::max(theme.px(34), text_height + theme.px(16));
        total += height + theme.px(6);
        if (measure) continue;
        const Rect r{{toolbar_rect.min.x + theme.px(14), y}, {toolbar_rect.max.x - theme.px(14), y + height}};
        list->AddRectFilled(r.min, r.max, theme.warning_soft, theme.px(6));
        list->AddRect(r.min, r.max, mixed(theme.warning_soft, theme.warning, 0.35f), theme.px(6), 0, std::max(1.0f, theme.px(1)));
        draw_text_wrapped(list, theme.regular, {r.min.x + theme.px(12), y + (height - text_height) / 2}, width, theme.warning, text);
        ImGui::PushID(static_cast<int>(i));
        const Rect cross{{r.max.x - theme.px(32), y + theme.px(4)}, {r.max.x - theme.px(6), y + theme.px(30)}};
        const bool put_aside = dismissible && button(theme, "dismiss", "", cross, ButtonKind::quiet, "Put this message aside");
        if (dismissible) {
            const ImVec2 c{(cross.min.x + cross.max.x) / 2, (cross.min.y + cross.max.y) / 2};
            const float arm = theme.px(4);
            for (float way : {-1.0f, 1.0f}) list->AddLine({c.x - arm, c.y - way * arm}, {c.x + arm, c.y + way * arm}, theme.warning, theme.px(1.4f));
        }
        if (put_aside) {
            notices.erase(notices.begin() + static_cast<std::ptrdiff_t>(i));
            ImGui::PopID();
            return total / theme.scale;
        }
        ImGui::PopID();
        y += height + theme.px(6);
    }
    return count ? total / theme.scale + 2 : 0;
}

void App::Impl::draw_panel(Panel panel, Rect r, const RunView& view, const Layout& layout, Drawn& drawn, Actions& actions) {
    const bool edited = editor.open && editor_place(layout) == panel;
    drawn.editor |= edited;
    drawn.close_up |= panel == Panel::attention && !edited && attention.close_up.open;
    drawn.enlarged |= panel == Panel::chain && !edited && chain_panel.enlarged >= 0;
    if (edited) draw_settings_editor(view, theme, r, preset_settings(), editor, actions);
    switch (panel) {
        case Panel::toolbar: draw_toolbar(view, theme, r, preset, toolbar, actions, layout.bar_in_rows); return;
        case Panel::chain:
            if (!edited) draw_chain_panel(view, theme, r, maps, chain_panel, editor, actions);
            break;
        case Panel::attention:
            if (edited) break;
            if (attention.close_up.open) draw_close_up(view, theme, r, attention.close_up, actions);
            else draw_attention_panel(view, theme, r, maps, attention, actions);
            break;
        case Panel::ladder:
            if (!edited) draw_ladder_panel(view, theme, r, ladder);
            break;
        case Panel::figures: draw_figures_panel(view, theme, r, figures_panel, actions); return;
        case Panel::theory: draw_theory_panel(view, theme, r, theory); return;
        case Panel::lesson: draw_lesson_panel(view, lesson_world(), theme, r, lessons, actions); return;
        case Panel::curves:
            if (!edited) draw_curves_panel(view, theme, r, curves, actions);
            break;
    }
    // While settings are edited no other panel fills the window: the editor would stand in its place.
    if (hidden.contains(Control::maximise) || (editor.open && !edited)) return;
    // A corner of every card makes it fill the window, and brings it back.
    // Larger than it looks, so that a finger finds it.
    const float reach = theme.px(layout.kind == Layout::Kind::stacked ? 30.0f : 20.0f);
    const Rect corner{{r.max.x - reach, r.min.y}, {r.max.x, r.min.y + reach}};
    if (button(theme, "maximise", "", corner, ButtonKind::quiet, maximised ? "Back to all panels (Esc)" : "Let this panel fill the window")) {
        maximised = !maximised;
        maximised_panel = panel;
    }
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 b{r.max.x - theme.px(6), r.min.y + theme.px(6)}, a{b.x - theme.px(6), b.y + theme.px(6)};
    const float tick = theme.px(3.5f), line = std::max(1.0f, theme.px(1));
    const ImU32 ink = hovered(r) ? theme.muted : theme.faint;
    list->AddLine({b.x - tick, b.y}, b, ink, line);
    list->AddLine({b.x, b.y + tick}, b, ink, line);
    list->AddLine({a.x + tick, a.y}, a, ink, line);
    list->AddLine({a.x, a.y - tick}, a, ink, line);
}

// Wheel and finger move the stacked page; a control that is held keeps the finger to itself. elsewhere: they are on what lies above the page.
void App::Impl::scroll_by_hand(const Layout& layout, float height, std::optional<Panel> edited, bool elsewhere) {
    const float most = std::max(0.0f, layout.height * theme.scale - height);
    ImGuiIO& io = ImGui::GetIO();
    if (layout.kind == Layout::Kind::stacked) {
        // Over the editor the wheel moves its rows.
        const bool rows = std::any_of(layout.places.begin(), layout.places.end(), [&](const Place& p) { return p.panel == edited && hovered(to_pixels(p.box, theme.scale, scroll)); });
        if (!elsewhere && !rows) scroll -= io.MouseWheel * theme.px(60);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) scroll_drag = !elsewhere && !ImGui::IsAnyItemHovered() && !ImGui::IsAnyItemActive();
        if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) scroll_drag = false;
        if (scroll_drag && ImGui::IsMouseDragging(ImGuiMouseButton_Left, theme.px(4))) scroll -= io.MouseDelta.y;
    }
    scroll = std::clamp(std::floor(scroll), 0.0f, most);
    if (most > 0) {
        const float track = height, thumb = std::max(theme.px(30), height * height / (layout.height * theme.scale)), at = scroll / most * (track - thumb), x = io.DisplaySize.x - theme.px(4);
        ImGui::GetWindowDrawList()->AddRectFilled({x, at}, {x + theme.px(3), at + thumb}, with_alpha(theme.muted, 0.5f), theme.px(2));
    }
}

void App::Impl::draw(const FrameInput& input, float frame_seconds) {
    attention.maps.clear();
    if (curves.playback.direction() != 0 && !shown_history().empty()) shown_step = curves.playback.advance(frame_seconds, shown_history()[0].step, shown_history().newest().step);
    follow_editor();
    const History& run = shown_history();
    const bool live = shown_step < 0 || run.empty();
    RunView view{shown_settings(), *chain, run, status, shown_number()};
    view.shown = run.empty() ? 0 : live ? run.size() - 1 : run.at_step(shown_step);
    add_branch(view);
    view.live = live && view.trains;
    view.block = attention.block;
    view.linkable = !address.empty();
    view.speed = speed();
    view.hidden = hidden;
    view.embedded = presentation.embedded;
    view.has_page = input.has_form;
    view.members = members.state();
    for (const auto& [name, r] : seen_panels) view.seen_panels.push_back(name);
    view.frame_seconds = frame_seconds;
    view.still = input.reduced_motion || !live;
    if (attention.what_if.asking()) update_what_if(view, attention.what_if);  // the form asks too, where no maps are in sight

    const ImVec2 size = ImGui::GetIO().DisplaySize;
    std::string standing;
    if (status.state == RunnerStatus::State::diverged || status.state == RunnerStatus::State::failed) standing = status.message;
    if (*maps.problem()) standing = maps.problem();

    Actions actions;
    const float width = size.x / theme.scale, height = size.y / theme.scale;
    const float side = theme.px(14);
    const std::string slowly = motion.open() ? motion_sentence() : "";
    const float motion_height = motion.open() ? draw_slow_motion(theme, {{side, 0}, {size.x - side, 0}}, motion, slowly, actions, true) + theme.px(8) : 0;
    const float message_height = draw_notices({{0, 0}, {size.x, 0}}, standing, true), notice_height = message_height + motion_height / theme.scale;
    constexpr Panel paper = Panel::figures, equations = Panel::theory;
    const Panel* alone = shows_figures() ? &paper : toolbar.workspace == Workspace::theory ? &equations : maximised ? &maximised_panel : nullptr;
    const float chain_height = chain_panel_height(view, theme, width) / theme.scale;
    arrangement.curves_height = curves_panel_height(view, theme, size.x, curves) / theme.scale;
    Layout layout = toolbar.workspace == Workspace::lessons ? make_lesson_layout(width, height, notice_height, chain_height, settings.heads, alone, arrangement, lesson_panel())
                                                            : make_layout(width, height, notice_height, chain_height, settings.heads, alone, arrangement);
    if (alone == &equations) {
        follow_theory(view, theory);
        Box& box = layout.places.back().box;
        box.height = std::max(box.height, theory_panel_height(theme, box.width * theme.scale, theory) / theme.scale);
        layout.height = std::max(layout.height, box.top + box.height + 8);
        if (layout.height > height) layout.kind = Layout::Kind::stacked;  // it scrolls
    }
    const std::optional<Panel> edited = editor.open ? editor_place(layout) : std::nullopt;
    if (edited && !editor_placed && layout.kind == Layout::Kind::stacked) into_sight = edited;
    editor_placed = edited.has_value();
    const auto lesson = std::find_if(layout.places.begin(), layout.places.end(), [](const Place& p) { return p.panel == Panel::lesson; });
    sheet = lesson == layout.places.end() ? Rect{} : to_pixels(lesson->box, theme.scale, 0);
    std::optional<UnderSheet> under(std::in_place, sheet);
    scroll_by_hand(layout, size.y, edited, under->has_pointer() || other_window_hovered());
    // The editor's rows are a window of their own, which would lie above the lesson and keep the hand from it.
    ImGui::PushClipRect({0, 0}, {size.x, layout.covered > 0 ? sheet.min.y : size.y}, true);
    Drawn drawn;
    drawn.maximised = alone == &maximised_panel;
    // Controls of several panels have one name, and all stand in one window.
    const auto draw_named = [&](Panel panel, Rect r) {
        ImGui::PushID(panel_name(panel));
        draw_panel(panel, r, view, layout, drawn, actions);
        ImGui::PopID();
    };
    Rect bar{};
    seen_panels.clear();
    for (const Place& place : layout.places) {
        if (place.panel == Panel::lesson) continue;
        const Rect r = to_pixels(place.box, theme.scale, scroll);
        if (place.panel == Panel::toolbar) {
            bar = r;
            continue;
        }
        if (r.max.y > 0 && r.min.y < size.y) draw_named(place.panel, r);
        const float middle = (r.min.y + r.max.y) / 2;
        if (middle > 0 && middle < size.y) seen_panels.emplace_back(panel_name(place.panel), r);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && hovered(r)) lessons.pressed = panel_name(place.panel);
        if (into_sight == place.panel && layout.kind == Layout::Kind::stacked) {
            // Its head under the window's upper edge, what a lesson covers left free.
            scroll = place.box.top * theme.scale - theme.px(8);
            into_sight.reset();
        }
    }
    draw_rings(layout, input);
    draw_notices(bar, standing, false);
    if (motion.open()) draw_slow_motion(theme, {{bar.min.x + side, bar.max.y + theme.px(8 + message_height)}, {bar.max.x - side, 0}}, motion, slowly, actions, false);
    draw_named(Panel::toolbar, bar);
    ImGui::PopClipRect();
    under.reset();
    if (lesson != layout.places.end()) draw_named(Panel::lesson, sheet);
    keys(view, drawn, actions);
    attention.pinch = {};  // what no map has taken is over
    list_open = ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
    carry_out(actions);
}

}  // namespace ladder
