#include "support/reference_run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "support/fixture_path.h"

namespace ladder::test {
namespace {

// The gradient to these is 0 in exact arithmetic, because softmax ignores what all scores of a row share. What is found is
// the rounding of it, 1e-9, and AdamW divides that by its own size: each step moves them by up to a learning rate, at random.
bool moved_by_rounding(const std::string& name) { return name.find("key_proj.bias") != std::string::npos; }

// Largest difference of the tensors whose names start with prefix, those that rounding moves left out unless asked for alone; relative to the tensor's largest entry if asked for,
// but to no less than `floor`.
double largest_difference(const TensorFile& expected, const TensorFile& actual, const std::string& prefix, bool relative, double floor = 1e-30, bool rounding = false) {
    double worst = -1;
    for (const auto& [name, tensor] : expected.tensors) {
        if (name.rfind(prefix, 0) != 0 || moved_by_rounding(name) != rounding) continue;
        const Tensor& other = actual.f32(name, tensor.shape);
        double difference = 0, largest = floor;
        for (std::size_t i = 0; i < tensor.f32.size(); ++i) {
            REQUIRE(std::isfinite(other.f32[i]));
            difference = std::max(difference, std::abs(static_cast<double>(tensor.f32[i]) - other.f32[i]));
            largest = std::max(largest, std::abs(static_cast<double>(tensor.f32[i])));
        }
        worst = std::max(worst, relative ? difference / largest : difference);
    }
    REQUIRE(worst >= 0);  // the prefix names something
    return worst;
}

double largest_difference(const std::string& expected, const std::vector<double>& actual) {
    const auto list = nlohmann::json::parse(expected).get<std::vector<double>>();
    REQUIRE(list.size() == actual.size());
    double worst = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        REQUIRE(std::isfinite(actual[i]));
        worst = std::max(worst, std::abs(list[i] - actual[i]));
    }
    return worst;
}

}  // namespace

TensorFile load_reference(const std::string& name) {
    const std::string path = fixture_path(name + ".safetensors");
    return parse_safetensors(read_file(path), path);
}

// Forward: logits of order 1 from sums of at most a few hundred products, 1e-7 each and partly cancelling: 1e-5.
// Gradients, relative to the largest entry of their tensor: small entries are differences of terms as large as the
// large entries, and share their absolute error. 20 steps: AdamW divides by the gradient's own size, so an entry whose
// gradient is near zero moves by a share of the learning rate that rounding decides; 2e-3 is a twenty-fifth of one step.
void check_reference_run(const std::string& name, const std::function<Replay(const Fixture&)>& replay, double drift) {
    CAPTURE(name);
    const Fixture fixture = read_fixture(load_reference(name), name, FixtureKind::training);
    const Replay result = replay(fixture);
    CHECK_FALSE(result.diverged);
    CHECK(largest_difference(fixture.file, result.tensors, "logits", false) < 1e-5);
    CHECK(largest_difference(fixture.file, result.tensors, "attention", false) < 1e-5);
    CHECK(largest_difference(fixture.file, result.tensors, "grad.", true) < 1e-4);
    CHECK(largest_difference(fixture.file, result.tensors, "after1.", false) < 2e-3);
    CHECK(largest_difference(fixture.file, result.tensors, "after5.", false) < 2e-3);
    CHECK(largest_difference(fixture.file, result.tensors, "after20.", false) < drift);
    if (fixture.settings.bias)  // both sides move by at most a learning rate a step
        CHECK(largest_difference(fixture.file, result.tensors, "after20.", false, 1e-30, true) < 2 * 20 * fixture.settings.learning_rate);
    CHECK(largest_difference(fixture.file.meta("losses"), result.losses) < 1e-4);          // a hundredth of the parameters' drift reaches the loss
    CHECK(largest_difference(fixture.file.meta("grad_norms"), result.gradient_norms) < drift);
    const std::vector<double> kl(result.kl.begin() + 1, result.kl.end());
    CHECK(largest_difference(fixture.file.meta("kl_ideal_1_to_h"), kl) < 1e-5);
    CHECK(std::abs(result.loss_at_start - result.losses.front()) < 1e-6);  // the same loss summed in another order
}

}  // namespace ladder::test
