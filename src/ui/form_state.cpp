// Names and sentences are those of the panels.
#include "ui/form_state.h"

#include <nlohmann/json.hpp>

#include "theory/flow_options.h"
#include "ui/early_stop_view.h"
#include "ui/figure_words.h"
#include "ui/run_plots.h"
#include "ui/words.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;
using Kind = HeadEdit::Kind;

const char* change_name(Kind kind) { return kind == Kind::ablated ? "ablate" : kind == Kind::frozen ? "freeze" : kind == Kind::swapped ? "swap" : kind == Kind::ideal ? "ideal" : "none"; }

Json change_json(const Chain& chain, const HeadEdit& edit) {
    Json out{{"change", change_name(edit.kind)}};
    if (edit.kind == Kind::swapped || edit.kind == Kind::ideal) out["with"] = edit.with;
    if (edit.kind != Kind::none) out["label"] = edit_name(chain, edit);
    return out;
}

// Every head with all that can be made of it.
Json heads_json(const RunView& view) {
    const Settings& s = view.settings;
    Json list = Json::array();
    for (int block = 0; block < s.blocks; ++block)
        for (int head = 0; head < s.heads; ++head) {
            Json changes = Json::array();
            const auto offer = [&](HeadEdit edit) {
                if (can_edit(s, edit.kind)) changes.push_back(change_json(view.chain, edit));
            };
            changes.push_back(change_json(view.chain, {}));
            offer({Kind::ablated, 0});
            offer({Kind::frozen, 0});
            for (int k = view.chain.span_count() - 1; k >= 0; --k) offer({Kind::ideal, k});
            for (int other = 0; other < s.heads; ++other)
                if (other != head) offer({Kind::swapped, other});
            list.push_back({{"block", block}, {"head", head}, {"changes", std::move(changes)}});
        }
    return list;
}

Json figures_json(const FiguresPanelState& state) {
    Json list = Json::array();
    for (const Figure& f : figures()) {
        const bool several = f.plot == FigurePlot::best_excess;
        Json entry{{"name", f.id}, {"heading", figure_heading(f)}, {"title", f.title}, {"claim", f.claim}, {"change", f.change}, {"duration", duration_words(f, several ? state.seeds : 1)}, {"seeds", several}};
        if (const auto outcome = state.outcomes.find(f.id); outcome != state.outcomes.end())
            entry["verdict"] = {{"holds", outcome->second.verdict.holds}, {"sentence", outcome->second.verdict.sentence}, {"seed", outcome->second.seed}, {"seeds", outcome->second.seeds}};
        list.push_back(std::move(entry));
    }
    return list;
}

Json theory_options_json(const FlowSettings& flow) {
    static constexpr const char* kinds[] = {"integer", "number", "choice", "switch", "list"};
    Json list = Json::array();
    for (const FlowOption& o : flow_options()) {
        Json entry{{"name", o.name}, {"label", o.label}, {"help", o.help}, {"kind", kinds[static_cast<int>(o.kind)]}, {"range", range_text(o)}, {"value", format_option(o, flow)}};
        for (std::string_view choice : o.choices) entry["choices"].push_back(choice);
        list.push_back(std::move(entry));
    }
    return list;
}

Json sweep_json(const SweepState& state) {
    Json vary = Json::object(), runs = Json::array();
    for (const SweepState::Axis& axis : state.axes)
        if (!axis.setting.empty()) vary[axis.setting] = axis.values;
    Json out{{"vary", std::move(vary)}, {"seeds", state.seeds}};
    if (!state.run) return out;
    for (const RunRecord& run : state.run->runs()) runs.push_back({{"label", run.label}, {"sentence", run_summary(run)}});
    out["runs"] = std::move(runs);
    out["done"] = state.run->done();
    out["table"] = sweep_table(state.run->runs());
    return out;
}

}  // namespace

Json what_if_json(const Chain& chain, const WhatIfState& state) {
    Json out{{"sentence", state.asking() ? what_if_sentence(chain, state) : ""}};
    if (state.asking() && state.changed) out["loss"] = state.changed->loss, out["excess"] = state.changed->excess, out["rung"] = state.changed->rung, out["kl"] = state.changed->kl;
    return out;
}

Json moment_json(const RunView& view, const AttentionPanelState& attention, const CurvesPanelState& curves) {
    Json out{{"playbackSpeed", curves.playback.speed()}, {"overfits", overfits(view)}};
    if (overfits(view)) {
        const Snapshot& best = view.history[view.history.best()];
        out["best"] = {{"step", best.step}, {"sentence", early_stop_sentence(view.chain, best, view.history.newest())}, {"beside", attention.beside_best}};
    }
    if (attention.what_if.asking()) {
        Json& edits = out["edits"] = Json::array();
        for (const HeadEdit& edit : attention.what_if.edits) edits.push_back(change_json(view.chain, edit));
    }
    return out;
}

std::string told(std::string_view what, const RunView& view, const FiguresPanelState& figures, const FlowSettings& flow) {
    const Json value = what == "heads" ? heads_json(view) : what == "figures" ? figures_json(figures) : what == "theory" ? theory_options_json(flow) : sweep_json(figures.sweep);
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ladder
