#include "experiment/figure_run.h"

#include <algorithm>

namespace ladder {

Verdict judge_seeds(const Figure& figure, std::span<const RunRecord> runs) {
    const std::size_t cases = figure.runs.size();
    if (runs.size() <= cases) return judge(figure.rule, {runs.begin(), runs.end()});
    std::size_t seeds = 0, holding = 0;
    std::string missing, why;
    for (; runs.size() >= cases; runs = runs.subspan(cases)) {
        ++seeds;
        const Verdict one = judge(figure.rule, {runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(cases)});
        holding += one.holds;
        if (one.holds) continue;
        const std::string seed = std::to_string(runs.front().settings.seed);
        if (missing.empty()) why = " Seed " + seed + ": " + one.sentence;
        missing += (missing.empty() ? "" : ", ") + seed;
    }
    const std::string share = "It holds for " + std::to_string(holding) + " of " + std::to_string(seeds) + " seeds";
    return {5 * holding >= 4 * seeds, missing.empty() ? share + "." : share + ", not for " + missing + "." + why};
}

FigureRun::FigureRun(const Figure& figure, std::uint64_t seed, int seeds) : figure_(&figure), seed_(seed), seeds_(std::max(seeds, 1)) { begin_run(); }

void FigureRun::begin_run() {
    if (done()) return;
    RunRecord& run = runs_.emplace_back();
    run.label = figure_->label(index_ % figure_->runs.size(), Scale::page);
    run.settings = figure_->settings(index_ % figure_->runs.size(), Scale::page);
    run.settings.seed = seed_ + index_ / figure_->runs.size();
}

Settings FigureRun::settings() const { return runs_.back().settings; }

double FigureRun::progress(std::int64_t step) const {
    double all = 0, past = 0;
    for (std::size_t i = 0; i < count(); ++i) {
        const double steps = figure_->settings(i % figure_->runs.size(), Scale::page).steps;
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
