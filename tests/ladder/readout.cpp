// The readout on synthetic evaluations: climbs, noise, heads that leave and swap, and one real run of the
// authors' code.
#include <doctest/doctest.h>

#include <algorithm>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "ladder/readout.h"

using namespace ladder;

namespace {

Settings small_chain(int d = 12) {
    Settings s;
    s.vocabulary = d;
    return s;
}

// KLs of a model that stands at height `at` (0..h): exact distances of a straight way through the classes.
std::vector<double> kl_at(double at, const std::vector<RungGap>& gaps) {
    const int h = static_cast<int>(gaps.size());
    std::vector<double> kl(static_cast<std::size_t>(h) + 1, 0.0);
    for (int k = 0; k < h; ++k) {
        const double t = std::clamp(at - k, 0.0, 1.0);
        const RungGap& g = gaps[static_cast<std::size_t>(k)];
        // KL_k - KL_{k+1} is linear in t; the squares keep both non-negative.
        const double difference = t * (g.up + g.down) - g.down;
        kl[static_cast<std::size_t>(k) + 1] = kl[static_cast<std::size_t>(k)] - difference;
    }
    const double lowest = *std::min_element(kl.begin(), kl.end());
    for (double& x : kl) x += 0.01 - lowest;
    return kl;
}

Evaluation evaluation(std::vector<double> kl, std::vector<float> mass, int heads) {
    Evaluation e;
    e.loss = 3.7;
    e.bayes_loss = 3.6;
    e.heads = heads;
    e.predictions = 20;
    e.positions = 25;
    e.attention.assign(static_cast<std::size_t>(heads) * 20 * 25, 0.04f);
    e.kl = std::move(kl);
    e.span_mass = std::move(mass);
    return e;
}

const std::vector<float> alike = {0.15f, 0.15f, 0.15f, 0.15f, 0.15f, 0.15f, 0.15f, 0.15f, 0.15f};
const std::vector<float> all_near = {0.05f, 0.1f, 0.6f, 0.05f, 0.1f, 0.6f, 0.05f, 0.1f, 0.6f};
const std::vector<float> one_left = {0.05f, 0.6f, 0.2f, 0.05f, 0.1f, 0.6f, 0.05f, 0.1f, 0.6f};
const std::vector<float> each_own = {0.05f, 0.6f, 0.1f, 0.05f, 0.1f, 0.7f, 0.6f, 0.1f, 0.1f};

}  // namespace

TEST_CASE("rung gaps are positive and grow with the strength of the span") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    REQUIRE(gaps.size() == 3);
    for (const RungGap& g : gaps) {
        CHECK(std::isfinite(g.up));
        CHECK(g.up > 0);
        CHECK(g.down > 0);
    }
    CHECK(gaps[0].up > gaps[1].up);  // the first rung adds the strongest span
    CHECK(gaps[1].up > gaps[2].up);
}

TEST_CASE("height is k at the ideal member of class k and never falls on the way up") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    double before = -1;
    for (int i = 0; i <= 30; ++i) {
        const double at = i / 10.0;
        const double height = ladder_height(kl_at(at, gaps), gaps);
        REQUIRE(std::isfinite(height));
        CHECK(height == doctest::Approx(at).epsilon(1e-9));
        CHECK(height >= before);
        before = height;
    }
    // Noise that keeps the model equally far from all classes moves nothing.
    auto kl = kl_at(1.0, gaps);
    for (double& x : kl) x += 0.3;
    CHECK(ladder_height(kl, gaps) == doctest::Approx(1.0));
}

TEST_CASE("height of the chain's own members, from their true KLs") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    const int h = chain.span_count(), d = chain.vocabulary();
    RandomSequence random(5, Stream::display);
    std::vector<std::int32_t> past(static_cast<std::size_t>(chain.window()));
    std::vector<float> p(static_cast<std::size_t>(d)), q(p.size());
    for (int member = 0; member <= h; ++member) {
        std::vector<double> kl(static_cast<std::size_t>(h) + 1, 0.0);
        for (int i = 0; i < 300; ++i) {
            for (auto& t : past) t = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(d)));
            chain.log_probs(member, past, q);
            for (int k = 0; k <= h; ++k) {
                chain.log_probs(k, past, p);
                for (std::size_t v = 0; v < p.size(); ++v) kl[static_cast<std::size_t>(k)] += std::exp(static_cast<double>(p[v])) * (p[v] - q[v]) / 300;
            }
        }
        const double height = ladder_height(kl, gaps);
        REQUIRE(std::isfinite(height));
        // Two samples of 300 pasts differ by about 1 / sqrt(300) = 0.06 of each of up to three ways.
        CHECK(height == doctest::Approx(member).scale(1).epsilon(0.2));
    }
}

