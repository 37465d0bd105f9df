// The vector kernels of the minimal model against the plain reference, for every instruction set of this
// machine, at awkward sizes, and with parameters that leave the range of multiplied exponentials.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/minimal_kernel.h"
#include "model/minimal.h"
#include "model/minimal_fast.h"
#include "support/difference.h"

using namespace ladder;

namespace {

struct Result {
    double loss = 0;
    std::vector<float> gradient, logits, attention, all_attention, summed_logits, attention_sums;
};

std::vector<std::int32_t> random_tokens(const Settings& s, int sequences) {
    RandomSequence random(5, Stream::train_data);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sequences) * (window(s) + s.length));
    for (auto& t : tokens) t = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(s.vocabulary)));
    return tokens;
}

// Uniform in [-query, query] and [-value, value].
std::vector<float> random_parameters(const Model& model, double query, double value) {
    RandomSequence random(6, Stream::init);
    std::vector<float> p(model.table().size());
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = static_cast<float>((2 * random.uniform_double() - 1) * (i < p.size() / 2 ? query : value));
    return p;
}

Result compute(Model& model, const Settings& s, const std::vector<float>& parameters, const std::vector<std::int32_t>& tokens) {
    const std::size_t length = static_cast<std::size_t>(window(s) + s.length), T = length - 1;
    const std::size_t B = tokens.size() / length, H = static_cast<std::size_t>(s.heads);
    const TokenBatch batch{tokens, static_cast<int>(B), static_cast<int>(length)};
    Result r;
    r.gradient.assign(parameters.size(), 99.0f);  // must be overwritten
    r.logits.resize(B * static_cast<std::size_t>(s.length) * static_cast<std::size_t>(s.vocabulary));
    r.attention.assign(B * H * T * T, 99.0f);
    r.all_attention.assign(B * H * T * T, 99.0f);
    const auto workspace = model.workspace();
    model.prepare(parameters);
    model.forward(batch, r.logits, r.all_attention, true, *workspace);  // first: its traces must not be seen later
    r.loss = model.gradient(batch, {}, 0.5f, r.gradient, *workspace);
    model.forward(batch, r.logits, r.attention, false, *workspace);
    r.summed_logits.assign(r.logits.size(), 99.0f);
    std::vector<double> sums(H * static_cast<std::size_t>(s.length) * T, 1.0);  // added to, not overwritten
    model.forward_sums(batch, s.heads, r.summed_logits, sums, *workspace);
    r.attention_sums.assign(sums.begin(), sums.end());
    return r;
}

// tolerance: relative, of the gradient; derived where it is given.
void compare(const Settings& s, double query, double value, double tolerance, int sequences = 7) {
    const auto reference = make_reference_minimal(s);
    const auto parameters = random_parameters(*reference, query, value);
    const auto tokens = random_tokens(s, sequences);
    const Result expected = compute(*reference, s, parameters, tokens);
    const MinimalKernelList list = available_minimal_kernels();
    for (int i = 0; i < list.count; ++i) {
        INFO("instruction set " << std::string(list.items[i]->name) << ", d " << s.vocabulary << ", T " << input_length(s) << ", heads " << s.heads << ", |W| " << query);
        const auto fast = make_fast_minimal(s, minimal_table(s), *list.items[i]);
        const Result found = compute(*fast, s, parameters, tokens);
        REQUIRE(std::isfinite(found.loss));
        CHECK(found.loss == doctest::Approx(expected.loss).epsilon(tolerance / 10));
        CHECK(relative_difference(found.logits, expected.logits) < tolerance);
        CHECK(relative_difference(found.attention, expected.attention) < tolerance);
        CHECK(relative_difference(found.all_attention, expected.all_attention) < tolerance);
        CHECK(relative_difference(found.gradient, expected.gradient) < tolerance);
        CHECK(relative_difference(found.summed_logits, expected.logits) < tolerance);
        CHECK(relative_difference(found.attention_sums, expected.attention_sums) < tolerance);
    }
}

