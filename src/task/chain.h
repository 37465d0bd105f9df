// The high-order Markov chain of the paper: x_t ~ softmax(sum_k A_k sum_{i in I(k)} alpha_i onehot(x_{t-i})),
// its feature matrices, and the ideal members p_0..p_h of the hypothesis classes (only the k most
// important spans kept, each at its own lags). For a text of one's own there are no matrices: p_0..p_h are its n-gram
// predictors, p_0 from the frequencies alone, p_k from the tokens at the lags of the k most important spans.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/settings.h"
#include "task/ngrams.h"

namespace ladder {

struct Span {
    int oldest_lag;             // lags oldest_lag .. nearest_lag, both inclusive, counted back from t; nearest_lag >= 1
    int nearest_lag;
    std::vector<float> weights; // alpha, oldest lag first
    double strength;            // m^j, the Frobenius norm of A_k over sqrt(d) at full rank; of a text: the nats by which the span's rung predicts better than the one below
    int rank;                   // 1: most important .. h: least; rung k keeps the spans of rank <= k

    bool has_lag(int lag) const { return lag >= nearest_lag && lag <= oldest_lag; }
};

class Chain {
public:
    // Draws the feature matrices from Stream::task of the seed, or counts in the settings' text.
    explicit Chain(const Settings&);
    // Takes them from outside (fixtures, checkpoints): features is (h, d, d), row-major, spans oldest first,
    // with strength and scale already in it. Error: another size, values that are not finite.
    Chain(const Settings&, std::vector<float> features);

    int vocabulary() const { return vocabulary_; }
    int span_count() const { return static_cast<int>(spans_.size()); }
    int window() const { return window_; }
    int length() const { return length_; }                              // L: tokens of a sequence that are predicted
    const std::vector<Span>& spans() const { return spans_; }           // oldest first
    int span_of_rank(int rank) const;                                   // index into spans(), rank 1..h
    std::span<const float> features() const { return features_; }       // (h, d, d); empty for a text
    const NGrams* ngrams() const { return ngrams_.get(); }              // null but for a text

    // Logits table of one lag restricted to the rank most important spans:
    // row token of (d, d) is sum over the kept spans that hold the lag of alpha * A_k onehot(token).
    // Overlapping spans are summed here once, so predictors need one row per lag. Not for a text.
    std::span<const float> lag_table(int rank, int lag) const;

    // log p_rank(. | past); past holds the last w tokens, oldest first; out has d entries. rank 0 is uniform,
    // of a text its frequencies.
    // Computed in double, rounded once.
    void log_probs(int rank, std::span<const std::int32_t> past, std::span<float> out) const;

private:
    void lay_out(const Settings&);
    void build_tables();
    void count_text(const Settings&);

    int vocabulary_ = 0, window_ = 0, length_ = 0;
    std::vector<Span> spans_;
    std::vector<float> features_;
    std::shared_ptr<const NGrams> ngrams_;
    std::vector<std::vector<float>> tables_;  // [rank - 1] -> (w, d, d), lag 1 first
};

}  // namespace ladder