TEST_CASE("specialisation is 0 for equal heads, 1 for one span each, and 0 where it has no meaning") {
    const std::vector<double> uniform = {0.15, 0.15, 0.15};
    const auto index = [&](const std::vector<float>& mass) { return specialisation_index(mass, uniform, static_cast<int>(mass.size()) / 3); };
    CHECK(index(alike) == doctest::Approx(0).scale(1));
    CHECK(index(all_near) == doctest::Approx(0).scale(1));
    CHECK(index({1, 0, 0, 0, 1, 0, 0, 0, 1}) == doctest::Approx(1));
    CHECK(index({1, 0, 0, 0, 1, 0}) == doctest::Approx(1));  // two heads, two spans: as different as two can be
    // More heads than spans must share: as different as they can be is each wholly on one span, evenly spread.
    CHECK(index({1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1}) == doctest::Approx(1));
    CHECK(index({1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0}) < 0.8);
    CHECK(index({1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1}) == doctest::Approx(1));
    CHECK(specialisation_index(std::vector<float>{1, 0, 0, 1, 0, 1}, std::vector<double>{0.15, 0.15}, 3) == doctest::Approx(1));
    CHECK(index(each_own) > 0.7);
    CHECK(index(each_own) < 1);
    CHECK(index(one_left) > 0.2);
    CHECK(index(one_left) < index(each_own));
    // A model that has not begun to choose: differences of a thousandth are noise.
    CHECK(index({0.151f, 0.150f, 0.150f, 0.150f, 0.151f, 0.149f, 0.150f, 0.150f, 0.151f}) < 0.01);
    CHECK(index(std::vector<float>(9, 0.0f)) == doctest::Approx(0).scale(1));
    CHECK(index({0.2f, 0.5f, 0.1f}) == 0);                                                                 // one head
    CHECK(specialisation_index(std::vector<float>{0.2f, 0.5f}, std::vector<double>{0.1}, 2) == 0);  // one span
}

TEST_CASE("a monotone climb passes every rung once, in order") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    Readout readout(chain);
    for (int i = 0; i <= 60; ++i) readout.observe(10 * i, evaluation(kl_at(i / 20.0, gaps), alike, 3));
    const auto& changes = readout.rung_changes();
    REQUIRE(changes.size() == 3);
    for (int k = 0; k < 3; ++k) {
        CHECK(changes[static_cast<std::size_t>(k)].from == k);
        CHECK(changes[static_cast<std::size_t>(k)].to == k + 1);
        CHECK(readout.reached()[static_cast<std::size_t>(k) + 1] == changes[static_cast<std::size_t>(k)].step);
        // The class changes half-way (step 100, 300, 500), the margin comes at most three evaluations later.
        CHECK(changes[static_cast<std::size_t>(k)].step >= 100 + 200 * k);
        CHECK(changes[static_cast<std::size_t>(k)].step <= 130 + 200 * k);
    }
    CHECK(readout.reached()[0] == 0);
    const auto stages = readout.stages();
    REQUIRE(stages.size() == 4);
    CHECK(stages[0].start == 0);
    CHECK(stages[0].acquired_span == -1);
    CHECK(stages[1].acquired_span == 2);  // the nearest span is the most important
    CHECK(stages[3].acquired_span == 0);
    CHECK(stages[3].end == 600);
    CHECK(stages[1].end == stages[2].start);
}

TEST_CASE("noise around the border between two classes does not flip the rung") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    Readout readout(chain);
    readout.observe(0, evaluation(kl_at(1.2, gaps), alike, 3));
    const double border = 1 + gaps[1].down / (gaps[1].up + gaps[1].down);  // KL_1 = KL_2
    RandomSequence random(3, Stream::display);
    for (int i = 1; i <= 400; ++i) readout.observe(10 * i, evaluation(kl_at(border + 0.04 * (random.uniform_double() - 0.5), gaps), alike, 3));
    CHECK(readout.rung_changes().empty());
    CHECK(readout.current().rung == 1);
    // A small lead that stays is believed.
    for (int i = 401; i <= 404; ++i) readout.observe(10 * i, evaluation(kl_at(border + 0.03, gaps), alike, 3));
    CHECK(readout.current().rung == 2);
    REQUIRE(readout.rung_changes().size() == 1);
}

TEST_CASE("heads compete, leave one by one, and cooperate") {
    const Chain chain(small_chain());
    const auto gaps = rung_gaps(chain);
    const auto kl = kl_at(1, gaps);
    Readout readout(chain);
    readout.observe(0, evaluation(kl, alike, 3));
    CHECK(readout.current().phase == Phase::undecided);
    for (const HeadRole& role : readout.current().heads) CHECK(role.span == -1);
    readout.observe(10, evaluation(kl, all_near, 3));
    CHECK(readout.current().phase == Phase::undecided);  // seen once
    readout.observe(20, evaluation(kl, all_near, 3));
    CHECK(readout.current().phase == Phase::competitive);
    CHECK(readout.current().heads[0].span == 2);
    CHECK(readout.current().heads[0].mass == doctest::Approx(0.6));
    for (int i = 3; i < 6; ++i) readout.observe(10 * i, evaluation(kl, one_left, 3));
    CHECK(readout.current().phase == Phase::competitive);  // two heads still share a span and one span has no head
    CHECK(readout.current().heads[0].span == 1);
    readout.observe(60, evaluation(kl, each_own, 3));
    readout.observe(70, evaluation(kl, one_left, 3));  // seen once only
    CHECK(readout.current().phase == Phase::competitive);
    readout.observe(80, evaluation(kl, each_own, 3));
    readout.observe(90, evaluation(kl, each_own, 3));
    CHECK(readout.current().phase == Phase::cooperative);
    CHECK(readout.current().specialisation > 0.3);
    // Two heads swap their spans: still one head each.
    std::vector<float> swapped = each_own;
    for (std::size_t s = 0; s < 3; ++s) std::swap(swapped[s], swapped[3 + s]);
    for (int i = 10; i < 14; ++i) readout.observe(10 * i, evaluation(kl, swapped, 3));
    CHECK(readout.current().phase == Phase::cooperative);
    CHECK(readout.current().heads[1].span == 1);
    CHECK(readout.phase_changes().size() == 2);
}

