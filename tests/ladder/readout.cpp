// The readout on synthetic evaluations: climbs, noise, heads that leave and swap, and one real run of the
// authors' code.
#include <doctest/doctest.h>

#include <algorithm>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "ladder/readout.h"
#include "support/fixture_path.h"
#include "task/sampler.h"

using namespace ladder;

namespace {

Settings small_chain(int d = 12) {
    Settings s;
    s.vocabulary = d;
    return s;
}

// KLs of a model that stands at height `at` (0..h): exact distances of a straight way through the classes.
std::vector<double> kl_at(double at, const LadderScale& scale) {
    const int h = scale.rungs;
    std::vector<double> kl(static_cast<std::size_t>(h) + 1, 0.0);
    for (int k = 0; k < h; ++k) {
        const double t = std::clamp(at - k, 0.0, 1.0);
        const double difference = t < 0.5 ? scale.between(k + 1, k) * (2 * t - 1) : scale.between(k, k + 1) * (2 * t - 1);
        kl[static_cast<std::size_t>(k) + 1] = kl[static_cast<std::size_t>(k)] - difference;
    }
    const double lowest = *std::min_element(kl.begin(), kl.end());
    for (double& x : kl) x += 0.01 - lowest;
    return kl;
}

// [j][k]: the mean of KL(p_k || p_j) over sequences of the chain as a model is evaluated on.
std::vector<std::vector<double>> own_kls(const Chain& chain, int sequences) {
    const std::size_t members = static_cast<std::size_t>(chain.span_count()) + 1, d = static_cast<std::size_t>(chain.vocabulary()), w = static_cast<std::size_t>(chain.window());
    const Sampler sampler(chain, chain.length(), 5);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sampler.sequence_length()));
    std::vector<float> logs(members * d);
    std::vector<std::vector<double>> kls(members, std::vector<double>(members, 0.0));
    for (int i = 0; i < sequences; ++i) {
        sampler.sample(Stream::validation_data, static_cast<std::uint64_t>(i), 1, tokens);
        for (std::size_t r = 0; r < static_cast<std::size_t>(chain.length()); ++r) {
            for (std::size_t k = 0; k < members; ++k) chain.log_probs(static_cast<int>(k), std::span(tokens).subspan(r, w), std::span(logs).subspan(k * d, d));
            for (std::size_t j = 0; j < members; ++j)
                for (std::size_t k = 0; k < members; ++k)
                    for (std::size_t v = 0; v < d; ++v) kls[j][k] += std::exp(static_cast<double>(logs[k * d + v])) * (logs[k * d + v] - logs[j * d + v]) / (sequences * chain.length());
        }
    }
    return kls;
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

TEST_CASE("the ladder's scale: no distance to itself, the strongest span the farthest") {
    const Chain chain(small_chain());
    const LadderScale scale = ladder_scale(chain);
    REQUIRE(scale.rungs == 3);
    REQUIRE(scale.kl.size() == 16);
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) {
            CHECK(std::isfinite(scale.between(i, j)));
            CHECK((scale.between(i, j) == 0) == (i == j));
        }
    CHECK(scale.between(0, 1) > scale.between(1, 2));  // the first rung adds the strongest span
    CHECK(scale.between(1, 2) > scale.between(2, 3));
}

TEST_CASE("height is k at the ideal member of class k and never falls on the way up") {
    const Chain chain(small_chain());
    const auto scale = ladder_scale(chain);
    double before = -1;
    for (int i = 0; i <= 30; ++i) {
        const double at = i / 10.0;
        const double height = ladder_height(kl_at(at, scale), scale);
        REQUIRE(std::isfinite(height));
        CHECK(height == doctest::Approx(at).epsilon(1e-9));
        CHECK(height >= before);
        before = height;
    }
    // Noise that keeps the model equally far from all classes moves nothing.
    auto kl = kl_at(1.0, scale);
    for (double& x : kl) x += 0.3;
    CHECK(ladder_height(kl, scale) == doctest::Approx(1.0));
}

