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

using Json = nlohmann::ordered_json;

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

Json theory_json(const TheoryPanelState& s, const Settings& run) {
    Json out;
    out["view"] = s.view == TheoryPanelState::View::run ? "run" : "equations";
    for (const FlowOption& o : flow_options()) out["settings"][std::string(o.name)] = format_option(o, s.settings);
    const FlowView& shown = s.view == TheoryPanelState::View::run ? s.run : s.equations;
    // What is on screen belongs to the sliders as they stand; beside the run it belongs to the run.
    out["solved"] = shown.ready() && !shown.next && (s.view == TheoryPanelState::View::run || shown.settings == s.settings);
    out["milliseconds"] = shown.milliseconds;
    out["reached"] = shown.solution.report.reached;
    auto& stages = out["stages"] = Json::array();
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

const char* workspace_name(Workspace workspace) {
    switch (workspace) {
        case Workspace::run: return "run";
        case Workspace::lessons: return "lessons";
        case Workspace::paper: return "paper";
        case Workspace::theory: return "theory";
    }
    return "";
}

// What the run shows at a moment of it.
void add_reading(Json& out, const RunView& view) {
    const Snapshot& now = view.now();
    const Readout& readout = view.history.readout();
    out["sentence"] = verdict(view.chain, now);
    out["phaseSentence"] = phase_sentence(view.chain, readout, now);
    out["gapSentence"] = gap_sentence(view.chain, now, moments_before(view.history, view.shown));
    out["heads"] = head_readings(view.chain, view.settings.heads, now);
    out["stage"] = stage_at(readout.stages(), now.step) + 1;
    out["stageSentence"] = stage_sentence(view.chain, readout, now.step);
    out["rung"] = now.reading.rung;
    out["height"] = now.reading.height;
    out["phase"] = phase_name(now.reading.phase);
    out["specialisation"] = now.reading.specialisation;
    out["trainLoss"] = now.train_loss;
    out["validationLoss"] = now.evaluation.loss;
    out["excess"] = now.evaluation.excess();
    out["kl"] = now.evaluation.kl;
    out["learnedKl"] = now.evaluation.learned_kl;
    out["reached"] = readout.reached();
    Json& phases = out["phases"] = Json::array();
    for (const PhaseChange& change : readout.phase_changes()) phases.push_back({{"step", change.step}, {"phase", phase_name(change.to)}});
}

}  // namespace

std::string App::state_json() const {
    const Impl& s = *impl_;
    const RunnerStatus& status = s.runs.status();
    Json out;
    out["state"] = state_name(status.state);
    out["step"] = status.step;
    out["h"] = s.runs.chain().span_count();
    out["seed"] = s.runs.shown().settings.seed;
    out["preset"] = s.preset;
    out["workers"] = status.workers;
    out["kernels"] = status.kernels;
    out["stepsPerSecond"] = status.steps_per_second;
    out["speed"] = s.speed();
    out["message"] = status.message;
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
    out["problems"] = s.notices.sentences();
    out["snapshots"] = s.runs.training().history->size();
    out["workspace"] = workspace_name(s.toolbar.workspace);
    s.add_workspaces(out);
    out["settings"] = Json::parse(settings_to_json(s.runs.shown().settings));
    if (!s.runs.training().history->empty()) s.add_moment(out);
    return out.dump();
}

void App::Impl::add_workspaces(Json& out) const {
    if (const SweepRun* run = figures_panel.sweep.run.get()) out["sweep"] = {{"runs", run->runs().size()}, {"finished", run->finished()}, {"failed", run->failed()}};
    if (const MemberService::State* members = runs.members()) out["members"] = {{"progress", members->progress}, {"distances", members->distances.size()}, {"failure", members->failure}};
    out["theory"] = theory_json(theory, runs.shown().settings);
    if (lessons.open) out["lesson"] = lesson_state(lessons, lesson_world(), runs.training().settings.seed);
    if (const FigureRun* run = figures_panel.running.get()) out["figureRun"] = {{"figure", run->figure().id}, {"index", run->index()}, {"runs", run->count()}};
    if (!figures_panel.chosen.empty()) out["figure"] = figures_panel.chosen;
    Json& judged = out["figures"] = Json::object();
    for (const auto& [id, outcome] : figures_panel.outcomes) judged[id] = {{"holds", outcome.verdict.holds}, {"sentence", outcome.verdict.sentence}, {"seeds", outcome.seeds}};
}

void App::Impl::add_moment(Json& out) const {
    const RunView view = view_on_screen();
    out["shownStep"] = view.now().step;
    out["live"] = runs.follows();
    out["lastStep"] = view.trains ? view.status.step : view.history.newest().step;
    out["playback"] = curves.playback.direction();
    out["moment"] = moment_json(view, attention, curves);
    const std::size_t kept = view.history.with_checkpoint(view.shown);
    out["checkpointStep"] = kept < view.history.size() ? view.history[kept].step : -1;
    out["historyBytes"] = view.history.bytes();
    if (const CloseUpState& close = attention.close_up; close.open && close.problem.empty() && !close.shown.model.empty())
        out["closeUp"] = {{"step", close.of->step()}, {"query", close.shown.query}, {"sequence", close.shown_sequence}, {"next", close.shown.next}, {"model", close.shown.model}, {"chain", close.shown.classes.back()}, {"kl", close.shown.kl}};
    if (motion.open()) out["slowMotion"] = {{"part", SlowMotion::names[static_cast<std::size_t>(motion.part())]}, {"before", motion.before()}, {"stepped", motion.stepped()}, {"sentence", motion_sentence()}};
    if (attention.what_if.asking()) out["whatIf"] = what_if_sentence(view.chain, attention.what_if);
    if (const KeptRun* other = runs.other()) out["branch"] = {{"step", view.branch_step}, {"difference", view.branch_difference}, {"showingOther", view.showing_before}, {"otherSnapshots", other->history->size()}};
    if (const std::string branched = branched_sentence(runs.shown().partings); !branched.empty()) out["branched"] = branched;
    add_reading(out, view);
}

}  // namespace ladder
