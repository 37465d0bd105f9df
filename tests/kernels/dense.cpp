// The dense products against their plain counterpart, for every instruction set of this machine, at sizes that do
// not fit the tiles, with every order of strides.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/aligned_buffer.h"
#include "kernels/dense.h"
#include "kernels/minimal_kernel.h"
#include "support/worse.h"

using namespace ladder;

namespace {

std::vector<float> numbers(std::size_t count, std::uint64_t seed) {
    RandomSequence random(seed, Stream::display);
    std::vector<float> x(count);
    for (float& v : x) v = static_cast<float>(2 * random.uniform_double() - 1);
    return x;
}

// (rows, columns) inside `data`, whose rows are two numbers longer than needed.
MatrixView view(const std::vector<float>& data, int rows, int columns, bool transposed) {
    return transposed ? MatrixView{data.data(), 1, rows + 2} : MatrixView{data.data(), columns + 2, 1};
}

}  // namespace

TEST_CASE("dense products equal the reference") {
    const MinimalKernelList list = available_minimal_kernels();
    struct Size {
        int rows, columns, depth;
    };
    for (const Size size : {Size{1, 1, 1}, {3, 5, 2}, {4, 8, 16}, {12, 32, 7}, {13, 33, 9}, {31, 20, 85}, {121, 65, 257}, {255, 64, 300}, {7, 255, 600}})
        for (int variant = 0; variant < 8; ++variant) {
            const bool a_transposed = variant & 1, b_transposed = variant & 2, add = variant & 4;
            const auto area = [](int rows, int columns) { return static_cast<std::size_t>((rows + 2) * (columns + 2)); };
            const std::vector<float> a = numbers(area(size.rows, size.depth), 1), b = numbers(area(size.depth, size.columns), 2), before = numbers(area(size.rows, size.columns), 3);
            DenseProduct p{size.rows, size.columns, size.depth, view(a, size.rows, size.depth, a_transposed), view(b, size.depth, size.columns, b_transposed), nullptr, size.columns + 2, add};
            std::vector<float> expected = before;
            p.out = expected.data();
            multiply_reference(p);
            for (int i = 0; i < list.count; ++i) {
                INFO(std::string(list.items[i]->name) << ", " << size.rows << " x " << size.columns << " x " << size.depth << ", variant " << variant);
                std::vector<float> found = before;
                p.out = found.data();
                AlignedBuffer scratch(dense_scratch_size(size.columns));
                list.items[i]->dense.multiply(p, scratch.data());
                // What was packed before gives the same bits, and is read instead of b.
                AlignedBuffer panels(dense_panels_size(size.depth, size.columns));
                list.items[i]->dense.pack(p.b, size.depth, size.columns, panels.data());
                std::vector<float> again = before;
                DenseProduct packed = p;
                packed.b = {}, packed.b_panels = panels.data(), packed.out = again.data();
                list.items[i]->dense.multiply(packed, scratch.data());
                CHECK(again == found);
                double worst = 0;
                for (std::size_t n = 0; n < found.size(); ++n) {
                    REQUIRE(std::isfinite(found[n]));
                    worst = test::worse(worst, std::abs(static_cast<double>(found[n]) - static_cast<double>(expected[n])));
                }
                // Products are at most 1, so each of `depth` additions errs by at most depth eps / 2; what lies between
                // the rows of out must not change at all, which the same comparison sees.
                CHECK(worst <= size.depth * size.depth * 6e-8 + 6e-8);
                CHECK(worst <= 2e-5);  // errors of random sign: far below the bound for long sums
            }
        }
}
