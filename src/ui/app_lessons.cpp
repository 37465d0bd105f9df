// The open lesson: its scenes set, its bets placed, what it points at ringed.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/shown_text.h"
#include "ui/app_impl.h"
#include "ui/draw.h"
#include "ui/lesson_words.h"

namespace ladder {

LessonWorld App::Impl::lesson_world() const {
    const KeptRun& run = runs.training();
    return {runs.chain(), run.settings, *run.history, runs.status(), figures_panel.flow.get(), &lessons.judged, run.settings.blocks * run.settings.heads};
}

void App::Impl::carry_out(const LessonAction& a) {
    if (a.kind == LessonAction::Kind::none) return;
    toolbar.workspace = Workspace::lessons;
    switch (a.kind) {
        case LessonAction::Kind::none: return;
        case LessonAction::Kind::open:
            if (!lessons.choose(a.name)) report("There is no lesson called \u201C" + shown_text(a.name) + "\u201D; the list shows those there are.");
            return;
        case LessonAction::Kind::close: lessons.close(), lesson_figure = false; return;
        case LessonAction::Kind::next: lessons.forward(); return;
        case LessonAction::Kind::back: lessons.backward(); return;
        case LessonAction::Kind::bet:
            if (!lessons.open || !lessons.open->bet_open()) return;
            lessons.open->place_bet(a.choice);
            if (const auto state = runs.status().state; !lesson_figure && state != RunnerStatus::State::finished && state != RunnerStatus::State::diverged) play();
            return;
    }
}

// Once a frame: a step that was just entered sets its scene, then the world is looked at.
void App::Impl::follow_lesson() {
    // Where the reader has no way between the workspaces, a lesson that is closed leaves what the host page shows and not the shelf.
    if (std::exchange(lesson_was_open, lessons.open != nullptr) && !lessons.open && toolbar.workspace == Workspace::lessons && hidden.contains(Control::workspace) && home != Workspace::lessons) toolbar.workspace = home;
    const auto* wait = toolbar.workspace == Workspace::lessons && lessons.open && lessons.open->step().wait ? &*lessons.open->step().wait : nullptr;
    attention.maps_stay = wait && wait->what == Wait::For::press && wait->target == "attention";
    if (toolbar.workspace != Workspace::lessons || !lessons.open) {
        lesson_figure = false;
        return;
    }
    lesson_figure = !lessons.open->step().points.empty() && lessons.open->step().points.front() == "figures";
    if (const Scene* scene = lessons.open->take_scene()) enter_scene(*scene);
    const bool before = lessons.open->done();
    lessons.open->observe(lesson_world(), std::exchange(lessons.pressed, ""));
    if (lessons.open->answer_index() >= 0 && lessons.open->kept_choices().empty()) lessons.open->keep_choices(choice_texts(*lessons.open, lesson_world()));
    if (!before && lessons.open->done() && lessons.open->bet_ahead()) runs.pause();
}

void App::Impl::enter_scene(const Scene& scene) {
    lessons.judged.clear();
    maximised = false;
    const auto& points = lessons.open->step().points;
    if (std::find(points.begin(), points.end(), "attention") != points.end()) attention.close_up.open = false;  // it is about the maps
    if (scene.run) {
        preset = scene.preset;
        Settings next = at_pace_of(runs.training().settings, *scene.run);
        if (runs.training().settings.speed > 0) next.speed = scene.run->speed;  // which a lesson chooses for those who do not go at full speed
        start(next, !scene.paused);
    }
    if (!scene.figure.empty()) {
        figures_panel.chosen = scene.figure;
        run_figure(scene.figure, 1);
    }
    if (scene.speed && runs.training().settings.speed > 0) {
        runs.choose_speed(*scene.speed);
        set_pace();
    }
    if (scene.go == Scene::Go::play) play();
    // What is bet on must not be over before the bet; one placed before this frame has set the run going already.
    if (!lessons.open->bet_running() && (scene.go == Scene::Go::pause || (lessons.open->step().bet && !scene.run))) runs.pause();
    if (!points.empty()) into_sight = lesson_panel();
}

// The panel that must be in sight for the open step: the chain, where it is pointed at, else the first that is.
Panel App::Impl::lesson_panel() const {
    if (!lessons.open) return Panel::ladder;
    const auto& points = lessons.open->step().points;
    if (std::find(points.begin(), points.end(), "chain") != points.end()) return Panel::chain;
    for (const std::string& name : points)
        if (const auto panel = panel_named(name); panel && *panel != Panel::figures && *panel != Panel::toolbar) return *panel;
    return Panel::ladder;
}

// Around what the lesson or the slow motion points at, and what a link under the pointer names.
void App::Impl::draw_rings(const Layout& layout, const FrameInput& input) {
    const bool lesson = toolbar.workspace == Workspace::lessons && lessons.open;
    if (!lesson && !motion.open()) return;
    const float pulse = input.reduced_motion ? 1.0f : 0.75f + 0.25f * static_cast<float>(std::cos(3 * input.seconds));
    for (const Place& place : layout.places) {
        const std::string name = panel_name(place.panel);
        const bool hinted = lesson && lessons.hinted == name;
        bool pointed = hinted;
        if (motion.open()) pointed |= place.panel == slow_motion_panel(motion.part());
        else if (lesson) pointed |= std::count(lessons.open->step().points.begin(), lessons.open->step().points.end(), name) > 0;
        if (place.panel == Panel::lesson || !pointed) continue;
        const Rect r = to_pixels(place.box, theme.scale, scroll);
        const float out = theme.px(2);
        ImGui::GetWindowDrawList()->AddRect({r.min.x - out, r.min.y - out}, {r.max.x + out, r.max.y + out}, with_alpha(theme.accent, hinted ? 1.0f : pulse), theme.px(9), 0, theme.px(hinted ? 3.0f : 2.0f));
    }
}

}  // namespace ladder
