// Updates against PyTorch's formulas written out in double, undoing, norms and clipping.
#include "train/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.h"
#include "base/random.h"

using namespace ladder;

namespace {

std::vector<float> random_values(std::size_t n, std::uint64_t index) {
    RandomSequence random(3, Stream::display, index);
    std::vector<float> values(n);
    for (float& v : values) v = static_cast<float>(random.normal());
    return values;
}

}  // namespace

TEST_CASE("AdamW and SGD follow PyTorch's formulas") {
    struct Case {
        OptimizerKind kind;
        double momentum;
    };
    for (const auto& [kind, momentum] : {Case{OptimizerKind::adamw, 0.9}, {OptimizerKind::sgd, 0}, {OptimizerKind::sgd, 0.5}, {OptimizerKind::sgd, 0.9}}) {
        Settings s;
        s.optimizer = kind, s.momentum = momentum, s.learning_rate = 0.05, s.weight_decay = 0.01;
        constexpr std::size_t n = 37;
        Optimizer optimizer(s, n);
        std::vector<float> parameters = random_values(n, 0);
        std::vector<double> p(parameters.begin(), parameters.end()), m(n), v(n);
        for (int t = 1; t <= 30; ++t) {
            const std::vector<float> gradient = random_values(n, static_cast<std::uint64_t>(t));
            optimizer.apply(parameters, gradient, 0.5f, s.learning_rate, parameters);
            for (std::size_t i = 0; i < n; ++i) {
                const double g = 0.5 * gradient[i];
                if (kind == OptimizerKind::sgd) {
                    m[i] = momentum * m[i] + g + 0.01 * p[i];
                    p[i] -= 0.05 * m[i];
                } else {
                    p[i] *= 1 - 0.05 * 0.01;
                    m[i] = 0.9 * m[i] + 0.1 * g;
                    v[i] = 0.999 * v[i] + 0.001 * g * g;
                    p[i] -= 0.05 * (m[i] / (1 - std::pow(0.9, t))) / (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-8);
                }
            }
        }
        CHECK(optimizer.steps() == 30);
        for (std::size_t i = 0; i < n; ++i) {
            REQUIRE(std::isfinite(parameters[i]));
            CHECK(std::abs(parameters[i] - p[i]) < 2e-5);  // 30 steps, each a few roundings of 6e-8 of values up to 5
        }
    }
}

TEST_CASE("an update can be taken back") {
    for (const OptimizerKind kind : {OptimizerKind::adamw, OptimizerKind::sgd}) {
        Settings s;
        s.optimizer = kind;
        Optimizer optimizer(s, 9);
        const std::vector<float> start = random_values(9, 0);
        std::vector<float> once(9), twice(9), again(9);
        optimizer.apply(start, random_values(9, 1), 1, s.learning_rate, once);
        const std::vector<float> first = optimizer.first(), second = optimizer.second();
        optimizer.apply(once, random_values(9, 2), 1, s.learning_rate, twice);
        optimizer.undo();
        CHECK(optimizer.steps() == 1);
        CHECK(optimizer.first() == first);
        CHECK(optimizer.second() == second);
        optimizer.apply(once, random_values(9, 2), 1, s.learning_rate, again);
        CHECK(again == twice);
    }
}

TEST_CASE("a state of another size is refused") {
    Optimizer optimizer(Settings{}, 4);
    CHECK_THROWS_AS(optimizer.restore(1, std::vector<float>(4), std::vector<float>(3)), Error);
    CHECK_THROWS_AS(optimizer.restore(-1, std::vector<float>(4), std::vector<float>(4)), Error);
}

TEST_CASE("the global norm and clipping") {
    for (const std::size_t n : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, std::size_t{1000}}) {
        const std::vector<float> values = random_values(n, 5);
        double sum = 0;
        for (const float v : values) sum += static_cast<double>(v) * v;
        CHECK(global_norm(values) == doctest::Approx(std::sqrt(sum)).epsilon(1e-13));  // 1000 roundings of 1e-16
    }
    CHECK(global_norm({}) == 0);
    const std::vector<float> large(4, 1e30f);
    CHECK(global_norm(large) == doctest::Approx(2e30));
    const std::vector<float> bad{1, std::numeric_limits<float>::quiet_NaN()};
    CHECK(std::isnan(global_norm(bad)));
    CHECK(clip_scale(0.5, 1) == 1.0f);
    CHECK(clip_scale(4, 1) == doctest::Approx(0.25).epsilon(1e-6));
    CHECK(clip_scale(4, 0) == 1.0f);
}
