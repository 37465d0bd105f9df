// The fixed tree gives the same bits in whatever order and grouping the shards arrive.
#include "train/tree_sum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/random.h"

using namespace ladder;

namespace {

Contribution shard(int index) {
    RandomSequence random(5, Stream::display, static_cast<std::uint64_t>(index));
    Contribution c{random.normal(), std::vector<float>(50)};
    for (float& g : c.gradient) g = static_cast<float>(random.normal() * 1e3);
    return c;
}

}  // namespace

TEST_CASE("any order of arrival gives the same sum") {
    for (const int leaves : {1, 2, 8, 16}) {
        TreeSum reference(leaves);
        for (int i = 0; i < leaves; ++i) reference.add({0, i}, shard(i));
        REQUIRE(reference.complete());
        const Contribution expected = reference.take_root();

        RandomSequence random(6, Stream::display);
        for (int trial = 0; trial < 20; ++trial) {
            std::vector<int> order(static_cast<std::size_t>(leaves));
            std::iota(order.begin(), order.end(), 0);
            for (std::uint32_t n = static_cast<std::uint32_t>(leaves); n > 1; --n) std::swap(order[n - 1], order[random.below(n)]);
            // Two workers sum what they are dealt; their subtrees meet in a third sum.
            TreeSum a(leaves), b(leaves), joined(leaves);
            for (const int i : order) (random.below(2) ? a : b).add({0, i}, shard(i));
            for (TreeSum* part : {&b, &a})
                for (auto& [node, contribution] : part->take_all()) joined.add(node, std::move(contribution));
            REQUIRE(joined.complete());
            const Contribution sum = joined.take_root();
            CHECK(sum.loss == expected.loss);
            CHECK(sum.gradient == expected.gradient);
            CHECK(joined.nodes().empty());
        }
    }
}

TEST_CASE("freed buffers are reused") {
    TreeSum sum(2);
    Contribution first = shard(0);
    const float* memory = first.gradient.data();
    sum.add({0, 0}, std::move(first));
    sum.add({0, 1}, shard(1));
    CHECK(sum.take_spare(50).data() == memory);
    CHECK(sum.take_spare(7).size() == 7);
}

TEST_CASE("what does not belong into the sum is refused") {
    CHECK_THROWS_AS(TreeSum(0), Error);
    CHECK_THROWS_AS(TreeSum(6), Error);
    TreeSum sum(4);
    sum.add({0, 0}, shard(0));
    CHECK_THROWS_AS(sum.add({0, 0}, shard(0)), Error);
    CHECK_THROWS_AS(sum.add({0, 4}, shard(0)), Error);
    CHECK_THROWS_AS(sum.add({1, 2}, shard(0)), Error);
    CHECK_THROWS_AS(sum.add({3, 0}, shard(0)), Error);
    CHECK_THROWS_AS(sum.add({0, 1}, Contribution{0, std::vector<float>(3)}), Error);
    CHECK_THROWS_AS(sum.take_root(), Error);
}
