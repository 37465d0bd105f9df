// The members of the hypothesis classes of a text: for every rung k the predictor that looks at the lags of the k most
// important spans, a (1 + number of lags)-gram model. With c the tokens at these lags, c' those of the rung below, and
// n counting in the training part,
//   p_k(v | c) = (n(c, v) + mu_k p_{k-1}(v | c')) / (n(c) + mu_k),   p_0(v) = (n(v) + 1) / (n + d),
// interpolated smoothing with a Dirichlet prior (MacKay and Bauman Peto 1995). mu_k is the power of two with the least
// cross-entropy on the smoothing part. Contexts are found by search in the sorted training positions: no table grows
// with d to the power of the lags.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/text_tokens.h"

namespace ladder {

class NGrams {
public:
    // lags: of every rung 1..h, each holding those of the rung below; window: the largest. The text has more than
    // `window` tokens in each of its parts.
    NGrams(TextTokens, std::vector<std::vector<int>> lags, int window, int vocabulary);

    const TextTokens& text() const { return text_; }
    // p_rank(. | past), in double; past holds the last `window` tokens, oldest first; out has d entries.
    void probabilities(int rank, std::span<const std::int32_t> past, std::span<double> out) const;
    double smoothing(int rank) const { return ranks_[static_cast<std::size_t>(rank - 1)].mu; }  // mu_k, rank 1..h
    // Cross-entropy of p_rank on the smoothing part, nats, rank 0..h: how much each rung is worth, before anything is trained.
    double cross_entropy(int rank) const { return cross_entropy_[static_cast<std::size_t>(rank)]; }

private:
    struct Rank {
        std::vector<int> lags;
        std::vector<std::uint32_t> positions;  // of the training tokens that have a whole window before them, sorted by context, then token
        double mu = 1;
    };
    struct Range {
        std::size_t first, last;
    };
    // Where the positions lie whose context is that of `next`, the token to be predicted, before which the window lies.
    Range context(const Rank&, const std::int32_t* next) const;
    std::size_t count(const Rank&, Range, std::int32_t token) const;
    void choose_smoothing(std::size_t rank, std::vector<double>& below);

    TextTokens text_;
    int window_;
    std::vector<double> unigram_;
    std::vector<Rank> ranks_;
    std::vector<double> cross_entropy_;
};

}  // namespace ladder
