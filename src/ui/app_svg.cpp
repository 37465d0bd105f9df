// The file "plots as SVG": what is on screen, as pictures one under the other.
#include <algorithm>

#include "ui/app_impl.h"
#include "ui/attention_maps.h"
#include "ui/early_stop_view.h"
#include "ui/figure_plots.h"
#include "ui/figure_words.h"
#include "ui/flow_plots.h"
#include "ui/map_svg.h"
#include "ui/numbers.h"
#include "ui/run_plots.h"
#include "ui/size_plots.h"
#include "ui/takeaway.h"
#include "ui/words.h"

namespace ladder {
namespace {

constexpr int page = 760;  // pixels wide

MapPicture map_of(const RunView& view, const Theme& t, std::size_t moment, int block) {
    const std::size_t seen = view.history.with_attention(moment);
    const Evaluation& e = view.history[seen].evaluation;
    block = std::clamp(block, 0, e.blocks - 1);
    MapPicture picture{"", "", maps_of(view, e, block), map_ground(t)};
    picture.note = "Step " + std::to_string(view.history[seen].step) + ", averaged over " + std::to_string(view.settings.validation) + " held-out sequences" + (e.blocks > 1 ? ", block " + std::to_string(block + 1) : "") + ". Outlined: the lags that the ideal predictor reads.";
    return picture;
}

Drawing maps_drawing(const RunView& view, const Theme& t, int block) {
    MapPicture picture = map_of(view, t, view.shown, block);
    picture.title = "Where each head looks";
    const Snapshot& now = view.history[view.history.with_attention(view.shown)];  // whose maps they are
    for (int head = 0; head < picture.maps.heads; ++head) {
        const std::size_t at = static_cast<std::size_t>(std::clamp(block, 0, now.evaluation.blocks - 1)) * static_cast<std::size_t>(picture.maps.heads) + static_cast<std::size_t>(head);
        const HeadRole role = at < now.reading.heads.size() ? now.reading.heads[at] : HeadRole{};
        const std::string name = "Head " + std::to_string(head + 1);
        picture.heads.push_back(role.span < 0 ? MapHead{name + ": " + head_sentence(view.chain, role)} : MapHead{name + " " + head_sentence(view.chain, role) + ", " + number(100 * role.mass, 0) + " %", role.span});
    }
    return map_drawing(t, view.chain, picture, page);
}

// Early stopping: the best moment beside the one shown, or the newest where that is the best.
Drawing best_drawing(const RunView& view, const Theme& t, int block) {
    const std::size_t best = view.history.best(), other = view.shown == best ? view.history.size() - 1 : view.shown;
    std::vector<Drawing> both;
    for (const std::size_t moment : {best, other}) {
        const Snapshot& s = view.history[moment];
        MapPicture picture = map_of(view, t, moment, block);
        picture.title = (moment == best ? "Best: step " : moment + 1 == view.history.size() ? "Now: step " : "Shown: step ") + std::to_string(s.step);
        picture.facts = {rung_symbol(s.reading.rung) + ", " + rung_name(view.chain, s.reading.rung), "excess loss " + number(s.evaluation.excess(), 3) + " nats", "validation loss " + number(s.evaluation.loss, 3) + " nats", "training loss " + number(s.train_loss, 3) + " nats"};
        both.push_back(map_drawing(t, view.chain, picture, page / 2));
    }
    return in_columns(both, 2);
}

// A run each, in a grid, with one legend under them.
std::vector<Drawing> small_multiples(const Theme& t, const std::vector<RunRecord>& runs) {
    const int columns = runs.size() > 4 ? 3 : 2;
    std::vector<Drawing> grid;
    Plot names;
    for (const RunRecord& run : runs) {
        Plot plot = run_plot(t, run);
        if (plot.curves.size() > names.curves.size()) names = plot;
        grid.push_back(plot_drawing(t, {run.label, std::move(plot), run.failure.empty() && run.empty() ? "waiting" : run_summary(run), false}, page / columns, 230));
    }
    return {in_columns(grid, columns), legend_drawing(t, names, page)};
}

std::vector<Drawing> figure_drawings(const Theme& t, const Figure& f, const std::vector<RunRecord>& runs, bool each) {
    std::vector<Drawing> list;
    if (runs.empty()) return list;
    if (f.plot == FigurePlot::best_excess && !each) {
        const SizePlots sizes = make_size_plots(t, size_points(runs, f.runs.size()), span_count(runs.front().settings));
        for (std::size_t i = 0; i < sizes.plots.size() && !sizes.plots[i].steps.empty(); ++i) list.push_back(plot_drawing(t, {sizes.titles[i], sizes.plots[i], "A point for each seed; lines join their means."}, page, 360));
        return list;
    }
    if (f.plot == FigurePlot::excess && !each) return {plot_drawing(t, {figure_heading(f) + ": " + f.title, overlaid_plot(t, f, runs), "Discs: a rung is entered."}, page, 380)};
    if (runs.size() > 1) return small_multiples(t, runs);
    return {plot_drawing(t, {runs.front().label, run_plot(t, runs.front())}, page, 340)};
}

}  // namespace

std::vector<Drawing> App::Impl::drawings_on_screen(const RunView& view) const {
    const Theme t = print_theme();
    std::vector<Drawing> list;
    const auto flow = [&](const FlowSettings& s, const FlowSolution& solution) {
        FlowPlots plots = make_flow_plots(t, s, solution);
        for (std::size_t i = 0; i < plots.plots.size(); ++i) list.push_back(plot_drawing(t, {plots.titles[i], std::move(plots.plots[i])}, page, 340));
    };
    if (toolbar.workspace == Workspace::theory && theory.view == TheoryPanelState::View::run) {
        const std::vector<Plot> heads = beside_run_plots(view, t, theory);
        const std::string block = view.ready() && view.now().evaluation.blocks > 1 ? "Block 1, head " : "Head ";
        for (std::size_t a = 0; a < heads.size(); ++a) list.push_back(plot_drawing(t, {block + std::to_string(a + 1) + ": attention on each span, measured and as the equations predict", heads[a]}, page, 300));
    } else if (toolbar.workspace == Workspace::theory && theory.equations.ready()) {
        flow(theory.equations.settings, theory.equations.solution);
    } else if (shows_figures() && figures_panel.chosen == sweep_id && figures_panel.sweep.run) {
        list = small_multiples(t, figures_panel.sweep.run->runs());
    } else if (shows_figures()) {
        const Figure* f = figures_panel.chosen.empty() ? &figures().front() : find_figure(figures_panel.chosen);
        const auto outcome = f ? figures_panel.outcomes.find(f->id) : figures_panel.outcomes.end();
        if (f && f->plot == FigurePlot::flow && figures_panel.flow) flow(figures_panel.flow->settings, figures_panel.flow->solution);
        else if (f && figures_panel.running && figures_panel.running_id == f->id) list = figure_drawings(t, *f, figures_panel.running->runs(), figures_panel.each_run);
        else if (f && outcome != figures_panel.outcomes.end()) list = figure_drawings(t, *f, outcome->second.runs, figures_panel.each_run);
    }
    if (!list.empty() || !view.ready()) return list;
    if (!view.history[view.history.with_attention(view.shown)].evaluation.attention.empty())
        list.push_back(attention.beside_best && overfits(view) ? best_drawing(view, t, attention.block) : maps_drawing(view, t, attention.block));
    for (const TitledPlot& plot : shown_plots(view, curves)) list.push_back(plot_drawing(t, plot, page, 340));
    return list;
}

}  // namespace ladder