Settings sized(int d, std::vector<int> spans, int heads, int length, int stride = 0) {
    Settings s;
    s.vocabulary = d;
    s.spans = std::move(spans);
    s.heads = heads;
    s.length = length;
    s.stride = stride;
    return s;
}

// Sums of up to T * H = 200 terms of one sign and a chain of about ten roundings: 200 eps / 2 at worst.
constexpr double rounding = 2e-5;

}  // namespace

TEST_CASE("fast minimal kernels equal the reference at the paper's size") { compare(sized(50, {2, 2, 2}, 3, 20), 0.4, 0.4, rounding); }

TEST_CASE("fast minimal kernels equal the reference at awkward sizes") {
    for (const int d : {2, 3, 4, 5, 10, 17, 51, 107}) compare(sized(d, {2, 1}, 3, 7), 1.0, 1.0, rounding);
    for (int heads = 1; heads <= 8; ++heads) compare(sized(11, {2, 2, 2}, heads, 9), 1.0, 1.0, rounding);
    compare(sized(50, {1}, 1, 1), 1.0, 1.0, rounding);
    compare(sized(5, {2, 2}, 2, 1), 1.0, 1.0, rounding);
    compare(sized(9, {4, 4, 4}, 4, 20, 2), 1.0, 1.0, rounding);  // overlapping spans
    compare(sized(6, {3, 3}, 5, 70), 1.0, 1.0, rounding, 2);
}

TEST_CASE("attention stays right where exponentials cannot be multiplied") {
    // At score magnitudes x float rounding of x itself is amplified: x eps, here up to 4 * 200 * eps = 5e-5 and
    // 4000 * eps = 3e-4; the gradient passes it on.
    const Settings s = sized(10, {2, 2}, 3, 12);
    const double to_base_2 = 1.4426950408889634 / std::sqrt(static_cast<double>(s.vocabulary + input_length(s)));
    const double border = static_cast<double>(minimal_exponent_limit(input_length(s))) / to_base_2;
    compare(s, border * 0.9999, 0.5, 1e-3);
    compare(s, border * 1.0001, 0.5, 1e-3);
    compare(s, border * 1.2, 0.5, 1e-3);
    compare(s, border * 10, 0.5, 5e-3);
}

TEST_CASE("loss and gradient stay right for logits beyond the range of exponentials") {
    // The same argument with logits up to H * 2 * value.
    const Settings s = sized(10, {2, 2}, 3, 12);
    compare(s, 0.5, 20, 1e-3);   // around the border at 100 / log2 e
    compare(s, 0.5, 60, 1e-3);
    compare(s, 0.5, 1000, 5e-3);
}

TEST_CASE("parameters that are no numbers give a loss that is none") {
    const Settings s = sized(10, {2, 2}, 3, 12);
    const auto tokens = random_tokens(s, 3);
    const MinimalKernelList list = available_minimal_kernels();
    for (int i = 0; i < list.count; ++i) {
        const auto model = make_fast_minimal(s, minimal_table(s), *list.items[i]);
        const auto workspace = model->workspace();
        const TokenBatch batch{tokens, 3, window(s) + s.length};
        const auto good = random_parameters(*model, 1.0, 1.0);
        std::vector<float> gradient(good.size());
        model->prepare(good);
        const double loss = model->gradient(batch, {}, 1.0f, gradient, *workspace);
        const std::vector<float> first = gradient;
        for (const bool query : {true, false}) {
            auto bad = good;
            std::fill_n(bad.begin() + (query ? 0 : static_cast<std::ptrdiff_t>(bad.size() / 2)), bad.size() / 2, std::nanf(""));
            model->prepare(bad);
            CHECK(!std::isfinite(model->gradient(batch, {}, 1.0f, gradient, *workspace)));
        }
        // And nothing of it stays behind in the workspace.
        model->prepare(good);
        CHECK(model->gradient(batch, {}, 1.0f, gradient, *workspace) == loss);
        CHECK(gradient == first);
    }
}
