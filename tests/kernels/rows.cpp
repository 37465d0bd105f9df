// The row kernels against their plain counterpart, for every instruction set of this machine.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/minimal_kernel.h"
#include "kernels/rows.h"

using namespace ladder;

TEST_CASE("row kernels equal the reference") {
    const MinimalKernelList list = available_minimal_kernels();
    for (int i = 0; i < list.count; ++i)
        for (const int d : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 50, 51})
            for (const double size : {1.0, 30.0, 1e4}) {
                const int rows = 67, h = 2;
                RandomSequence random(3, Stream::display);
                std::vector<float> logits(static_cast<std::size_t>(rows * d)), ideal(static_cast<std::size_t>(rows * h * d));
                std::vector<std::int32_t> targets(rows);
                for (float& x : logits) x = static_cast<float>((2 * random.uniform_double() - 1) * size);
                for (auto& t : targets) t = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(d)));
                for (std::size_t row = 0; row < ideal.size(); row += static_cast<std::size_t>(d)) {
                    double sum = 0;
                    for (int v = 0; v < d; ++v) sum += ideal[row + static_cast<std::size_t>(v)] = random.uniform() + 0.01f;
                    for (int v = 0; v < d; ++v) ideal[row + static_cast<std::size_t>(v)] /= static_cast<float>(sum);
                }
                std::vector<double> found(h + 2, 0.5), expected(h + 2, 0.5);  // must be added to
                list.items[i]->rows.cross_entropies(logits.data(), ideal.data(), targets.data(), rows, d, h, found.data());
                cross_entropies_reference(logits.data(), ideal.data(), targets.data(), rows, d, h, expected.data());
                for (std::size_t k = 0; k < found.size(); ++k) {
                    INFO(std::string(list.items[i]->name) << ", d " << d << ", logits " << size << ", sum " << k);
                    REQUIRE(std::isfinite(found[k]));
                    // Each row is off by a few eps of its largest term, 2 * size or log d.
                    CHECK(std::abs(found[k] - expected[k]) < rows * 8 * 1.2e-7 * (2 * size + 4));
                }
            }
}
