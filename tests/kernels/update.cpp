// The update kernels against their plain counterparts, for every instruction set of this machine: the same bits, because
// workers and machines must go through the same states.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/minimal_kernel.h"
#include "kernels/update.h"

using namespace ladder;

namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed, bool positive = false) {
    RandomSequence random(seed, Stream::display);
    std::vector<float> x(count);
    for (float& v : x) v = static_cast<float>((positive ? random.uniform_double() : 2 * random.uniform_double() - 1) * std::ldexp(1.0, static_cast<int>(random.below(60)) - 40));
    return x;
}

}  // namespace

TEST_CASE("update kernels give the reference's bits") {
    const MinimalKernelList list = available_minimal_kernels();
    for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4}, std::size_t{5}, std::size_t{7}, std::size_t{8}, std::size_t{9}, std::size_t{15}, std::size_t{16}, std::size_t{17}, std::size_t{1003}}) {
        const std::vector<float> parameters = drawn(n, 1), gradient = drawn(n, 2), first = drawn(n, 3), second = drawn(n, 4, true);
        const auto apply = [&](auto&& adam, bool in_place) {
            std::vector<float> updated = parameters, out(n), squares(n);
            AdamUpdate u{in_place ? updated.data() : parameters.data(), gradient.data(), first.data(), second.data(), updated.data(), out.data(), squares.data(), n, 0.37f,
                         0.9999f, 0.1f, 0.999f, 0.001f, 0.012f, 0.44f, 1e-8f};
            adam(u);
            updated.insert(updated.end(), out.begin(), out.end());
            updated.insert(updated.end(), squares.begin(), squares.end());
            return updated;
        };
        const std::vector<float> expected = apply(adam_reference, false);
        for (const float x : expected) REQUIRE(std::isfinite(x));
        for (int i = 0; i < list.count; ++i) {
            INFO(std::string(list.items[i]->name) << ", " << n << " numbers");
            CHECK(apply(list.items[i]->update.adam, false) == expected);
            CHECK(apply(list.items[i]->update.adam, true) == expected);
            CHECK(list.items[i]->update.sum_of_squares(gradient.data(), n) == sum_of_squares_reference(gradient.data(), n));
        }
    }
}
