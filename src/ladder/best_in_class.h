// How far the ideal member p_k of a class is from the best that the class can do. The best predictor that sees only the
// tokens of the k most important spans is the mean of the chain's own prediction over what the unseen tokens may be, given
// the seen ones: q_k = E[p_h | seen]. The distance is KL(q_k || p_k), averaged over predictions like the evaluations' KLs.
//
// Both means are Monte Carlo. Pasts are drawn from the task itself (a uniform prefix, then the chain). For each, the unseen
// tokens are drawn by running the chain again from other beginnings with the seen tokens put in their places, every
// such draw weighing as much as the chain holds those tokens to be likely there.
//
// Not for a text: what truly comes next in it, and with it the best of a class, is not known.
#pragma once

#include <cstdint>
#include <vector>

#include "base/settings.h"
#include "task/chain.h"
#include "task/sampler.h"

namespace ladder {

class BestInClass {
public:
    static constexpr int draws = 512;  // of the unseen tokens, for each past

    // The chain is kept by reference. The numbers depend on the settings' task, length and seed alone.
    BestInClass(const Settings&, const Chain&);

    // Takes one more past into the means of all classes. Never for a text.
    void add_past();

    struct Distance {
        double mean = 0;            // nats per prediction
        double standard_error = 0;  // of that mean, over the pasts
        double effective_draws = 0; // (sum of weights)^2 / sum of squared weights, mean over the pasts; draws where nothing is unseen
        int pasts = 0;
    };
    // Of class k, 1 <= k <= h. Needs two pasts for its error.
    Distance distance(int k) const;

private:
    struct Sums {
        double first = 0, second = 0, effective = 0;  // of the distances, their squares, the effective draws
        int pasts = 0;
    };
    void add(int k, int row, std::uint64_t past);

    const Chain& chain_;
    int window_, length_, vocabulary_;
    std::uint64_t seed_, pasts_ = 0;
    Sampler sampler_;
    std::vector<Sums> sums_;                    // [k - 1]
    std::vector<std::vector<bool>> sees_;       // [k - 1][lag - 1]
    std::vector<std::int32_t> past_, others_;   // (w + L) and (draws, w + L): scratch
};

}  // namespace ladder
