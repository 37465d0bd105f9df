// Commands about what is studied beside a run: the paper's figures, its differential equations, a sweep.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/shown_text.h"
#include "theory/flow_options.h"
#include "ui/command_parts.h"

namespace ladder {
namespace {

void obey_figure(Obeyed& out, const Command& c, const FiguresPanelState& state) {
    if (c.what == "stop") {
        if (!state.running) return refuse(out, c, "impossible", "No figure is being run.");
        out.actions.stop_figure = true;
        return;
    }
    if (!find_figure(c.name) && !(c.what == "choose" && c.name == sweep_id)) return refuse(out, c, "bad-value", "There is no such figure; ask for them with {type: \"get\", what: \"figures\"}.");
    out.workspace = "paper";
    out.figure = c.name;
    out.figure_seeds = c.seeds;
    if (c.what == "run") out.actions.run_figure = c.name;
}

// A value as a person would type it: a list with commas.
std::string as_typed(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const nlohmann::json& part : value) text += (text.empty() ? "" : ",") + part.dump();
    return text;
}

void obey_theory(Obeyed& out, const Command& c, const FlowSettings& now) {
    FlowSettings next = now;
    const nlohmann::json given = c.settings.empty() ? nlohmann::json::object() : nlohmann::json::parse(c.settings, nullptr, false);
    for (const auto& [name, value] : given.items())
        if (!find_flow_option(name)) return refuse(out, c, "bad-value", "The equations have no setting " + in_quotes(name) + "; ask for them with {type: \"get\", what: \"theory\"}.");
    // In the table's order: what is derived from the strengths comes before them.
    for (const FlowOption& option : flow_options()) {
        const auto value = given.find(std::string(option.name));
        if (value == given.end()) continue;
        if (const auto problem = set_option(next, option.name, as_typed(*value))) return refuse(out, c, "bad-value", problem->refusal());
    }
    try {
        check(next);
    } catch (const Error& e) {
        return refuse(out, c, "bad-value", e.what());
    }
    out.workspace = "theory";
    out.flow = std::move(next);
    if (!c.what.empty()) out.beside_run = c.what == "run";
}

void obey_sweep(Obeyed& out, const Command& c, const SweepState& state, const Settings& base, bool sweeps) {
    const bool going_on = state.run && !state.run->done();
    if (c.what == "stop") {
        if (!going_on) return refuse(out, c, "impossible", "No sweep is being run.");
        out.actions.stop_sweep = true;
        return;
    }
    if (!sweeps) return refuse(out, c, "impossible", "This page makes no sweeps.");
    if (going_on) return refuse(out, c, "impossible", "A sweep is being run. Stop it first.");
    SweepGrid grid{state.axes, c.name.empty() ? state.seeds : c.name};
    if (!c.settings.empty()) {
        const nlohmann::json vary = nlohmann::json::parse(c.settings, nullptr, false);
        if (vary.size() > grid.axes.size()) return refuse(out, c, "bad-value", "A sweep varies " + std::to_string(grid.axes.size()) + " settings at most.");
        grid.axes = {};
        std::size_t i = 0;
        for (const auto& [name, values] : vary.items()) grid.axes[i++] = {name, as_typed(values)};
    }
    try {
        const std::size_t runs = count_sweep(base, axes_of(grid.axes), parse_seeds(grid.seeds));
        if (runs > most_sweep_runs) return refuse(out, c, "bad-value", std::to_string(runs) + " runs are more than the " + std::to_string(most_sweep_runs) + " that fit a screen.");
        out.answer = answer_message(c.id, "value", "{\"runs\":" + std::to_string(runs) + "}");
    } catch (const Error& e) {
        return refuse(out, c, "bad-value", e.what());
    }
    out.workspace = "paper";
    out.figure = sweep_id;
    out.grid = std::move(grid);
    out.actions.run_sweep = true;
}

}  // namespace

void obey_study(Obeyed& out, const Command& c, const FiguresPanelState& figures, const FlowSettings& flow, const Settings& base, bool sweeps) {
    switch (c.kind) {
        case Command::Kind::figure: return obey_figure(out, c, figures);
        case Command::Kind::theory: return obey_theory(out, c, flow);
        case Command::Kind::sweep: return obey_sweep(out, c, figures.sweep, base, sweeps);
        default: return;
    }
}

}  // namespace ladder
