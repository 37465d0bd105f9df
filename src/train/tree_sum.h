// The fixed binary tree in which shard gradients are added. A node is (level, index): level 0 are the
// shards, node (l, i) is the sum of (l - 1, 2 i) and (l - 1, 2 i + 1). Whoever holds both children adds
// them; the rounding therefore never depends on who computed what.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace ladder {

struct TreeNode {
    int level = 0;
    int index = 0;
    auto operator<=>(const TreeNode&) const = default;  // NOLINT(modernize-use-nullptr): it takes the 0 that this compares with for a pointer
};

// A shard's contribution: loss in double, gradient in float.
struct Contribution {
    double loss = 0;              // sum over predictions, nats
    std::vector<float> gradient;
};

class TreeSum {
public:
    explicit TreeSum(int leaves);  // a power of two

    // Adds a node and merges upwards as far as siblings are here. Buffers that fall free are what take_spare() gives.
    void add(TreeNode, Contribution);
    bool complete() const;                                   // the root is here
    Contribution take_root();
    std::vector<std::pair<TreeNode, Contribution>> take_all();  // largest complete subtrees, to be sent
    const std::map<TreeNode, Contribution>& nodes() const { return nodes_; }
    std::vector<float> take_spare(std::size_t size);         // a buffer of that size, reused where possible

private:
    int levels_;
    std::map<TreeNode, Contribution> nodes_;
    std::vector<std::vector<float>> spare_;
};

}  // namespace ladder
