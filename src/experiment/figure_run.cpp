#include "experiment/figure_run.h"

#include <algorithm>

namespace ladder {

FigureRun::FigureRun(const Figure& figure, std::uint64_t seed) : figure_(&figure), seed_(seed) { begin_run(); }

void FigureRun::begin_run() {
    if (done()) return;
    RunRecord& run = runs_.emplace_back();
    run.label = figure_->runs[index_].label;
    run.settings = figure_->settings(index_, Scale::page);
    run.settings.seed = seed_;
}

Settings FigureRun::settings() const { return runs_.back().settings; }

double FigureRun::progress(std::int64_t step) const {
    double all = 0, past = 0;
    for (std::size_t i = 0; i < figure_->runs.size(); ++i) {
        const double steps = figure_->settings(i, Scale::page).steps;
        all += steps;
        past += i < index_ ? steps : i == index_ ? std::clamp(static_cast<double>(step), 0.0, steps) : 0;
    }
    return all > 0 ? past / all : 1;
}

void FigureRun::observe(const Snapshot& snapshot) {
    if (done()) return;
    auto& moments = runs_.back().moments;
    if (moments.empty() || snapshot.step > moments.back().step) moments.push_back(to_moment(snapshot));
}

bool FigureRun::run_complete() const { return !done() && !runs_.back().empty() && runs_.back().last().step >= runs_.back().settings.steps; }

void FigureRun::end_run(std::string failure) {
    if (done()) return;
    runs_.back().failure = std::move(failure);
    ++index_;
    begin_run();
}

}  // namespace ladder
