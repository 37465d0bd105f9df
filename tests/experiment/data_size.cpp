// What early stopping keeps against N: the best moment and the last, per seed, from runs that may not all be there yet.
#include "experiment/data_size.h"

#include <cmath>
#include <doctest/doctest.h>

using namespace ladder;

namespace {

// Lowest validation loss at the middle one of three moments.
RunRecord run(std::string label, int sequences, std::uint64_t seed, double best_excess, int best_class, int last_class) {
    RunRecord r;
    r.label = std::move(label);
    r.settings.seed = seed, r.settings.batch = 100;
    if (sequences > 0) r.settings.data = DataSource::finite, r.settings.sequences = sequences;
    for (int i = 0; i < 3; ++i) {
        Moment m;
        m.step = 10 * i;
        m.validation_loss = i == 1 ? 1 : 2;
        m.excess = i == 1 ? best_excess : 2 * best_excess;
        const int nearest = i == 1 ? best_class : last_class;
        for (int k = 0; k <= 3; ++k) m.kl.push_back(0.1 + std::abs(k - nearest));
        r.moments.push_back(m);
    }
    return r;
}

}  // namespace

TEST_CASE("sizes collect their seeds; online data counts what was drawn until the best checkpoint") {
    std::vector<RunRecord> runs{run("N = 600", 600, 1, 0.5, 1, 2), run("online", 0, 1, 0.1, 3, 3), run("N = 600", 600, 2, 0.3, 0, 1)};
    const auto points = size_points(runs, 2);
    REQUIRE(points.size() == 2);
    CHECK(points[0].label == "N = 600");
    CHECK_FALSE(points[0].online);
    CHECK(points[0].seeds == std::vector<std::uint64_t>{1, 2});
    CHECK(points[0].sequences == std::vector<double>{600, 600});
    CHECK(points[0].best_excess == std::vector<double>{0.5, 0.3});
    CHECK(points[0].last_excess == std::vector<double>{1, 0.6});
    CHECK(points[0].best_class == std::vector<int>{1, 0});
    CHECK(points[0].last_class == std::vector<int>{2, 1});
    CHECK(mean(points[0].best_excess) == doctest::Approx(0.4));
    CHECK(mean(points[0].best_class) == doctest::Approx(0.5));
    CHECK(points[1].online);
    CHECK(points[1].sequences == std::vector<double>{1000});
    CHECK(points[1].seeds.size() == 1);

    runs.push_back({"online", runs[1].settings, {}, "It could not be made."});
    CHECK(size_points(runs, 2)[1].seeds.size() == 1);
    CHECK(size_points({}, 2).empty());
    CHECK(std::isnan(mean(std::vector<double>{})));
}
