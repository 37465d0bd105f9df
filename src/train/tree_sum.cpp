// Nodes wait in a map until their sibling is here; then one takes the sum and moves up. Which of the two it is
// makes no difference: a + b and b + a are the same bits.
#include "train/tree_sum.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.h"

namespace ladder {

TreeSum::TreeSum(int leaves) : levels_(std::bit_width(static_cast<unsigned>(leaves)) - 1) {
    if (leaves < 1 || !std::has_single_bit(static_cast<unsigned>(leaves)))
        throw Error("Gradients cannot be summed over " + std::to_string(leaves) + " shards.", "The number of shards must be a power of two.");
}

void TreeSum::add(TreeNode node, Contribution contribution) {
    if (node.level < 0 || node.level > levels_ || node.index < 0 || node.index >= 1 << (levels_ - node.level) || nodes_.contains(node))
        throw Error("The gradient of shard group " + std::to_string(node.index) + " on level " + std::to_string(node.level) + " is not expected in this sum.");
    while (node.level < levels_) {
        const auto sibling = nodes_.find({node.level, node.index ^ 1});
        if (sibling == nodes_.end()) break;
        Contribution other = std::move(sibling->second);
        nodes_.erase(sibling);
        if (contribution.gradient.size() != other.gradient.size()) throw Error("Two shards' gradients differ in size, so they cannot be added.");
        contribution.loss += other.loss;
        float* sum = contribution.gradient.data();
        const float* more = other.gradient.data();
        for (std::size_t i = 0, n = contribution.gradient.size(); i < n; ++i) sum[i] += more[i];
        spare_.push_back(std::move(other.gradient));
        node = {node.level + 1, node.index / 2};
    }
    nodes_.emplace(node, std::move(contribution));
}

bool TreeSum::complete() const { return nodes_.contains({levels_, 0}); }

Contribution TreeSum::take_root() {
    const auto root = nodes_.find({levels_, 0});
    if (root == nodes_.end()) throw Error("The sum over all shards was asked for before all of them were added.");
    Contribution result = std::move(root->second);
    nodes_.erase(root);
    return result;
}

std::vector<std::pair<TreeNode, Contribution>> TreeSum::take_all() {
    std::vector<std::pair<TreeNode, Contribution>> all;
    for (auto& [node, contribution] : nodes_) all.emplace_back(node, std::move(contribution));
    nodes_.clear();
    return all;
}

std::vector<float> TreeSum::take_spare(std::size_t size) {
    std::vector<float> buffer;
    if (!spare_.empty()) {
        buffer = std::move(spare_.back());
        spare_.pop_back();
    }
    buffer.resize(size);
    return buffer;
}

}  // namespace ladder
