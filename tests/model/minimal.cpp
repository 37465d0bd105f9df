// The minimal model: its gradient against central differences, its table, its first loss.
#include "model/minimal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "support/gradient_check.h"
#include "train/trainer.h"

using namespace ladder;

TEST_CASE("the minimal model's gradient agrees with central differences") {
    const MinimalSizes cases[] = {
        {.vocabulary = 2, .positions = 2, .predictions = 1, .heads = 1},
        {.vocabulary = 2, .positions = 5, .predictions = 5, .heads = 2},
        {.vocabulary = 3, .positions = 4, .predictions = 2, .heads = 8},
        {.vocabulary = 5, .positions = 9, .predictions = 4, .heads = 3},
        {.vocabulary = 4, .positions = 5, .predictions = 3, .heads = 2, .blocks = 2},
        {.vocabulary = 3, .positions = 3, .predictions = 1, .heads = 1, .blocks = 3},
    };
    for (const MinimalSizes& sizes : cases) {
        CAPTURE(sizes.vocabulary);
        CAPTURE(sizes.heads);
        CAPTURE(sizes.blocks);
        constexpr int sequences = 3;
        RandomSequence random(11, Stream::display);
        std::vector<double> parameters(sizes.parameters());
        for (double& p : parameters) p = random.normal();
        std::vector<std::int32_t> tokens(static_cast<std::size_t>(sequences) * (sizes.positions + 1));
        for (auto& t : tokens) t = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(sizes.vocabulary)));

        MinimalReference<double>::State state;
        const auto evaluate = [&](const std::vector<double>& at, std::span<double> gradient) {
            MinimalReference<double> model(sizes);
            model.set_parameters(at);
            double loss = 0;
            for (int s = 0; s < sequences; ++s) loss += model.gradient(tokens.data() + s * (sizes.positions + 1), state, gradient);
            return loss;
        };
        std::vector<double> gradient(parameters.size()), unused(parameters.size());
        evaluate(parameters, gradient);
        test::check_gradient([&](const std::vector<double>& at) { return evaluate(at, unused); }, parameters, gradient, 150);
    }
}

TEST_CASE("attention is causal and sums to one") {
    Settings s;
    s.vocabulary = 4, s.spans = {2, 3}, s.stride = 2, s.length = 3, s.batch = 2, s.validation = 16, s.heads = 2;
    for (const Kernels kernels : {Kernels::reference, Kernels::fast}) {
        const Trainer trainer(s, kernels);
        const auto workspace = trainer.model().workspace();
        const int T = input_length(s), L = s.length;
        std::vector<float> logits(static_cast<std::size_t>(2 * L * 4)), attention(static_cast<std::size_t>(2 * 2 * T * T));
        for (const bool all_rows : {true, false}) {
            trainer.model().forward({trainer.batch_tokens(0, 2), 2, T + 1}, logits, attention, all_rows, *workspace);
            for (int map = 0; map < 4; ++map)
                for (int i = 0; i < T; ++i) {
                    const float* row = attention.data() + (map * T + i) * T;
                    float sum = 0;
                    for (int j = 0; j < T; ++j) sum += row[j];
                    for (int j = i + 1; j < T; ++j) CHECK(row[j] == 0.0f);
                    REQUIRE(std::isfinite(sum));
                    CHECK(sum == doctest::Approx(all_rows || i >= T - L ? 1.0 : 0.0).epsilon(1e-5));  // T roundings of 6e-8 and the exponential's
                }
        }
    }
}

TEST_CASE("training starts near the loss of the uniform predictor") {
    Settings s;
    s.batch = 16, s.validation = 16, s.query_init = InitKind::uniform, s.query_scale = 1e-3;
    const auto first_loss = [](const Settings& settings) {
        Trainer trainer(settings);
        return trainer.train_step(*trainer.model().workspace()).loss;
    };
    // Xavier values give logits of at most a few tenths, which costs about half their variance.
    CHECK(std::abs(first_loss(s) - std::log(50.0)) < 0.05);
    s.value_init = InitKind::uniform;
    s.value_scale = 0;
    CHECK(std::abs(first_loss(s) - std::log(50.0)) < 1e-5);
}

TEST_CASE("initial values follow the settings and the seed") {
    Settings s;
    s.vocabulary = 10, s.validation = 16;
    const ParameterTable table = minimal_table(s);
    const ParameterInfo& query = table.find("transformer_blocks.0.self_attention.query_proj.2.weight");
    const ParameterInfo& value = table.find("transformer_blocks.0.self_attention.value_proj.0.weight");
    const auto largest = [](const std::vector<float>& values, const ParameterInfo& p) {
        float most = 0;
        for (std::size_t i = 0; i < p.size(); ++i) most = std::max(most, std::abs(values[p.offset + i]));
        return most;
    };
    const double bound = std::sqrt(6.0 / (2 * (10 + input_length(s))));
    std::vector<float> values = initial_parameters(table, s);
    CHECK(largest(values, query) <= bound);
    CHECK(largest(values, query) > 0.95 * bound);  // the largest of 1225 uniform draws
    s.query_init = InitKind::uniform, s.query_scale = 1e-6;
    const std::vector<float> small = initial_parameters(table, s);
    CHECK(largest(small, query) <= 1e-6f);
    CHECK(std::equal(values.begin() + static_cast<std::ptrdiff_t>(value.offset), values.end(), small.begin() + static_cast<std::ptrdiff_t>(value.offset)));
    s.seed = 8;
    CHECK(initial_parameters(table, s) != small);
    CHECK_THROWS_WITH(table.find("encoder.weight"), "The model has no parameter named \"encoder.weight\".");
}
