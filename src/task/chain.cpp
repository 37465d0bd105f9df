// Layout of the spans, drawing of the feature matrices, and the restricted predictors.
#include "task/chain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/portable_exp.h"
#include "base/portable_log.h"
#include "base/random.h"

namespace ladder {
namespace {

// Columns u_0..u_{n-1} of a Haar-distributed orthogonal matrix, row-major (column, entry): Gram-Schmidt on Gaussian
// vectors, which is the distribution of U V^T in a Gaussian's singular value decomposition. Twice, so that the columns are
// orthogonal to rounding; in plain double arithmetic, so that a seed gives the same bits on every machine.
std::vector<double> haar_columns(int n, RandomSequence& random) {
    std::vector<double> q(static_cast<std::size_t>(n) * n);
    for (int c = 0; c < n; ++c) {
        double* column = &q[static_cast<std::size_t>(c) * n];
        for (int i = 0; i < n; ++i) column[i] = random.normal();
        for (int pass = 0; pass < 2; ++pass)
            for (int b = 0; b < c; ++b) {
                const double* base = &q[static_cast<std::size_t>(b) * n];
                double product = 0;
                for (int i = 0; i < n; ++i) product += base[i] * column[i];
                for (int i = 0; i < n; ++i) column[i] -= product * base[i];
            }
        double norm = 0;
        for (int i = 0; i < n; ++i) norm += column[i] * column[i];
        norm = std::sqrt(norm);
        for (int i = 0; i < n; ++i) column[i] /= norm;
    }
    return q;
}

// A random partial isometry of the rank: sum over r of u_r v_r^T; orthogonal at full rank.
std::vector<double> random_matrix(int n, int rank, RandomSequence& random) {
    std::vector<double> u = haar_columns(n, random);
    if (rank == n) return u;
    const std::vector<double> v = haar_columns(n, random);
    std::vector<double> a(static_cast<std::size_t>(n) * n, 0.0);
    for (int r = 0; r < rank; ++r)
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j) a[static_cast<std::size_t>(i) * n + j] += u[static_cast<std::size_t>(r) * n + i] * v[static_cast<std::size_t>(r) * n + j];
    return a;
}

// Gram-Schmidt over whole matrices in the Frobenius inner product; each gets back the norm sqrt(rank).
// At most d * d matrices. What is left is in general neither orthogonal nor of the rank any more, except the first.
void make_frobenius_orthogonal(std::vector<std::vector<double>>& matrices, int rank, std::uint64_t seed) {
    const auto project = [&](std::size_t k) {
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t b = 0; b < k; ++b) {
                const double product = std::inner_product(matrices[k].begin(), matrices[k].end(), matrices[b].begin(), 0.0) / rank;
                for (std::size_t i = 0; i < matrices[k].size(); ++i) matrices[k][i] -= product * matrices[b][i];
            }
        return std::sqrt(std::inner_product(matrices[k].begin(), matrices[k].end(), matrices[k].begin(), 0.0) / rank);
    };
    for (std::size_t k = 0; k < matrices.size(); ++k) {
        double norm = project(k);
        if (norm < 1e-6) {
            // Orthogonal 2 x 2 matrices fill only planes (three rotations are dependent): a Gaussian matrix fills the space.
            RandomSequence random(seed, Stream::task, matrices.size() + k);
            for (double& v : matrices[k]) v = random.normal();
            norm = project(k);
        }
        for (double& v : matrices[k]) v /= norm;
    }
}

}  // namespace

Chain::Chain(const Settings& s) {
    lay_out(s);
    if (s.data == DataSource::text) {
        count_text(s);
        return;
    }
    const int rank = s.rank > 0 ? s.rank : vocabulary_;
    std::vector<std::vector<double>> matrices;
    for (int k = 0; k < ladder::span_count(s); ++k) {
        // Each span has its own sequence, so that adding a span leaves the others' matrices as they are.
        RandomSequence random(s.seed, Stream::task, s.shared_features ? 0 : static_cast<std::uint64_t>(k));
        matrices.push_back(random_matrix(vocabulary_, rank, random));
    }
    if (s.frobenius_orthogonal) make_frobenius_orthogonal(matrices, rank, s.seed);
    for (std::size_t k = 0; k < matrices.size(); ++k)
        for (double v : matrices[k]) features_.push_back(static_cast<float>(s.scale * spans_[k].strength * v));
    build_tables();
}

Chain::Chain(const Settings& s, std::vector<float> features) : features_(std::move(features)) {
    lay_out(s);
    const std::size_t expected = spans_.size() * static_cast<std::size_t>(vocabulary_) * vocabulary_;
    if (features_.size() != expected)
        throw Error("The feature matrices hold " + std::to_string(features_.size()) + " numbers where " + std::to_string(expected) + " are needed.", "Use matrices that fit the vocabulary and the spans.");
    for (float v : features_)
        if (!std::isfinite(v)) throw Error("The feature matrices hold a value that is not finite.", "Use a file whose numbers are all finite.");
    build_tables();
}

