// A frame drawn: which moment is shown, where the panels stand, what lies over them.
#include <imgui_internal.h>  // ClearActiveID

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

// The panel that has all the room under the bar; none: each has its own.
std::optional<Panel> App::Impl::alone() const {
    if (shows_figures()) return Panel::figures;
    if (toolbar.workspace == Workspace::theory) return Panel::theory;
    if (maximised) return maximised_panel;
    return {};
}

// size in pixels, notice_height in points.
Layout App::Impl::lay_out(const RunView& view, ImVec2 size, float notice_height) {
    const float width = size.x / theme.scale, height = size.y / theme.scale, chain_height = chain_panel_height(view, theme, size.x) / theme.scale;
    const std::optional<Panel> whole = alone();
    const Panel* only = whole ? &*whole : nullptr;
    arrangement.curves_height = curves_panel_height(view, theme, size.x, curves) / theme.scale;
    Layout layout = toolbar.workspace == Workspace::lessons ? make_lesson_layout(width, height, notice_height, chain_height, view.settings.heads, only, arrangement, lesson_panel())
                                                            : make_layout(width, height, notice_height, chain_height, view.settings.heads, only, arrangement);
    if (whole != Panel::theory) return layout;
    follow_theory(view, theory);
    Box& box = layout.places.back().box;
    box.height = std::max(box.height, theory_panel_height(theme, box.width * theme.scale, theory) / theme.scale);
    layout.height = std::max(layout.height, box.top + box.height + 8);
    if (layout.height > height) layout.kind = Layout::Kind::stacked;  // it scrolls
    return layout;
}

void App::Impl::draw_panel(Panel panel, Rect r, const RunView& view, const Layout& layout, Drawn& drawn, Actions& actions) {
    const bool edited = editor.open && editor_place(layout) == panel;
    drawn.editor |= edited;
    drawn.close_up |= panel == Panel::attention && !edited && attention.close_up.open;
    drawn.enlarged |= panel == Panel::chain && !edited && chain_panel.enlarged >= 0;
    ImGui::PushID(panel_name(panel));  // controls of several panels have one name, and all stand in one window
    bool card = edited;
    if (edited) draw_settings_editor(view, theme, r, preset_settings(), editor, actions);
    else card = draw_content(panel, r, view, layout, actions);
    // While settings are edited no other panel fills the window: the editor would stand in its place.
    if (card && !hidden.contains(Control::maximise) && (!editor.open || edited)) draw_maximiser(panel, r, layout);
    ImGui::PopID();
}

// Whether it is a card that may fill the window.
bool App::Impl::draw_content(Panel panel, Rect r, const RunView& view, const Layout& layout, Actions& actions) {
    switch (panel) {
        case Panel::toolbar: draw_toolbar(view, theme, r, preset, toolbar, actions, layout.bar); return false;
        case Panel::figures: draw_figures_panel(view, theme, r, figures_panel, actions); return false;
        case Panel::theory: draw_theory_panel(view, theme, r, theory); return false;
        case Panel::lesson: draw_lesson_panel(view, lesson_world(), theme, r, lessons, actions); return false;
        case Panel::chain: draw_chain_panel(view, theme, r, maps, chain_panel, editor, actions); return true;
        case Panel::ladder: draw_ladder_panel(view, theme, r, ladder); return true;
        case Panel::curves: draw_curves_panel(view, theme, r, curves, actions); return true;
        case Panel::attention:
            if (attention.close_up.open) draw_close_up(view, theme, r, attention.close_up, actions);
            else draw_attention_panel(view, theme, r, maps, attention, actions);
            return true;
    }
    return false;
}

// A corner of every card makes it fill the window, and brings it back.
void App::Impl::draw_maximiser(Panel panel, Rect r, const Layout& layout) {
    // Larger than it looks, so that a finger finds it.
    const float reach = theme.px(theme.finger ? 36.0f : layout.kind == Layout::Kind::stacked ? 30.0f : 20.0f);
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

// What the wheel has moved since the last frame.
float App::Impl::wheel_pixels() const {
    // web/touch.js has a notch for so many points of the page, whatever the size of the text; lists of Dear ImGui scroll about as far.
    constexpr float finger_notch = 67.5f;
    return ImGui::GetIO().MouseWheel * (by_touch() ? finger_notch * theme.scale / magnified : theme.px(60));
}

// Whether the pointer is on its way over the page and means nothing on it: a finger that scrolls, a press that closed what lay above.
bool App::Impl::passes_over() {
    const ImGuiIO& io = ImGui::GetIO();
    const bool pressed = ImGui::IsMouseClicked(ImGuiMouseButton_Left), held = ImGui::IsMouseDown(ImGuiMouseButton_Left) || ImGui::IsMouseReleased(ImGuiMouseButton_Left);
    if (pressed) finger_scrolls = false;
    if (!pressed && by_touch() && io.MouseWheel != 0 && !finger_scrolls) {
        finger_scrolls = true;
        ImGui::ClearActiveID();  // what it rested on is not pressed
    }
    if (closed_at && (pressed || (!held && (closed_at->x != io.MousePos.x || closed_at->y != io.MousePos.y)))) closed_at.reset();
    if (pressed && (toolbar.help_open || list_open) && !other_window_hovered()) {
        toolbar.help_open = false;
        closed_at = io.MousePos;
    }
    return closed_at || (finger_scrolls && by_touch());
}

// The wheel moves the stacked page, as which a finger's way comes too, and a mouse that drags it; a control that is held keeps the mouse to itself. elsewhere: they are on what lies above the page.
void App::Impl::scroll_by_hand(const Layout& layout, float height, std::optional<Panel> edited, bool elsewhere) {
    const float most = std::max(0.0f, layout.height * theme.scale - height);
    ImGuiIO& io = ImGui::GetIO();
    if (layout.kind == Layout::Kind::stacked) {
        // Over the editor the wheel moves its rows.
        const bool rows = std::any_of(layout.places.begin(), layout.places.end(), [&](const Place& p) { return p.panel == edited && hovered(to_pixels(p.box, theme.scale, scroll)); });
        if (!elsewhere && !rows) scroll -= wheel_pixels();
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) scroll_drag = !by_touch() && !elsewhere && !ImGui::IsAnyItemHovered() && !ImGui::IsAnyItemActive();
        if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) scroll_drag = false;
        if (scroll_drag && ImGui::IsMouseDragging(ImGuiMouseButton_Left, theme.px(4))) scroll -= io.MouseDelta.y;
    }
    scroll = std::clamp(std::floor(scroll), 0.0f, most);
    if (most > 0) {
        const float track = height, thumb = std::max(theme.px(30), height * height / (layout.height * theme.scale)), at = scroll / most * (track - thumb), x = io.DisplaySize.x - theme.px(4);
        ImGui::GetWindowDrawList()->AddRectFilled({x, at}, {x + theme.px(3), at + thumb}, with_alpha(theme.muted, 0.5f), theme.px(2));
    }
}

