// Commands about moments of a run: playing it back, going on from one, branching there, other heads, the best model.
#include <algorithm>

#include "run/branch.h"
#include "ui/command_parts.h"
#include "ui/playback.h"
#include "ui/what_if_view.h"

namespace ladder {
namespace {

void obey_playback(Obeyed& out, const Command& c, const RunView& view) {
    if (!view.ready()) return refuse(out, c, "impossible", "Nothing has been measured yet, so there is nothing to play back.");
    if (c.speed && std::find(Playback::speeds.begin(), Playback::speeds.end(), *c.speed) == Playback::speeds.end()) return refuse(out, c, "bad-value", "The speed of the playback must be one of 0.25, 0.5, 1, 2, 4 and 8.");
    out.actions.playback_rate = c.speed;
    out.actions.playback = c.direction;
}

// The step whose kept state stands for the moment on screen; refused where there is none.
std::optional<std::int64_t> kept_step(Obeyed& out, const Command& c, const RunView& view) {
    const std::size_t at = view.ready() ? view.history.with_checkpoint(view.shown) : 0;
    if (view.ready() && at < view.history.size()) return view.history[at].step;
    refuse(out, c, "impossible", "The state of the model at this moment was not kept. Choose a later one.");
    return {};
}

void obey_branch(Obeyed& out, const Command& c, const RunView& view) {
    if (c.settings.empty()) {
        if (!view.other) return refuse(out, c, "impossible", "There is no branch.");
        if (c.what == "swap") out.actions.show_before = !view.showing_before;
        out.actions.leave_branch = c.what == "leave";
        out.actions.keep_branch = c.what == "keep";
        return;
    }
    const std::optional<std::int64_t> step = kept_step(out, c, view);
    if (!step) return;
    Settings next = view.settings;
    std::vector<SettingProblem> problems = settings_from_json(next, c.settings);
    if (problems.empty()) problems = reconcile(next);
    if (!problems.empty()) return refuse(out, c, "bad-value", problems.front().refusal());
    if (const std::string problem = branch_problem(view.settings, next); !problem.empty()) return refuse(out, c, "bad-value", problem);
    if (branch_difference(view.settings, next).empty()) return refuse(out, c, "bad-value", "A branch needs a setting that differs from the run\u2019s; otherwise it would be the same run.");
    out.actions.branch = next;
    out.actions.branch_at = *step;
    out.answer = answer_message(c.id, "step", std::to_string(*step));
}

void obey_what_if(Obeyed& out, const Command& c, const RunView& view, const WhatIfState& state) {
    const Settings& s = view.settings;
    std::vector<HeadEdit> edits = state.edits;
    edits.resize(static_cast<std::size_t>(s.blocks) * static_cast<std::size_t>(s.heads));
    if (!c.head) {
        out.edits.emplace(edits.size());
        return;
    }
    if (!kept_step(out, c, view)) return;
    if (c.block >= s.blocks || *c.head >= s.heads) return refuse(out, c, "bad-value", "The model has no such head; blocks and heads are counted from 0.");
    using Kind = HeadEdit::Kind;
    const Kind kind = c.what == "ablate" ? Kind::ablated : c.what == "freeze" ? Kind::frozen : c.what == "swap" ? Kind::swapped : c.what == "ideal" ? Kind::ideal : Kind::none;
    if (kind != Kind::none && !can_edit(s, kind)) return refuse(out, c, "impossible", "Patterns can be set in the minimal model with one block only; in this one heads can be ablated and swapped.");
    if (kind == Kind::swapped && (c.choice >= s.heads || c.choice == *c.head)) return refuse(out, c, "bad-value", "The field 'with' must be another head of the block, counted from 0.");
    if (kind == Kind::ideal && c.choice >= view.chain.span_count()) return refuse(out, c, "bad-value", "The field 'with' must be a span, counted from 0, the oldest first.");
    edits[static_cast<std::size_t>(c.block) * static_cast<std::size_t>(s.heads) + static_cast<std::size_t>(*c.head)] = {kind, kind == Kind::swapped || kind == Kind::ideal ? c.choice : 0};
    out.edits = std::move(edits);
}

void obey_early_stop(Obeyed& out, const Command& c, const RunView& view, bool turned) {
    if (c.what == "now") {
        out.beside_best = false;
        return;
    }
    if (!turned) return refuse(out, c, "impossible", "The validation loss has not turned up, so stopping early would gain nothing.");
    const std::size_t best = view.history.best();
    if (c.what == "compare") {
        out.beside_best = true;
        return;
    }
    if (c.what == "stop" && view.history.with_checkpoint(best) != best) return refuse(out, c, "impossible", "The state of the model of lowest validation loss was not kept.");
    out.actions.show = best;
    out.actions.stop_here = c.what == "stop";
    out.answer = answer_message(c.id, "step", std::to_string(view.history[best].step));
}

}  // namespace

void obey_travel(Obeyed& out, const Command& c, const RunView& view, const WhatIfState& what_if, bool turned) {
    switch (c.kind) {
        case Command::Kind::playback: return obey_playback(out, c, view);
        case Command::Kind::resume:
            if (const auto step = kept_step(out, c, view)) {
                out.actions.resume = true;
                out.answer = answer_message(c.id, "step", std::to_string(*step));
            }
            return;
        case Command::Kind::branch: return obey_branch(out, c, view);
        case Command::Kind::what_if: return obey_what_if(out, c, view, what_if);
        case Command::Kind::early_stop: return obey_early_stop(out, c, view, turned);
        default: return;
    }
}

}  // namespace ladder
