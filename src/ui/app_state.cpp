// The state as JSON, for tests and for the page around the canvas.
#include <nlohmann/json.hpp>

#include "run/metrics.h"
#include "theory/flow_options.h"
#include "ui/app_impl.h"
#include "ui/form_state.h"
#include "ui/lesson_words.h"
#include "ui/summary_words.h"
#include "ui/theory_words.h"
#include "ui/words.h"

namespace ladder {
namespace {

const char* state_name(RunnerStatus::State state) {
    switch (state) {
        case RunnerStatus::State::starting: return "starting";
        case RunnerStatus::State::running: return "running";
        case RunnerStatus::State::paused: return "paused";
        case RunnerStatus::State::finished: return "finished";
        case RunnerStatus::State::diverged: return "diverged";
        case RunnerStatus::State::failed: return "failed";
    }
    return "";
}

nlohmann::ordered_json theory_json(const TheoryPanelState& s, const Settings& run) {
    nlohmann::ordered_json out;
    out["view"] = s.view == TheoryPanelState::View::run ? "run" : "equations";
    for (const FlowOption& o : flow_options()) out["settings"][std::string(o.name)] = format_option(o, s.settings);
    const FlowView& shown = s.view == TheoryPanelState::View::run ? s.run : s.equations;
    // What is on screen belongs to the sliders as they stand; beside the run it belongs to the run.
    out["solved"] = shown.ready() && !shown.next && (s.view == TheoryPanelState::View::run || shown.settings == s.settings);
    out["milliseconds"] = shown.milliseconds;
    out["reached"] = shown.solution.report.reached;
    auto& stages = out["stages"] = nlohmann::ordered_json::array();
    for (const FlowStage& stage : shown.solution.stages) stages.push_back({{"pattern", stage.pattern + 1}, {"time", stage.time}});
    out["time"] = s.time;
    out["sentence"] = flow_sentence(shown.settings, shown.solution);
    if (s.view != TheoryPanelState::View::run) return out;
    out["stepsPerTime"] = s.comparison.steps_per_time;
    out["fitted"] = s.comparison.fitted;
    out["sameOrder"] = s.comparison.same_order;
    out["worstFactor"] = s.comparison.worst_factor;
    out["comparison"] = comparison_sentence(s.comparison, run.optimizer == OptimizerKind::adamw);
    return out;
}

}  // namespace

std::string App::state_json() const {
    const Impl& s = *impl_;
    nlohmann::ordered_json out;
    out["state"] = state_name(s.status.state);
    out["step"] = s.status.step;
    out["h"] = s.chain->span_count();
    out["seed"] = s.shown_settings().seed;
    out["preset"] = s.preset;
    out["workers"] = s.status.workers;
    out["kernels"] = s.status.kernels;
    out["stepsPerSecond"] = s.status.steps_per_second;
    out["speed"] = s.speed();
    out["message"] = s.status.message;
    out["theme"] = s.toolbar.theme_mode;
    out["dark"] = s.theme.dark;
    out["textSize"] = s.toolbar.text_size;
    out["language"] = s.language.code;
    if (s.texts) out["untranslated"] = s.texts->missing();
    out["helpOpen"] = s.toolbar.help_open;
    out["editorOpen"] = s.editor.open;
    out["maximised"] = s.maximised;
    out["hidden"] = control_list(s.hidden);
    out["mapZoom"] = s.attention.zoom.scale();
    out["problems"] = s.notices;
    out["snapshots"] = s.history->size();
    out["workspace"] = s.toolbar.workspace == Workspace::paper ? "paper" : s.toolbar.workspace == Workspace::theory ? "theory" : s.toolbar.workspace == Workspace::lessons ? "lessons" : "run";
    if (const SweepRun* sweep = s.figures_panel.sweep.run.get()) out["sweep"] = {{"runs", sweep->runs().size()}, {"finished", sweep->finished()}, {"failed", sweep->failed()}};
    if (const MemberService::State* members = s.members.state()) out["members"] = {{"progress", members->progress}, {"distances", members->distances.size()}, {"failure", members->failure}};
    out["theory"] = theory_json(s.theory, s.shown_settings());
    if (s.lessons.open) out["lesson"] = lesson_state(s.lessons, s.lesson_world(), s.settings.seed);
    if (const FigureRun* run = s.figures_panel.running.get()) out["figureRun"] = {{"figure", run->figure().id}, {"index", run->index()}, {"runs", run->count()}};
    if (!s.figures_panel.chosen.empty()) out["figure"] = s.figures_panel.chosen;
    auto& judged = out["figures"] = nlohmann::ordered_json::object();
    for (const auto& [id, outcome] : s.figures_panel.outcomes) judged[id] = {{"holds", outcome.verdict.holds}, {"sentence", outcome.verdict.sentence}, {"seeds", outcome.seeds}};
    out["settings"] = nlohmann::ordered_json::parse(settings_to_json(s.shown_settings()));
    if (!s.history->empty()) {
        const History& run = s.shown_history();
        const std::size_t shown = s.shown_step < 0 ? run.size() - 1 : run.at_step(s.shown_step);
        const Snapshot& now = run[shown];
        out["shownStep"] = now.step;
        out["live"] = s.shown_step < 0;
        out["lastStep"] = s.showing_other ? run.newest().step : s.status.step;
        out["playback"] = s.curves.playback.direction();
        out["moment"] = moment_json(s.view_on_screen(), s.attention, s.curves);
        const std::size_t kept = run.with_checkpoint(shown);
        out["checkpointStep"] = kept < run.size() ? run[kept].step : -1;
        out["historyBytes"] = run.bytes();
        if (const CloseUpState& close = s.attention.close_up; close.open && close.problem.empty() && !close.shown.model.empty())
            out["closeUp"] = {{"step", close.of->step()}, {"query", close.shown.query}, {"sequence", close.shown_sequence}, {"next", close.shown.next}, {"model", close.shown.model}, {"chain", close.shown.classes.back()}, {"kl", close.shown.kl}};
        if (s.motion.open()) out["slowMotion"] = {{"part", SlowMotion::names[static_cast<std::size_t>(s.motion.part())]}, {"before", s.motion.before()}, {"stepped", s.motion.stepped()}, {"sentence", s.motion_sentence()}};
        if (s.attention.what_if.asking()) out["whatIf"] = what_if_sentence(*s.chain, s.attention.what_if);
        if (s.other) out["branch"] = {{"step", s.branch_step}, {"difference", s.view_on_screen().branch_difference}, {"showingOther", s.showing_other != s.before_trains}, {"otherSnapshots", s.other->history->size()}};
        if (const std::string branched = branched_sentence(s.shown_partings()); !branched.empty()) out["branched"] = branched;
        out["sentence"] = verdict(*s.chain, now);
        out["phaseSentence"] = phase_sentence(*s.chain, run.readout(), now);
        out["gapSentence"] = gap_sentence(*s.chain, now, moments_before(run, shown));
        out["heads"] = head_readings(*s.chain, s.shown_settings().heads, now);
        out["stage"] = stage_at(run.readout().stages(), now.step) + 1;
        out["stageSentence"] = stage_sentence(*s.chain, run.readout(), now.step);
        out["rung"] = now.reading.rung;
        out["height"] = now.reading.height;
        out["phase"] = phase_name(now.reading.phase);
        out["specialisation"] = now.reading.specialisation;
        out["trainLoss"] = now.train_loss;
        out["validationLoss"] = now.evaluation.loss;
        out["excess"] = now.evaluation.excess();
        out["kl"] = now.evaluation.kl;
        out["learnedKl"] = now.evaluation.learned_kl;
        out["reached"] = run.readout().reached();
        auto& phases = out["phases"] = nlohmann::ordered_json::array();
        for (const PhaseChange& change : run.readout().phase_changes()) phases.push_back({{"step", change.step}, {"phase", phase_name(change.to)}});
    }
    return out.dump();
}

}  // namespace ladder
