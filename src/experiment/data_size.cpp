#include "experiment/data_size.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ladder {
namespace {

template <class T>
double mean_of(std::span<const T> values) {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

std::vector<SizePoint> size_points(std::span<const RunRecord> runs, std::size_t cases) {
    std::vector<SizePoint> points(std::min(cases, runs.size()));
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunRecord& run = runs[i];
        SizePoint& p = points[i % cases];
        p.label = run.label;
        p.online = run.settings.data != DataSource::finite;
        if (run.empty()) continue;
        const Moment &best = run.best(), &last = run.last();
        p.seeds.push_back(run.settings.seed);
        p.sequences.push_back(p.online ? static_cast<double>(run.settings.batch) * static_cast<double>(best.step) : run.settings.sequences);
        p.best_excess.push_back(best.excess), p.last_excess.push_back(last.excess);
        p.best_class.push_back(nearest_class(best)), p.last_class.push_back(nearest_class(last));
    }
    return points;
}

double mean(std::span<const double> values) { return mean_of(values); }
double mean(std::span<const int> values) { return mean_of(values); }

}  // namespace ladder
