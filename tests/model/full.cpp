// The full transformer: gradients against central differences with and without dropout, dropout that depends on
// the sequence alone, maps, and learning.
#include "model/full.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "support/gradient_check.h"
#include "support/worse.h"
#include "train/trainer.h"

using namespace ladder;

namespace {

Settings small() {
    Settings s;
    s.model = ModelKind::full;
    s.vocabulary = 5, s.spans = {1, 2}, s.length = 4, s.batch = 21, s.validation = 16, s.heads = 2, s.hidden = 12, s.mlp = 7, s.learning_rate = 0.01;
    return s;
}

}  // namespace

TEST_CASE("the full model's gradient agrees with central differences") {
    struct Case {
        int vocabulary, length, heads, blocks, hidden, mlp;
        bool bias;
        double dropout;
    };
    const Case cases[] = {{2, 1, 1, 1, 4, 3, false, 0}, {5, 4, 3, 1, 9, 7, false, 0}, {3, 2, 8, 1, 8, 16, true, 0}, {4, 3, 2, 3, 6, 5, true, 0}, {5, 4, 2, 2, 10, 9, true, 0.3}};
    for (const Case& c : cases) {
        CAPTURE(c.vocabulary);
        CAPTURE(c.blocks);
        CAPTURE(c.dropout);
        Settings s = small();
        s.vocabulary = c.vocabulary, s.length = c.length, s.heads = c.heads, s.blocks = c.blocks, s.hidden = c.hidden, s.mlp = c.mlp, s.bias = c.bias;
        const ParameterTable table = full_table(s);
        constexpr int sequences = 3;
        RandomSequence random(12, Stream::display);
        std::vector<double> parameters(table.size());
        for (double& p : parameters) p = 0.7 * random.normal();
        const int length = input_length(s) + 1;
        std::vector<std::int32_t> tokens(static_cast<std::size_t>(sequences) * length);
        for (auto& t : tokens) t = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(s.vocabulary)));

        const Dropout dropout(1, 5, c.dropout);
        FullTransformer<double>::State state;
        const auto evaluate = [&](const std::vector<double>& at, std::span<double> gradient) {
            FullTransformer<double> model(full_sizes(s), table);
            model.set_parameters(at);
            return model.gradient(tokens.data(), length, sequences, c.dropout > 0 ? &dropout : nullptr, 7, state, gradient);
        };
        std::vector<double> gradient(parameters.size()), unused(parameters.size());
        evaluate(parameters, gradient);
        test::check_gradient([&](const std::vector<double>& at) { return evaluate(at, unused); }, parameters, gradient, 400);
    }
}

TEST_CASE("a sequence's gradient with dropout does not depend on who computes it with which others") {
    Settings s = small();
    s.blocks = 2, s.dropout = 0.4;
    const Trainer trainer(s);
    const auto workspace = trainer.model().workspace();
    const std::size_t size = trainer.parameters().size();
    const int length = input_length(s) + 1, split = 8;
    const auto gradient = [&](int first, int count, std::int64_t step) {
        std::vector<float> g(size);
        trainer.model().gradient({trainer.batch_tokens(first, count), count, length}, {s.seed, step, first}, 1, g, *workspace);
        return g;
    };
    const std::vector<float> whole = gradient(0, 21, 3), left = gradient(0, split, 3), right = gradient(split, 21 - split, 3), other = gradient(0, 21, 4);
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < size; ++i) {
        REQUIRE(std::isfinite(whole[i]));
        largest = std::max(largest, std::abs(static_cast<double>(whole[i])));
        difference = test::worse(difference, std::abs(static_cast<double>(whole[i]) - (left[i] + right[i])));
    }
    CHECK(difference < 1e-5 * largest);  // some hundred terms in another order
    CHECK(other != whole);                // another step draws other masks
}

TEST_CASE("dropout drops the share that it is asked for and keeps the mean") {
    const Dropout dropout(3, 9, 0.1);
    RowMatrix<float> mask(400, 255);
    dropout.fill(mask, 0, 400, 12, 4, 0);
    const double dropped = static_cast<double>((mask.array() == 0.0f).count()) / static_cast<double>(mask.size());
    CHECK(std::abs(dropped - 0.1) < 5 * std::sqrt(0.1 * 0.9 / 102000));  // five standard deviations
    CHECK(mask.maxCoeff() == doctest::Approx(1 / 0.9));
    RowMatrix<float> part(10, 255), elsewhere(10, 255);
    dropout.fill(part, 0, 10, 12, 4, 100);
    CHECK(part == mask.middleRows(100, 10));
    dropout.fill(elsewhere, 0, 10, 12, 5, 100);
    CHECK(elsewhere != part);
}

TEST_CASE("the full model's maps are causal, sum to one, and agree whether all rows are asked for or not") {
    Settings s = small();
    s.blocks = 2;
    const Trainer trainer(s);
    const auto workspace = trainer.model().workspace();
    const int T = input_length(s), L = s.length, B = 60, V = s.vocabulary;  // more than one chunk
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(B) * (T + 1));
    for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = static_cast<std::int32_t>(i * i % 5);
    std::vector<float> logits(static_cast<std::size_t>(B * L * V)), few_logits(logits.size()), attention(static_cast<std::size_t>(B * 4 * T * T)), few(attention.size());
    trainer.model().forward({tokens, B, T + 1}, logits, attention, true, *workspace);
    trainer.model().forward({tokens, B, T + 1}, few_logits, few, false, *workspace);
    // Logits of order 1 from sums of a few hundred products, 1e-7 each, should a kernel add them in another order; maps of scores likewise.
    for (std::size_t i = 0; i < logits.size(); ++i) CHECK(logits[i] == doctest::Approx(few_logits[i]).epsilon(1e-5));
    for (int map = 0; map < B * 4; ++map)
        for (int i = 0; i < T; ++i) {
            const float* row = attention.data() + (map * T + i) * T;
            const float* few_row = few.data() + (map * T + i) * T;
            float sum = 0;
            for (int j = 0; j < T; ++j) sum += row[j];
            for (int j = i + 1; j < T; ++j) CHECK(row[j] == 0.0f);
            for (int j = 0; j < T; ++j) CHECK(std::abs(few_row[j] - (i >= T - L ? row[j] : 0.0f)) < 1e-5f);
            REQUIRE(std::isfinite(sum));
            CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));  // T roundings of 6e-8 and the exponential's
        }
}

TEST_CASE("a tiny batch is learned by heart by the full model") {
    Settings s = small();
    s.data = DataSource::finite, s.sequences = s.batch = 3, s.dropout = 0;
    Trainer trainer(s);
    const auto workspace = trainer.model().workspace();
    double loss = 0;
    for (int i = 0; i < 200; ++i) loss = trainer.train_step(*workspace).loss;
    REQUIRE(std::isfinite(loss));
    CHECK(loss < 0.02);  // 12 predictions, ln 5 = 1.6 at the start
}

TEST_CASE("heads that do not divide the hidden width are refused") {
    Settings s = small();
    s.heads = 5;
    CHECK_THROWS_AS(make_model(s), Error);
}