void Chain::lay_out(const Settings& s) {
    vocabulary_ = s.vocabulary;
    window_ = ladder::window(s);
    length_ = s.length;
    const int h = ladder::span_count(s);
    // Oldest first: by default the nearest, last span is the most important; of equal strengths the nearer as well.
    std::vector<double> strengths = s.strengths;
    if (static_cast<int>(strengths.size()) != h) {
        strengths.assign(static_cast<std::size_t>(h), 1.0);
        for (int k = 0; k < h; ++k)
            for (int j = 0; j < (s.reversed ? h - 1 - k : k); ++j) strengths[static_cast<std::size_t>(k)] *= s.importance;
    }
    std::vector<int> order(static_cast<std::size_t>(h));
    for (int i = 0; i < h; ++i) order[static_cast<std::size_t>(i)] = s.reversed ? i : h - 1 - i;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return strengths[static_cast<std::size_t>(a)] > strengths[static_cast<std::size_t>(b)]; });
    int start = 0;
    for (int k = 0; k < h; ++k) {
        const int length = s.spans[static_cast<std::size_t>(k)];
        Span span;
        span.oldest_lag = window_ - start;
        span.nearest_lag = span.oldest_lag - length + 1;
        span.weights.assign(static_cast<std::size_t>(length), 1.0f);
        if (s.weights.size() == static_cast<std::size_t>(length))
            for (int i = 0; i < length; ++i) span.weights[static_cast<std::size_t>(i)] = static_cast<float>(s.weights[static_cast<std::size_t>(i)]);
        span.rank = static_cast<int>(std::find(order.begin(), order.end(), k) - order.begin()) + 1;
        span.strength = strengths[static_cast<std::size_t>(k)];
        spans_.push_back(std::move(span));
        start += s.stride > 0 ? s.stride : length;
    }
}

void Chain::count_text(const Settings& s) {
    std::vector<std::vector<int>> lags(spans_.size());
    for (int rank = 1; rank <= span_count(); ++rank)
        for (int lag = 1; lag <= window_; ++lag)
            if (std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) { return span.rank <= rank && span.has_lag(lag); })) lags[static_cast<std::size_t>(rank - 1)].push_back(lag);
    ngrams_ = std::make_shared<NGrams>(tokens_of_text(s.text, vocabulary_), std::move(lags), window_, vocabulary_);
    for (Span& span : spans_) span.strength = ngrams_->cross_entropy(span.rank - 1) - ngrams_->cross_entropy(span.rank);
}

void Chain::build_tables() {
    const std::size_t d = static_cast<std::size_t>(vocabulary_), square = d * d;
    for (int rank = 1; rank <= span_count(); ++rank) {
        std::vector<float> table(static_cast<std::size_t>(window_) * square, 0.0f);
        for (std::size_t k = 0; k < spans_.size(); ++k) {
            const Span& span = spans_[k];
            if (span.rank > rank) continue;
            for (int lag = span.nearest_lag; lag <= span.oldest_lag; ++lag) {
                const float weight = span.weights[static_cast<std::size_t>(span.oldest_lag - lag)];
                float* to = &table[static_cast<std::size_t>(lag - 1) * square];
                for (std::size_t token = 0; token < d; ++token)
                    for (std::size_t v = 0; v < d; ++v) to[token * d + v] += weight * features_[k * square + v * d + token];
            }
        }
        tables_.push_back(std::move(table));
    }
}

int Chain::span_of_rank(int rank) const {
    for (std::size_t k = 0; k < spans_.size(); ++k)
        if (spans_[k].rank == rank) return static_cast<int>(k);
    throw Error("There is no span of rank " + std::to_string(rank) + ".");
}

std::span<const float> Chain::lag_table(int rank, int lag) const {
    const std::size_t square = static_cast<std::size_t>(vocabulary_) * vocabulary_;
    return std::span(tables_[static_cast<std::size_t>(rank - 1)]).subspan(static_cast<std::size_t>(lag - 1) * square, square);
}

void Chain::log_probs(int rank, std::span<const std::int32_t> past, std::span<float> out) const {
    const std::size_t d = static_cast<std::size_t>(vocabulary_);
    if (ngrams_) {
        std::vector<double> p(d);
        ngrams_->probabilities(rank, past, p);
        for (std::size_t v = 0; v < d; ++v) out[v] = static_cast<float>(portable_log(p[v]));
        return;
    }
    if (rank == 0) {
        std::fill(out.begin(), out.end(), static_cast<float>(-portable_log(static_cast<double>(vocabulary_))));
        return;
    }
    std::vector<double> logits(d, 0.0);
    for (int lag = 1; lag <= window_; ++lag) {
        const auto token = static_cast<std::size_t>(past[static_cast<std::size_t>(window_ - lag)]);
        const float* row = lag_table(rank, lag).data() + token * d;
        for (std::size_t v = 0; v < d; ++v) logits[v] += row[v];
    }
    const double top = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double z : logits) sum += portable_exp(z - top);
    const double normaliser = top + portable_log(sum);
    for (std::size_t v = 0; v < d; ++v) out[v] = static_cast<float>(logits[v] - normaliser);
}

}  // namespace ladder