// The panels of the scrolled page, as far as they are in sight.
void App::Impl::draw_places(const RunView& view, const Layout& layout, float height, Drawn& drawn, Actions& actions) {
    seen_panels.clear();
    for (const Place& place : layout.places) {
        if (place.panel == Panel::lesson || place.panel == Panel::toolbar) continue;
        const Rect r = to_pixels(place.box, theme.scale, scroll);
        if (r.max.y > 0 && r.min.y < height) draw_panel(place.panel, r, view, layout, drawn, actions);
        const float middle = (r.min.y + r.max.y) / 2;
        if (middle > 0 && middle < height) seen_panels.emplace_back(panel_name(place.panel), r);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && hovered(r)) lessons.pressed = panel_name(place.panel);
        if (into_sight == place.panel && layout.kind == Layout::Kind::stacked) {
            // Its head under the window's upper edge, what a lesson covers left free.
            scroll = place.box.top * theme.scale - theme.px(8);
            into_sight.reset();
        }
    }
}

void App::Impl::draw(const FrameInput& input, float frame_seconds) {
    attention.maps.clear();
    if (const History& run = *runs.shown().history; curves.playback.direction() != 0 && !run.empty()) runs.show(curves.playback.advance(frame_seconds, run[0].step, run.newest().step));
    follow_editor();
    RunView view = view_on_screen();
    view.frame_seconds = frame_seconds;
    view.still = input.reduced_motion || !runs.follows();
    if (attention.what_if.asking()) update_what_if(view, attention.what_if);  // the form asks too, where no maps are in sight

    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const bool broken = view.status.state == RunnerStatus::State::diverged || view.status.state == RunnerStatus::State::failed;
    const std::string standing = *maps.problem() ? maps.problem() : broken ? view.status.message : "", slowly = motion.open() ? motion_sentence() : "";
    Actions actions;
    const float side = theme.px(14);
    const float motion_height = motion.open() ? draw_slow_motion(theme, {{side, 0}, {size.x - side, 0}}, motion, slowly, actions, true) + theme.px(8) : 0;
    const float message_height = notices.draw(theme, {{0, 0}, {size.x, 0}}, standing, true);
    const Layout layout = lay_out(view, size, message_height + motion_height / theme.scale);
    const auto place_of = [&](Panel panel) { return std::find_if(layout.places.begin(), layout.places.end(), [&](const Place& p) { return p.panel == panel; }); };
    const std::optional<Panel> edited = editor.open ? editor_place(layout) : std::nullopt;
    if (edited && !editor_placed && layout.kind == Layout::Kind::stacked) into_sight = edited;
    editor_placed = edited.has_value();
    const auto lesson = place_of(Panel::lesson);
    sheet = lesson == layout.places.end() ? Rect{} : to_pixels(lesson->box, theme.scale, 0);
    lessons.turned = hovered(sheet) ? wheel_pixels() : 0;
    scroll_by_hand(layout, size.y, edited, UnderSheet(sheet).has_pointer() || other_window_hovered());
    const UnderSheet passing(passes_over() ? Rect{{0, 0}, size} : Rect{});
    std::optional<UnderSheet> under(std::in_place, sheet);
    // The editor's rows are a window of their own, which would lie above the lesson and keep the hand from it.
    ImGui::PushClipRect({0, 0}, {size.x, layout.covered > 0 ? sheet.min.y : size.y}, true);
    Drawn drawn;
    drawn.maximised = maximised && alone() == maximised_panel;
    const Rect bar = to_pixels(place_of(Panel::toolbar)->box, theme.scale, scroll);
    draw_places(view, layout, size.y, drawn, actions);
    draw_rings(layout, input);
    notices.draw(theme, bar, standing, false);
    if (motion.open()) draw_slow_motion(theme, {{bar.min.x + side, bar.max.y + theme.px(8 + message_height)}, {bar.max.x - side, 0}}, motion, slowly, actions, false);
    draw_panel(Panel::toolbar, bar, view, layout, drawn, actions);
    ImGui::PopClipRect();
    under.reset();
    if (lesson != layout.places.end()) draw_panel(Panel::lesson, sheet, view, layout, drawn, actions);
    keys(view, drawn, actions);
    attention.pinch = {};  // what no map has taken is over
    const bool open_now = ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
    if (list_open && !open_now && !closed_at) closed_at = ImGui::GetIO().MousePos;  // what was chosen lay above something else
    list_open = open_now;
    carry_out(actions);
}

}  // namespace ladder