TEST_CASE("height of the chain's own members is their class, on other pasts, sharp chains and few symbols too") {
    struct Case {
        int symbols;
        double scale;
        std::vector<int> spans;
    };
    for (const Case& c : std::vector<Case>{{12, 1, {2, 2, 2}}, {2, 1, {2, 2, 2}}, {5, 6, {2, 2, 2}}, {5, 1, {4, 4}}, {50, 1, {1, 1, 1, 1}}}) {
        Settings s = small_chain(c.symbols);
        s.scale = c.scale;
        s.spans = c.spans;
        const Chain chain(s);
        CAPTURE(c.symbols);
        CAPTURE(c.scale);
        const LadderScale scale = ladder_scale(chain);
        const auto kls = own_kls(chain, 100);
        for (std::size_t member = 0; member < kls.size(); ++member) {
            CAPTURE(member);
            const double height = ladder_height(kls[member], scale);
            REQUIRE(std::isfinite(height));
            // Two samples of some hundreds of pasts differ by about a twentieth of each of up to four ways.
            CHECK(height == doctest::Approx(static_cast<double>(member)).scale(1).epsilon(0.2));
        }
    }
}

TEST_CASE("a model that is where a class' own member is gets its rung, whatever it was on before") {
    for (const auto& sharp : std::vector<std::pair<int, double>>{{12, 1}, {2, 1}, {5, 6}}) {
        Settings s = small_chain(sharp.first);
        s.scale = sharp.second;
        const Chain chain(s);
        CAPTURE(s.vocabulary);
        const auto kls = own_kls(chain, 20);
        for (int before = 0; before <= 3; ++before)
            for (int now = 0; now <= 3; ++now) {
                CAPTURE(before);
                CAPTURE(now);
                Readout readout(chain);
                readout.observe(0, evaluation(kls[static_cast<std::size_t>(before)], alike, 3));
                CHECK(readout.observe(10, evaluation(kls[static_cast<std::size_t>(now)], alike, 3)).rung == now);
            }
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
    const auto scale = ladder_scale(chain);
    Readout readout(chain);
    for (int i = 0; i <= 60; ++i) readout.observe(10 * i, evaluation(kl_at(i / 20.0, scale), alike, 3));
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
    const auto scale = ladder_scale(chain);
    Readout readout(chain);
    readout.observe(0, evaluation(kl_at(1.2, scale), alike, 3));
    const double border = 1.5;  // KL_1 = KL_2
    RandomSequence random(3, Stream::display);
    for (int i = 1; i <= 400; ++i) readout.observe(10 * i, evaluation(kl_at(border + 0.04 * (random.uniform_double() - 0.5), scale), alike, 3));
    CHECK(readout.rung_changes().empty());
    CHECK(readout.current().rung == 1);
    // A small lead that stays is believed.
    for (int i = 401; i <= 404; ++i) readout.observe(10 * i, evaluation(kl_at(border + 0.03, scale), alike, 3));
    CHECK(readout.current().rung == 2);
    REQUIRE(readout.rung_changes().size() == 1);
    // So is one that is smaller yet and stays longer, and one that is no more than rounding is not.
    auto kl = kl_at(border, scale);
    kl[1] -= 5e-6;
    for (int i = 405; i < 505; ++i) readout.observe(10 * i, evaluation(kl, alike, 3));
    CHECK(readout.current().rung == 2);
    kl[1] -= 5e-5;
    for (int i = 505; i < 540; ++i) readout.observe(10 * i, evaluation(kl, alike, 3));
    CHECK(readout.current().rung == 1);
    CHECK(readout.rung_changes().back().step == 5280);
}

TEST_CASE("heads compete, leave one by one, and cooperate") {
    const Chain chain(small_chain());
    const auto scale = ladder_scale(chain);
    const auto kl = kl_at(1, scale);
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
    const auto kl = kl_at(1, ladder_scale(chain));
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
    const auto kl = kl_at(1, ladder_scale(chain));
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
    const auto scale = ladder_scale(chain);
    Readout readout(chain);
    for (int i = 0; i < 5; ++i) readout.observe(i, evaluation(kl_at(i * 0.6, scale), {0.05f, 0.1f, 0.6f}, 1));
    CHECK(readout.current().phase == Phase::undecided);
    CHECK(readout.current().specialisation == 0);
    CHECK(readout.current().heads[0].span == 2);
    CHECK(readout.current().height == doctest::Approx(2.4));
    const Reading before = readout.current();
    auto broken = evaluation(kl_at(1, scale), {0.05f, 0.1f, 0.6f}, 1);
    broken.kl[2] = std::nan("");
    readout.observe(5, broken);
    CHECK(readout.current().step == 5);
    CHECK(readout.current().rung == before.rung);
    CHECK(readout.current().height == before.height);
}

TEST_CASE("the authors' run on 9000 sequences: rung 1, then 2, the first head leaves at step 100 to 150") {
    std::ifstream file(test::fixture_path("curve-minimal-9000-sequences.json"));
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
