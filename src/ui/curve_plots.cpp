// Values are collected from the history as they are; drawing thins them.
#include "ui/curve_plots.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {
namespace {

std::string stage_name(const Chain& chain, const Stage& stage, bool first_climb) {
    if (stage.rung <= 0) return chain.ngrams() ? "frequencies alone" : "knows nothing";
    if (stage.acquired_span < 0) return rung_symbol(stage.rung);
    std::string name = span_name(chain, stage.acquired_span);
    return (first_climb ? "" : "+ ") + name;
}

template <class Get>
std::vector<float> collect(const History& history, Get get) {
    std::vector<float> values(history.size());
    for (std::size_t i = 0; i < history.size(); ++i) values[i] = static_cast<float>(get(history[i]));
    return values;
}

}  // namespace

Plot curve_plot(const RunView& view, const Theme& t, const CurvesPanelState& state, CurvesPanelState::View which) {
    Plot plot;
    plot.logarithmic_x = state.logarithmic_x, plot.logarithmic_y = state.logarithmic_y;
    const int h = view.chain.span_count();
    plot.steps.resize(view.history.size());
    for (std::size_t i = 0; i < view.history.size(); ++i) plot.steps[i] = static_cast<double>(view.history[i].step);
    plot.x_title = "step";
    plot.other_run = view.showing_before ? "the branch" : "the run before";
    const auto line = [&](int rung) { return t.stage_line[static_cast<std::size_t>(std::min(rung, 8))]; };
    switch (which) {
        case CurvesPanelState::View::ladder:
            plot.y_title = "nats";
            plot.curves.push_back({"excess loss", t.text, 2.0f, collect(view.history, [](const Snapshot& s) { return s.evaluation.excess(); })});
            for (int k = 0; k <= h; ++k)
                plot.curves.push_back({"KL from " + rung_symbol(k), line(k), 1.6f, collect(view.history, [k](const Snapshot& s) { return k < static_cast<int>(s.evaluation.kl.size()) ? s.evaluation.kl[static_cast<std::size_t>(k)] : NAN; })});
            if (view.other) {
                std::vector<double> steps(view.other->size());
                for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = static_cast<double>((*view.other)[i].step);
                plot.curves.push_back({"excess loss", with_alpha(t.text, 0.6f), 1.4f, collect(*view.other, [](const Snapshot& s) { return s.evaluation.excess(); }), Stroke::dashed, steps});
                for (int k = 0; k <= h; ++k)
                    plot.curves.push_back({"KL from " + rung_symbol(k), with_alpha(line(k), 0.6f), 1.2f, collect(*view.other, [k](const Snapshot& s) { return k < static_cast<int>(s.evaluation.kl.size()) ? s.evaluation.kl[static_cast<std::size_t>(k)] : NAN; }), Stroke::dashed, steps});
            }
            if (view.members && view.members->progress >= 1)
                for (int k = 1; k <= h; ++k) {
                    plot.curves.push_back({"from learned " + rung_symbol(k), line(k), 1.2f, collect(view.history, [k](const Snapshot& s) { return k <= static_cast<int>(s.evaluation.learned_kl.size()) ? s.evaluation.learned_kl[static_cast<std::size_t>(k - 1)] : NAN; }), Stroke::dashed});
                    plot.curves.back().joined = true;
                }
            break;
        case CurvesPanelState::View::loss:
            plot.y_title = "nats";
            plot.zero_based = false;
            plot.curves.push_back({"train", t.head[1], 1.3f, collect(view.history, [](const Snapshot& s) { return s.train_loss; })});
            plot.curves.push_back({"validation", t.text, 2.0f, collect(view.history, [](const Snapshot& s) { return s.evaluation.loss; })});
            if (view.ready()) plot.markers.push_back({static_cast<double>(view.history[view.history.best()].step), t.warning, "lowest validation loss"});
            plot.curves.push_back({view.chain.ngrams() ? "longest n-gram" : "Bayes", t.stage_line[3], 1.4f, collect(view.history, [](const Snapshot& s) { return s.evaluation.bayes_loss; }), Stroke::dashed});
            break;
        case CurvesPanelState::View::heads: {
            const int heads = view.ready() ? view.now().evaluation.heads : 0, blocks = view.ready() ? view.now().evaluation.blocks : 1, block = std::clamp(view.block, 0, blocks - 1);
            plot.y_title = blocks > 1 ? "attention, block " + std::to_string(block + 1) : "attention mass";
            for (int a = 0; a < heads; ++a)
                for (int k = h - 1; k >= 0; --k) {
                    const std::size_t at = static_cast<std::size_t>(block * heads + a) * static_cast<std::size_t>(h) + static_cast<std::size_t>(k);
                    // One colour per head; the most important span solid and in full strength, the others broken and paler.
                    const int rank = view.chain.spans()[static_cast<std::size_t>(k)].rank;
                    const ImU32 colour = mixed(t.head[static_cast<std::size_t>(a % 8)], t.card, 0.62f * static_cast<float>(rank - 1) / static_cast<float>(std::max(1, h - 1)));
                    plot.curves.push_back({"head " + std::to_string(a + 1) + ", " + span_name(view.chain, k), colour, 1.7f, collect(view.history, [at](const Snapshot& s) { return at < s.evaluation.span_mass.size() ? static_cast<double>(s.evaluation.span_mass[at]) : NAN; }), static_cast<Stroke>((rank - 1) % 3)});
                }
            for (const PhaseChange& change : view.history.readout().phase_changes())
                plot.markers.push_back({static_cast<double>(change.step), t.muted, change.to == Phase::competitive ? "competitive" : change.to == Phase::cooperative ? "cooperative" : "undecided"});
            break;
        }
    }
    if (view.other) plot.markers.push_back({static_cast<double>(view.branch_step), t.accent, "branch: " + view.branch_difference});
    bool climbed = false;
    for (const Stage& stage : view.history.readout().stages()) {
        const std::size_t tint = static_cast<std::size_t>(std::clamp(stage.rung, 0, 8));
        plot.bands.push_back({static_cast<double>(stage.start), static_cast<double>(stage.end), with_alpha(t.stage_tint[tint], t.dark ? 0.9f : 0.75f), stage_name(view.chain, stage, !climbed), t.stage_line[tint], rung_symbol(stage.rung)});
        climbed |= stage.rung > 0;
    }
    const auto& hidden = state.hidden[static_cast<std::size_t>(which)];
    for (Curve& curve : plot.curves) curve.hidden = (state.hides_other && !curve.steps.empty()) || std::find(hidden.begin(), hidden.end(), curve.name) != hidden.end();
    plot.x_end = view.ready() ? std::max<double>(static_cast<double>(view.history.newest().step), std::min<double>(view.settings.steps, 1.15 * static_cast<double>(view.history.newest().step) + 20)) : 1;
    return plot;
}

}  // namespace ladder
