#include "task/ngrams.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/portable_log.h"

namespace ladder {
namespace {

constexpr int most_smoothing = 12;  // mu up to 2^12

}  // namespace

NGrams::NGrams(TextTokens text, std::vector<std::vector<int>> lags, int window, int vocabulary) : text_(std::move(text)), window_(window) {
    const std::span<const std::int32_t> training = text_.training_part(), rest = text_.smoothing_part();
    unigram_.assign(static_cast<std::size_t>(vocabulary), 1.0);
    for (const std::int32_t token : training) ++unigram_[static_cast<std::size_t>(token)];
    for (double& p : unigram_) p /= static_cast<double>(training.size()) + vocabulary;

    // Of every prediction in the smoothing part: what the rung below gives the token that came.
    std::vector<double> below;
    for (std::size_t i = static_cast<std::size_t>(window); i < rest.size(); ++i) below.push_back(unigram_[static_cast<std::size_t>(rest[i])]);
    const auto mean_loss = [&] {
        return std::accumulate(below.begin(), below.end(), 0.0, [](double sum, double p) { return sum - portable_log(p); }) / static_cast<double>(below.size());
    };
    cross_entropy_.push_back(mean_loss());
    for (std::vector<int>& of_rank : lags) {
        Rank rank{std::move(of_rank), std::vector<std::uint32_t>(training.size() - static_cast<std::size_t>(window)), 1};
        std::iota(rank.positions.begin(), rank.positions.end(), static_cast<std::uint32_t>(window));
        const std::int32_t* tokens = training.data();
        std::sort(rank.positions.begin(), rank.positions.end(), [&](std::uint32_t a, std::uint32_t b) {
            for (const int lag : rank.lags)
                if (tokens[a - static_cast<std::uint32_t>(lag)] != tokens[b - static_cast<std::uint32_t>(lag)]) return tokens[a - static_cast<std::uint32_t>(lag)] < tokens[b - static_cast<std::uint32_t>(lag)];
            return tokens[a] != tokens[b] ? tokens[a] < tokens[b] : a < b;
        });
        ranks_.push_back(std::move(rank));
        choose_smoothing(ranks_.size() - 1, below);
        cross_entropy_.push_back(mean_loss());
    }
}

NGrams::Range NGrams::context(const Rank& rank, const std::int32_t* next) const {
    const std::int32_t* tokens = text_.tokens.data();
    // < 0: the context at `position` comes before that of `next`.
    const auto order = [&](std::uint32_t position) {
        for (const int lag : rank.lags)
            if (const std::int32_t difference = tokens[position - static_cast<std::uint32_t>(lag)] - next[-lag]) return difference;
        return 0;
    };
    const auto first = std::partition_point(rank.positions.begin(), rank.positions.end(), [&](std::uint32_t p) { return order(p) < 0; });
    const auto last = std::partition_point(first, rank.positions.end(), [&](std::uint32_t p) { return order(p) == 0; });
    return {static_cast<std::size_t>(first - rank.positions.begin()), static_cast<std::size_t>(last - rank.positions.begin())};
}

std::size_t NGrams::count(const Rank& rank, Range range, std::int32_t token) const {
    const std::int32_t* tokens = text_.tokens.data();
    const auto begin = rank.positions.begin() + static_cast<std::ptrdiff_t>(range.first), end = rank.positions.begin() + static_cast<std::ptrdiff_t>(range.last);
    const auto first = std::partition_point(begin, end, [&](std::uint32_t p) { return tokens[p] < token; });
    return static_cast<std::size_t>(std::partition_point(first, end, [&](std::uint32_t p) { return tokens[p] == token; }) - first);
}

void NGrams::choose_smoothing(std::size_t rank, std::vector<double>& below) {
    Rank& own = ranks_[rank];
    const std::span<const std::int32_t> rest = text_.smoothing_part();
    std::vector<std::pair<double, double>> counts;  // n(c, v), n(c)
    for (std::size_t i = static_cast<std::size_t>(window_); i < rest.size(); ++i) {
        const Range range = context(own, rest.data() + i);
        counts.emplace_back(static_cast<double>(count(own, range, rest[i])), static_cast<double>(range.last - range.first));
    }
    const auto smoothed = [&](std::size_t i, double mu) { return (counts[i].first + mu * below[i]) / (counts[i].second + mu); };
    double least = 0;
    for (int power = 0; power <= most_smoothing; ++power) {
        const double mu = static_cast<double>(1 << power);
        double loss = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) loss -= portable_log(smoothed(i, mu));
        if (power == 0 || loss < least) least = loss, own.mu = mu;
    }
    for (std::size_t i = 0; i < counts.size(); ++i) below[i] = smoothed(i, own.mu);
}

void NGrams::probabilities(int rank, std::span<const std::int32_t> past, std::span<double> out) const {
    std::copy(unigram_.begin(), unigram_.end(), out.begin());
    const std::int32_t* next = past.data() + past.size();
    const std::int32_t* tokens = text_.tokens.data();
    for (int k = 0; k < rank; ++k) {
        const Rank& own = ranks_[static_cast<std::size_t>(k)];
        const Range range = context(own, next);
        const double total = static_cast<double>(range.last - range.first) + own.mu;
        for (double& p : out) p *= own.mu / total;
        // The positions are sorted by token too: from one run of equal tokens to the next.
        for (std::size_t at = range.first; at < range.last;) {
            const std::int32_t token = tokens[own.positions[at]];
            const auto begin = own.positions.begin();
            const auto end = std::partition_point(begin + static_cast<std::ptrdiff_t>(at), begin + static_cast<std::ptrdiff_t>(range.last), [&](std::uint32_t p) { return tokens[p] == token; });
            const std::size_t behind = static_cast<std::size_t>(end - begin);
            out[static_cast<std::size_t>(token)] += static_cast<double>(behind - at) / total;
            at = behind;
        }
    }
}

}  // namespace ladder
