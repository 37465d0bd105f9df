// What a person or a host page asked for, carried out.
#include <imgui.h>

#include "base/error.h"
#include "experiment/svg.h"
#include "run/metrics.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "ui/app_impl.h"
#include "ui/lesson_words.h"
#include "ui/summary_words.h"

namespace ladder {
namespace {

// The largest seed that a URL and JSON carry exactly.
constexpr std::uint64_t seed_limit = std::uint64_t{1} << 53;

}  // namespace

void App::Impl::carry_out(const Actions& a) {
    travel(a);
    if (a.speed) {
        runs.choose_speed(*a.speed);
        figures_panel.full_speed = false;
        set_pace();
    }
    if (a.pause) runs.pause();
    if (a.play && !a.reset) play();
    else if (a.step && !a.reset) go_live(), runs.step();
    if (a.slow_motion) ask_slow_motion();
    if (a.show_before) close_motion();
    if (a.play || a.step || a.follow || a.show || a.playback) motion.close();
    if (a.preset) choose_preset(*a.preset);
    share(a.share);
    // Asked for, so it runs where nothing begins by itself too.
    if (a.run_figure && run_figure(*a.run_figure, figures_panel.seeds)) runs.play();
    if (a.stop_figure) end_figure(), runs.pause();
    ask_host(a);
    sweep(a);
    carry_out(a.lesson);
    if (a.reset) {
        start(runs.shown().settings);
        if (a.play) runs.play();  // where nothing begins by itself too
    }
    if (a.new_seed) {
        Settings next = runs.shown().settings;
        next.seed = (next.seed + 1) % seed_limit;
        start(next);
    }
    if (a.apply) apply(*a.apply);
}

void App::Impl::ask_slow_motion() {
    if (runs.status().ended()) return report("Slow motion takes one more training step, and this run has ended. Again begins it anew; a later \"Stop at step\" in the settings lets it go on.");
    const bool elsewhere = toolbar.workspace == Workspace::paper || toolbar.workspace == Workspace::theory;
    if (elsewhere && hidden.contains(Control::workspace)) return;
    if (elsewhere) toolbar.workspace = Workspace::run;
    runs.pause();
    go_live();
    motion.ask();
}

// What only the page or the window can do.
void App::Impl::ask_host(const Actions& a) {
    const auto ask = [&](HostRequest::Kind kind, const std::string& name = "") { requests.push_back({kind, name, ""}); };
    if (a.ask_text) ask(HostRequest::Kind::ask_text);
    if (a.picture) save_picture(*a.picture);
    if (a.open_file) ask(HostRequest::Kind::open_file);
    if (a.plan_embed) report_branched(), ask(HostRequest::Kind::plan_embed);
    if (a.show_form) ask(HostRequest::Kind::show_form);
    if (a.licences) ask(HostRequest::Kind::licences);
    if (a.language) ask(HostRequest::Kind::language, *a.language);
}

// Before a way out that does not hold it.
void App::Impl::report_branched() {
    if (const std::string branched = branched_sentence(runs.shown().partings); !branched.empty()) report(branched);
}

void App::Impl::share(Actions::Share what) {
    using Share = Actions::Share;
    const Settings& shown = runs.shown().settings;
    if (what == Share::link || what == Share::embed || what == Share::command || what == Share::settings || what == Share::history) report_branched();
    const std::size_t before = requests.size();
    switch (what) {
        case Share::none: break;
        case Share::link:
            if (shown.data == DataSource::text && shown.text != preset_settings().text && !fits_address(shown.text))
                report("The text is too long to travel in a link: whoever opens it sees the preset\u2019s text instead. Send the text along, to be pasted there.");
            requests.push_back({HostRequest::Kind::copy, "", link()});
            break;
        case Share::embed:
            requests.push_back({HostRequest::Kind::copy, "", "<iframe src=\"" + escape_markup(link() + (link().size() == address.size() ? "?" : "&") + "embed=true") + "\" title=\"Attention Ladder\" width=\"100%\" height=\"720\" style=\"border:0\"></iframe>"});
            break;
        case Share::command: requests.push_back({HostRequest::Kind::copy, "", "ladder train " + write_options(preset, shown)}); break;
        default:
            try {
                requests.push_back(file_of(what));
            } catch (const Error& e) {
                report(e.what());
            }
    }
    if (requests.size() > before) toolbar.shared = ImGui::GetTime();
}

}  // namespace ladder
