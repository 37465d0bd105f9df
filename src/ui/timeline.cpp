// The bands are of the run that is on screen, up to its newest moment; what is still to come stays empty.
#include "ui/timeline.h"

#include <algorithm>
#include <cmath>

#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {
namespace {

const char* phase_title(Phase phase) { return phase == Phase::competitive ? "Competitive" : phase == Phase::cooperative ? "Cooperative" : "Undecided"; }
const char* phase_meaning(Phase phase) {
    return phase == Phase::competitive ? "Most heads look at the same span." : phase == Phase::cooperative ? "The heads serve different spans." : "Neither: no span has most of the heads yet, or there is one head or one span alone.";
}
ImU32 phase_colour(const Theme& t, Phase phase) { return phase == Phase::competitive ? mixed(t.track, t.muted, 0.75f) : phase == Phase::cooperative ? mixed(t.track, t.accent, 0.75f) : mixed(t.track, t.muted, 0.25f); }

struct Strip {
    ImDrawList* list;
    const PlotResult& plot;
    float first, last;  // pixels
    float at(double step) const { return plot.x.places(step) ? std::clamp(plot.x.pixel(step), first, last) : first; }
    // One band; true under the pointer.
    bool band(double from, double to, float top, float bottom, ImU32 colour) const {
        const float a = at(from), b = at(to);
        if (b <= a) return false;
        list->AddRectFilled({a, top}, {b, bottom}, colour);
        return hovered({{a, top}, {b, bottom}});
    }
};

std::string steps_text(std::int64_t from, std::int64_t to) { return "steps " + std::to_string(from) + " to " + std::to_string(to); }

// Returns true when a note of a band was shown.
bool draw_bands(const RunView& view, const Theme& t, const Strip& strip, float top, float split, float bottom, bool notes) {
    bool noted = false;
    const auto note = [&](const std::string& title, const std::string& body) {
        if (notes) show_note(t, title, body), noted = true;
    };
    const Readout& readout = view.history.readout();
    for (const Stage& stage : readout.stages()) {
        const std::size_t tint = static_cast<std::size_t>(std::clamp(stage.rung, 0, 8));
        if (strip.band(static_cast<double>(stage.start), static_cast<double>(stage.end), top, split - t.px(1), mixed(t.stage_tint[tint], t.stage_line[tint], 0.55f)))
            note("Stage " + rung_symbol(stage.rung) + ", " + steps_text(stage.start, stage.end), "Nearest to " + rung_predictor(view.chain, stage.rung) + ". Drag along the line to see any moment.");
    }
    // A notch where the rung changes.
    for (const RungChange& change : readout.rung_changes()) {
        const float x = std::floor(strip.at(static_cast<double>(change.step))) + 0.5f;
        strip.list->AddLine({x, top}, {x, split - t.px(1)}, t.card, std::max(1.0f, t.px(1.5f)));
    }
    std::int64_t start = view.history[0].step;
    Phase phase = Phase::undecided;
    const auto draw_phase = [&](std::int64_t end) {
        if (strip.band(static_cast<double>(start), static_cast<double>(end), split + t.px(1), bottom, phase_colour(t, phase))) note(std::string(phase_title(phase)) + ", " + steps_text(start, end), phase_meaning(phase));
    };
    for (const PhaseChange& change : readout.phase_changes()) {
        draw_phase(change.step);
        start = change.step, phase = change.to;
    }
    draw_phase(view.history.newest().step);
    return noted;
}

void draw_diamond(ImDrawList* list, const Theme& t, float x, float y, ImU32 colour) {
    const float half = t.px(4.5f);
    list->AddQuadFilled({x, y - half}, {x + half, y}, {x, y + half}, {x - half, y}, colour);
    list->AddQuad({x, y - half}, {x + half, y}, {x, y + half}, {x - half, y}, t.card, std::max(1.0f, t.px(1)));
}

}  // namespace

