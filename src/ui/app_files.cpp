// Files out and in: what is saved of the run on screen, and what is opened or dropped.
#include <imgui.h>

#include <algorithm>
#include <span>

#include "base/error.h"
#include "base/shown_text.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "run/run_files.h"
#include "ui/app_impl.h"
#include "ui/takeaway.h"

namespace ladder {

std::string App::Impl::link() const {
    if (address.empty()) return "";
    std::string text = address + write_address(preset, runs.shown().settings);
    if (toolbar.workspace == Workspace::theory) text += (text.size() == address.size() ? "?" : "&") + write_theory(theory.settings, theory.view == TheoryPanelState::View::run);
    if (language_chosen) text += (text.size() == address.size() ? "?locale=" : "&locale=") + language.code;
    return text;
}

HostRequest App::Impl::file_of(Actions::Share what) const {
    const RunView view = view_on_screen();
    return take_away(what, {view, preset, link(), branched_sentence(runs.shown().partings), shown_plots(view, curves), what == Actions::Share::svg ? drawings_on_screen(view) : std::vector<Drawing>{}});
}

// A panel in sight, or the whole window with an empty name, as parts of the window.
std::optional<std::array<float, 4>> App::Impl::area_of(std::string_view panel) const {
    if (panel.empty()) return {{0, 0, 1, 1}};
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    for (const auto& [name, r] : seen_panels)
        if (name == panel) return {{std::max(0.0f, r.min.x / size.x), std::max(0.0f, r.min.y / size.y), std::min(1.0f, r.max.x / size.x), std::min(1.0f, r.max.y / size.y)}};
    return std::nullopt;
}

void App::Impl::save_picture(const std::string& panel) {
    const auto area = area_of(panel);
    if (!area) return;
    const RunView view = runs.view();
    const std::int64_t step = view.live ? view.status.step : view.now().step;
    HostRequest request{HostRequest::Kind::picture, "attention-ladder-" + (panel.empty() ? preset : panel) + "-seed-" + std::to_string(view.settings.seed) + "-step-" + std::to_string(step) + ".png", ""};
    request.area = *area;
    requests.push_back(std::move(request));
}

// What was opened is to be seen; a lesson has the run beside it.
void App::Impl::show_run() {
    if (toolbar.workspace != Workspace::lessons) toolbar.workspace = Workspace::run;
}

// A run that begins with a model from a file rests until it is told to go on.
void App::Impl::open_model(ModelFile file) {
    file.settings = at_pace_of(runs.training().settings, file.settings);
    const std::int64_t step = file.checkpoint->step();
    begin_run(std::move(file.settings), false);
    figures_panel.running.reset();
    runs.begin_from(std::move(file.checkpoint));
    toolbar.workspace = Workspace::run;
    report("The model was opened as it was at step " + std::to_string(step) + ". Run goes on training it; Reset begins its run anew.");
}

void App::open_file(std::string_view name, std::string_view bytes) {
    Impl& s = *impl_;
    try {
        switch (file_kind(name)) {
            case FileKind::model: {
                ModelFile file = read_model_file(std::as_bytes(std::span(bytes.data(), bytes.size())), name);
                s.preset = file.settings.data == DataSource::text ? "text" : "default";
                return s.open_model(std::move(file));
            }
            case FileKind::settings: {
                SettingsFile file = read_settings_file(bytes, name);
                for (const std::string& problem : file.problems) report(shown_text(name) + ": " + problem);
                s.preset = file.preset;
                s.show_run();
                return s.start(at_pace_of(s.runs.training().settings, std::move(file.settings)));
            }
            case FileKind::lesson: return bring_lesson(name, bytes);
            case FileKind::text: use_text(std::string(bytes)); return;
        }
    } catch (const std::exception& e) {
        report(e.what());
    }
}

}  // namespace ladder
