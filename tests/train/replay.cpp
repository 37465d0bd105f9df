// Every stage of training against the reference files; files that lie about themselves.
#include "train/replay.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "base/error.h"
#include "support/reference_run.h"

using namespace ladder;

namespace {

void check_reference_run(const std::string& name, Kernels kernels, double drift = test::usual_drift) {
    test::check_reference_run(name, [kernels](const Fixture& fixture) { return replay(fixture, 20, kernels); }, drift);
}

}  // namespace

TEST_CASE("the minimal model's reference runs are reproduced") {
    for (const Kernels kernels : {Kernels::reference, Kernels::fast})
        for (const char* name : {"train-minimal", "train-minimal-small-init"}) check_reference_run(name, kernels);
}

TEST_CASE("the full model's reference runs are reproduced") {
    for (const char* name : {"train-full", "train-full-bias-2-blocks"}) check_reference_run(name, Kernels::fast);
    check_reference_run("train-full-sgd", Kernels::fast, test::drift_past_a_kink);
}

TEST_CASE("training files that lie about themselves are refused in words") {
    const TensorFile good = test::load_reference("train-minimal");
    const auto refusal = [](TensorFile file) -> std::string {
        try {
            replay(read_fixture(std::move(file), "file", FixtureKind::training), 1);
        } catch (const Error& e) {
            return e.what();
        }
        return "accepted";
    };
    const auto with_meta = [&](const std::string& key, const std::string& value) {
        TensorFile file = good;
        file.metadata[key] = value;
        return refusal(std::move(file));
    };
    const auto with_tensor = [&](const std::string& name, const std::function<void(Tensor&)>& change) {
        TensorFile file = good;
        change(file.tensors.at(name));
        return refusal(std::move(file));
    };
    const std::string query = "init.transformer_blocks.0.self_attention.query_proj.1.weight";

    REQUIRE(refusal(good) == "accepted");
    CHECK(with_meta("kind", "teacher").find("holds no training reference") != std::string::npos);
    CHECK(with_meta("arch", "huge\n\t").find("\"huge  \" is not known") != std::string::npos);
    CHECK(with_meta("dim", "99999999999").find("cannot be used") != std::string::npos);
    CHECK(with_meta("dim", "11").find("feature_matrices") != std::string::npos);
    CHECK(with_meta("heads", "-1").find("cannot be used") != std::string::npos);
    CHECK(with_meta("heads", "4").find("query_proj.3") != std::string::npos);
    CHECK(with_meta("spans", "[8, 8, 8]").find("does not fit a window") != std::string::npos);
    CHECK(with_meta("spans", "[8, 8, 8, 8, 8, 8, 8, 8]").find("contradicts itself") != std::string::npos);
    CHECK(with_meta("lr", "nan").find("cannot be used") != std::string::npos);
    CHECK(with_tensor("tokens", [](Tensor& t) { t.i32[5] = 10; }).find("no symbol of a vocabulary") != std::string::npos);
    CHECK(with_tensor("tokens", [](Tensor& t) { t.i32[5] = -1; }).find("no symbol of a vocabulary") != std::string::npos);
    CHECK(with_tensor("tokens", [](Tensor& t) { t.shape = {512, 1}; }).find("does not fit a window") != std::string::npos);
    CHECK(with_tensor("tokens", [](Tensor& t) { t.shape = {0, 16}, t.i32.clear(); }).find("does not fit a window") != std::string::npos);
    CHECK(with_tensor("feature_matrices", [](Tensor& t) { t.f32[0] = std::numeric_limits<float>::infinity(); }).find("not finite") != std::string::npos);
    CHECK(with_tensor(query, [](Tensor& t) { t.f32[0] = std::numeric_limits<float>::quiet_NaN(); }).find("not finite") != std::string::npos);
    CHECK(with_tensor(query, [](Tensor& t) { t.shape = {5, 125}; }).find("query_proj.1") != std::string::npos);
    CHECK(with_tensor("init.decoder.weight", [](Tensor& t) { t.f32[1] = 1; }).find("is fixed") != std::string::npos);
    TensorFile missing = good;
    missing.tensors.erase(query);
    CHECK(refusal(std::move(missing)).find("query_proj.1") != std::string::npos);
}