void draw_timeline(const RunView& view, const Theme& t, Rect r, const PlotResult& plot, CurvesPanelState& state, Actions& actions) {
    const Strip strip{ImGui::GetWindowDrawList(), plot, plot.area.min.x, plot.area.max.x};
    ImDrawList* list = strip.list;
    const float first = strip.first, last = strip.last, middle = std::floor((r.min.y + r.max.y) / 2);
    const double newest_step = static_cast<double>(view.history.newest().step);
    const float x = strip.at(static_cast<double>(view.now().step)), newest = strip.at(newest_step);
    ImGui::SetCursorScreenPos({first - t.px(8), r.min.y});
    ImGui::InvisibleButton("timeline", {std::max(1.0f, last - first + t.px(16)), std::max(1.0f, r.height())});
    const int arrow = arrow_pressed();
    const bool active = dragged(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible, over = ImGui::IsItemHovered();
    state.dragging = active;

    const float top = middle - t.px(6), split = middle + t.px(2), bottom = middle + t.px(6);
    list->AddRectFilled({first, top}, {last, split - t.px(1)}, t.track, t.px(2));
    list->AddRectFilled({first, split + t.px(1)}, {last, bottom}, t.track, t.px(2));
    const auto pointed = [&](float at, float reach) { return over && !active && std::abs(ImGui::GetIO().MousePos.x - at) < t.px(reach); };
    // Where early stopping would end the run. Its mark lies on the bands, so their notes give way to its own.
    const Snapshot& best = view.history[view.history.best()];
    const bool marked = best.step < view.history.newest().step && plot.x.places(static_cast<double>(best.step));
    const float mark = strip.at(static_cast<double>(best.step));
    const bool on_cursor = pointed(x, 9), on_mark = marked && !on_cursor && pointed(mark, 6);
    const bool noted = draw_bands(view, t, strip, top, split, bottom, over && !active && !on_cursor && !on_mark) || on_mark;
    if (marked) draw_diamond(list, t, mark, middle, t.warning);
    if (on_mark) show_note(t, "Early stopping", early_stop_sentence(view.chain, best, view.history.newest()));
    list->AddCircleFilled({x, middle}, t.px(over || active ? 8.5f : 7.5f), t.card, 24);
    list->AddCircleFilled({x, middle}, t.px(over || active ? 7.0f : 6.0f), t.accent, 24);
    if (focused) list->AddCircle({x, middle}, t.px(10), t.accent, 24, t.px(1.5f));
    if (arrow < 0 && view.shown > 0) actions.show = view.shown - 1;
    if (arrow > 0) {
        if (view.shown + 1 < view.history.size()) actions.show = view.shown + 1;
        else actions.follow = true;
    }
    if (active) {
        const float mouse = std::clamp(ImGui::GetIO().MousePos.x, first, last);
        if (mouse >= newest - t.px(2)) actions.follow = true;
        else actions.show = view.history.at_step(static_cast<std::int64_t>(std::llround(plot.x.value(mouse))));
    } else if (over && !noted) {
        show_note(t, "step " + std::to_string(view.now().step), std::string("Drag to any moment: everything on the page shows the model of that step.") + (view.status.state == RunnerStatus::State::running ? " Training goes on meanwhile." : ""));
    }
}

float draw_transport(const RunView& view, const Theme& t, ImVec2 at, const CurvesPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float side = t.px(t.finger ? 34.0f : 26.0f), half = t.control() / 2;
    float x = at.x;
    for (const int direction : {-1, 1}) {
        const bool on = state.playback.direction() == direction;
        const Rect r{{x, at.y - half}, {x + side, at.y + half}};
        const char* note = on ? "Stop here" : direction < 0 ? "Play the run backwards from the moment that is shown" : "Play the run from the moment that is shown; from the newest one, from the beginning";
        if (button(t, direction < 0 ? "backwards" : "forwards", "", r, ButtonKind::plain, note, on) && view.ready()) actions.playback = on ? 0 : direction;
        const ImVec2 c{(r.min.x + r.max.x) / 2, at.y};
        const ImU32 ink = on ? t.accent : t.text;
        const float a = t.px(4);
        if (on) {
            for (const float way : {-1.0f, 1.0f}) list->AddRectFilled({c.x + way * t.px(2.5f) - t.px(1.2f), c.y - a}, {c.x + way * t.px(2.5f) + t.px(1.2f), c.y + a}, ink);
        } else {
            const float way = static_cast<float>(direction);
            list->AddTriangleFilled({c.x - way * a * 0.8f, c.y - a}, {c.x + way * a, c.y}, {c.x - way * a * 0.8f, c.y + a}, ink);
        }
        x += side + t.px(4);
    }
    const std::string speed = compact(state.playback.speed()) + "\u00D7";
    const Rect r{{x, at.y - half}, {x + t.px(t.finger ? 36.0f : 44.0f), at.y + half}};
    if (button(t, "playback speed", speed, r, ButtonKind::quiet, "Speed of the playback: at 1\u00D7 the whole run takes 16 seconds")) actions.playback_speed = true;
    return r.max.x;
}

}  // namespace ladder
