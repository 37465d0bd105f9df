// The table of a run: every row has the columns of the header, whatever was measured of its moment.
#include "run/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace ladder;

TEST_CASE("moments that were not measured against the learned members leave their columns empty") {
    const Chain chain{Settings{}};
    History history(chain);
    for (int i = 0; i < 3; ++i) {
        auto s = std::make_shared<Snapshot>();
        s->step = 10 * i;
        s->evaluation.kl.assign(4, 0.5);
        s->evaluation.span_mass.assign(9, 0.1f);
        if (i == 1) s->evaluation.learned_kl = {0.1, 0.2, 0.3};  // neither the first nor the last
        history.add(s);
    }
    std::istringstream lines(metrics_csv(history));
    std::string header, line;
    REQUIRE(std::getline(lines, header));
    CHECK(header.find("kl_learned_3") != std::string::npos);
    int rows = 0;
    for (; std::getline(lines, line); ++rows) CHECK(std::count(line.begin(), line.end(), ',') == std::count(header.begin(), header.end(), ','));
    CHECK(rows == 3);
}
