// The layer kernels against their plain counterparts, for every instruction set of this machine, at sizes that do not
// fit the vectors. Dropout masks must be the same bits; sums differ by a few roundings.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/layers.h"
#include "kernels/minimal_kernel.h"
#include "support/worse.h"

using namespace ladder;

namespace {

using Floats = std::vector<float>;

Floats random_floats(int count, std::uint64_t seed, double size = 1) {
    RandomSequence random(seed, Stream::display);
    Floats x(static_cast<std::size_t>(count));
    for (float& v : x) v = static_cast<float>((2 * random.uniform_double() - 1) * size);
    return x;
}

// Masks as dropout makes them: 0 or more than 1.
Floats mask_of(int count, std::uint64_t seed) {
    Floats x = random_floats(count, seed);
    for (float& v : x) v = v < -0.5f ? 0.0f : 1.25f;
    return x;
}

// What a kernel wrote, all arrays one after the other, by every instruction set and by the reference.
void compare(const std::string& what, double tolerance, const std::function<Floats(const LayerKernels&)>& run) {
    const Floats expected = run(reference_layers());
    const MinimalKernelList list = available_minimal_kernels();
    for (int i = 0; i < list.count; ++i) {
        INFO(std::string(list.items[i]->name) << ", " << what);
        const Floats found = run(list.items[i]->layers);
        REQUIRE(found.size() == expected.size());
        double worst = 0;
        for (std::size_t n = 0; n < found.size(); ++n) {
            REQUIRE(std::isfinite(found[n]));
            worst = test::worse(worst, std::abs(static_cast<double>(found[n]) - static_cast<double>(expected[n])));
        }
        CHECK(worst <= tolerance);
    }
}

Floats joined(std::initializer_list<Floats> parts) {
    Floats all;
    for (const Floats& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

constexpr int widths[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 85, 255};
constexpr double eps = 1.2e-7;

}  // namespace

TEST_CASE("dropout masks are the reference's bits") {
    for (const int n : widths) {
        const DropoutMask m{0x123456789ABCDEFull, 5, 0xFEDCBA9876543ull, 0xFFFFFFF0u, 0x4CCCCCCCu, 1.25f};  // the counter wraps on the way
        const auto draw = [&](const LayerKernels& kernels) {
            Floats mask(static_cast<std::size_t>(7 * n) + 1, 9.0f);
            kernels.dropout_mask(m, 7, n, mask.data());
            return mask;
        };
        compare("width " + std::to_string(n), 0, draw);
        const Floats mask = draw(reference_layers());
        CHECK(mask.back() == 9.0f);
        if (n == 255) CHECK(std::count(mask.begin(), mask.end(), 0.0f) == doctest::Approx(0.3 * 7 * n).epsilon(0.1));
    }
}

TEST_CASE("normalisation and its gradient equal the reference") {
    for (const int n : widths)
        for (const bool masked : {false, true}) {
            const int rows = 3;
            const Floats in = random_floats(rows * n, 1), mask = mask_of(rows * n, 2), residual = random_floats(rows * n, 3), gain = random_floats(n, 4), bias = random_floats(n, 5), given = random_floats(rows * n, 6);
            const std::string what = "width " + std::to_string(n) + (masked ? ", masked" : "");
            // A narrow row's deviation may be small and magnifies rounding by its inverse, at most 316; wide rows err by a few eps.
            const double tolerance = n < 4 ? 400 * 8 * eps : 8 * 8 * eps;
            compare(what, tolerance, [&](const LayerKernels& kernels) {
                Floats normalised(in.size()), inverse(rows), out(in.size());
                kernels.normalise({rows, n, in.data(), masked ? mask.data() : nullptr, residual.data(), gain.data(), bias.data(), normalised.data(), inverse.data(), out.data()});
                return joined({normalised, out});
            });
            const Floats normalised = random_floats(rows * n, 7, 2), inverse = {0.5f, 1.5f, 2.0f};
            // Sums of n terms up to 2 that are divided by n, times values up to 2 and a deviation up to 2.
            compare(what, (32 + n) * eps, [&](const LayerKernels& kernels) {
                Floats d = given, d_in(d.size()), d_gain = random_floats(n, 8), d_bias = random_floats(n, 9);
                kernels.normalise_gradient({rows, n, normalised.data(), inverse.data(), gain.data(), masked ? mask.data() : nullptr, d.data(), d_in.data(), d_gain.data(), d_bias.data()});
                return joined({d, d_in, d_gain, d_bias});
            });
        }
}

TEST_CASE("element-wise layer kernels equal the reference") {
    for (const int n : widths) {
        const int rows = 3;
        const Floats x = random_floats(rows * n, 1), y = random_floats(rows * n, 2), bias = random_floats(n, 3);
        compare("width " + std::to_string(n), 0, [&](const LayerKernels& kernels) {
            Floats biased = x, active = x, multiplied = x, sum(x.size()), gradient = y, columns = bias, added = x;
            kernels.add_bias(biased.data(), bias.data(), rows, n);
            kernels.add_bias_relu(active.data(), bias.data(), rows, n);
            kernels.relu_gradient(gradient.data(), active.data(), gradient.size());
            kernels.multiply(multiplied.data(), y.data(), y.size());
            kernels.add_two(x.data(), y.data(), rows * n, sum.data());
            kernels.add(y.data(), rows * n, added.data());
            kernels.add_columns(x.data(), rows, n, columns.data());
            return joined({biased, active, gradient, multiplied, sum, added, columns});
        });
    }
    const Floats x = random_floats(10007, 1), y = random_floats(10007, 2);  // longer than the pieces they are cut into
    compare("long", 0, [&](const LayerKernels& kernels) {
        Floats multiplied = x, gradient = x;
        kernels.multiply(multiplied.data(), y.data(), y.size());
        kernels.relu_gradient(gradient.data(), y.data(), y.size());
        return joined({multiplied, gradient});
    });
}

TEST_CASE("causal softmax, its gradient and cross-entropy equal the reference") {
    for (const int n : widths)
        for (const double size : {1.0, 50.0, 1e4}) {
            const int rows = std::min(n, 5), first_seen = n - rows + 1;
            const std::string what = "width " + std::to_string(n) + ", size " + std::to_string(size);
            const Floats scores = random_floats(rows * n, 1, size), mask = mask_of(rows * n, 2), given = random_floats(rows * n, 3);
            for (const bool masked : {false, true}) {
                // Exponents up to 2 size / 4 are rounded before they are exponentiated, where the result is not 0 for that.
                const double tolerance = 1.25 * eps * (8 + std::min(size, 90.0));
                compare(what, tolerance, [&](const LayerKernels& kernels) {
                    Floats weights = scores, dropped(scores.size());
                    kernels.softmax({rows, n, first_seen, 0.25f, masked ? mask.data() : nullptr, weights.data(), dropped.data()});
                    return joined({weights, dropped});
                });
                Floats weights = scores, dropped(scores.size());
                reference_layers().softmax({rows, n, first_seen, 0.25f, nullptr, weights.data(), dropped.data()});
                compare(what, 16 * eps, [&](const LayerKernels& kernels) {
                    Floats d = given;
                    kernels.softmax_gradient({rows, n, 0.25f, weights.data(), masked ? mask.data() : nullptr, d.data()});
                    return d;
                });
            }
            std::vector<std::int32_t> targets;
            for (int r = 0; r < rows; ++r) targets.push_back(r * 7 % n);
            compare(what, eps * (8 + std::min(size, 90.0)), [&](const LayerKernels& kernels) {
                Floats d(scores.size());
                const double loss = kernels.cross_entropy(scores.data(), targets.data(), rows, n, d.data());
                d.push_back(static_cast<float>(loss / (rows * (2 * size + 6))));  // each term is at most that
                return d;
            });
        }
}

TEST_CASE("what is no number stays one through the layer kernels") {
    const MinimalKernelList list = available_minimal_kernels();
    for (int i = 0; i < list.count; ++i)
        for (int place = 0; place < 9; ++place) {
            Floats x = random_floats(9, 1), d(9), dropped(9);
            x[static_cast<std::size_t>(place)] = std::nanf("");
            const std::int32_t target = 3;
            CHECK(std::isnan(list.items[i]->layers.cross_entropy(x.data(), &target, 1, 9, d.data())));
            list.items[i]->layers.softmax({1, 9, 9, 1.0f, nullptr, x.data(), dropped.data()});
            CHECK(std::isnan(x[0]));
        }
}