TEST_CASE("over one span heads neither compete nor cooperate") {
    Settings s = small_chain();
    s.spans = {2};
    const Chain chain(s);
    const auto kl = kl_at(1, rung_gaps(chain));
    Readout readout(chain);
    for (int i = 0; i < 5; ++i) readout.observe(i, evaluation(kl, {0.6f, 0.6f}, 2));
    CHECK(readout.current().heads[0].span == 0);
    CHECK(readout.current().heads[1].span == 0);
    CHECK(readout.current().phase == Phase::undecided);
    CHECK(readout.phase_changes().empty());
    CHECK(readout.current().specialisation == 0);
}

TEST_CASE("a head keeps its role while two spans are nearly even") {
    const Chain chain(small_chain());
    const auto kl = kl_at(1, rung_gaps(chain));
    Readout readout(chain);
    for (int i = 0; i < 10; ++i) {
        std::vector<float> mass = all_near;
        mass[1] = i % 2 == 0 ? 0.40f : 0.41f;
        mass[2] = i % 2 == 0 ? 0.41f : 0.40f;
        readout.observe(i, evaluation(kl, mass, 3));
        CHECK(readout.current().heads[0].span == 2);
    }
}

TEST_CASE("one head, equal strengths and a broken evaluation stay sensible") {
    Settings s = small_chain();
    s.heads = 1;
    s.importance = 1;
    const Chain chain(s);
    const auto gaps = rung_gaps(chain);
    Readout readout(chain);
    for (int i = 0; i < 5; ++i) readout.observe(i, evaluation(kl_at(i * 0.6, gaps), {0.05f, 0.1f, 0.6f}, 1));
    CHECK(readout.current().phase == Phase::undecided);
    CHECK(readout.current().specialisation == 0);
    CHECK(readout.current().heads[0].span == 2);
    CHECK(readout.current().height == doctest::Approx(2.4));
    const Reading before = readout.current();
    auto broken = evaluation(kl_at(1, gaps), {0.05f, 0.1f, 0.6f}, 1);
    broken.kl[2] = std::nan("");
    readout.observe(5, broken);
    CHECK(readout.current().step == 5);
    CHECK(readout.current().rung == before.rung);
    CHECK(readout.current().height == before.height);
}

TEST_CASE("the authors' run on 9000 sequences: rung 1, then 2, the first head leaves at step 100 to 150") {
    std::ifstream file(std::string(LADDER_FIXTURES) + "/curve-minimal-9000-sequences.json");
    const auto run = nlohmann::json::parse(file);
    const Chain chain(small_chain(50));
    Readout readout(chain);
    std::int64_t left = -1;
    for (const auto& row : run.at("rows")) {
        // The file has no KL_0. An untrained model is nearly uniform; it leaves F_0 as its loss falls.
        const double kl_0 = 0.02 + 3.92 - row.at("train_loss").get<double>() + 0.1;
        std::vector<double> kl = {std::max(kl_0, 0.02)};
        for (const char* name : {"kl_1", "kl_2", "kl_3"}) kl.push_back(row.at(name).get<double>());
        std::vector<float> mass;
        for (const auto& head : row.at("span_mass"))
            for (const auto& x : head) mass.push_back(x.get<float>());
        const auto& reading = readout.observe(row.at("step").get<std::int64_t>(), evaluation(kl, mass, 3));
        CHECK(std::isfinite(reading.height));
        if (left < 0 && reading.heads[0].span == 1) left = reading.step;
    }
    CHECK(readout.reached()[1] >= 0);
    CHECK(readout.reached()[1] <= 100);
    CHECK(readout.reached()[2] >= 110);
    CHECK(readout.reached()[2] <= 150);
    CHECK(readout.reached()[3] == -1);
    CHECK(left >= 100);
    CHECK(left <= 150);
    CHECK(readout.current().rung == 2);
    CHECK(readout.current().height > 1.7);
    CHECK(readout.current().height < 2.5);
    CHECK(readout.current().phase == Phase::competitive);  // no head ever serves the far span
}
