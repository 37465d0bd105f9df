#include "ladder/best_in_class.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/portable_exp.h"
#include "base/random.h"

namespace ladder {
namespace {

// p_h(. | the w tokens before `at`), written to p.
void predict(const Chain& chain, const std::int32_t* at, std::vector<double>& p) {
    std::fill(p.begin(), p.end(), 0.0);
    const std::size_t d = p.size();
    for (int lag = 1; lag <= chain.window(); ++lag) {
        const float* row = chain.lag_table(chain.span_count(), lag).data() + static_cast<std::size_t>(at[-lag]) * d;
        for (std::size_t v = 0; v < d; ++v) p[v] += row[v];
    }
    const double top = *std::max_element(p.begin(), p.end());
    double sum = 0;
    for (double& x : p) sum += x = portable_exp(x - top);
    for (double& x : p) x /= sum;
}

std::int32_t drawn(const std::vector<double>& p, double u) {
    std::size_t v = 0;
    for (; v + 1 < p.size() && u >= p[v]; ++v) u -= p[v];
    return static_cast<std::int32_t>(v);
}

// KL(q / weight || exp(log_p)), zero where q is.
double divergence(const std::vector<double>& q, double weight, const std::vector<float>& log_p) {
    double sum = 0;
    for (std::size_t v = 0; v < q.size(); ++v)
        if (const double share = q[v] / weight; share > 0) sum += share * (std::log(share) - log_p[v]);
    return sum;
}

}  // namespace

BestInClass::BestInClass(const Settings& settings, const Chain& chain)
    : chain_(chain), window_(chain.window()), length_(settings.length), vocabulary_(chain.vocabulary()), seed_(settings.seed), sampler_(chain, settings.length, settings.seed),
      sums_(static_cast<std::size_t>(chain.span_count())), past_(static_cast<std::size_t>(sampler_.sequence_length())), others_(past_.size() * draws) {
    for (int k = 1; k <= chain.span_count(); ++k) {
        auto& sees = sees_.emplace_back();
        for (int lag = 1; lag <= window_; ++lag) sees.push_back(std::any_of(chain.spans().begin(), chain.spans().end(), [&](const Span& s) { return s.rank <= k && s.has_lag(lag); }));
    }
}

void BestInClass::add_past() {
    const std::uint64_t past = pasts_++;
    sampler_.sample(Stream::best_data, past * (draws + 1), 1, past_);
    sampler_.sample(Stream::best_data, past * (draws + 1) + 1, draws, others_);
    // Every predicted position counts alike, as in an evaluation.
    for (int k = 1; k <= chain_.span_count(); ++k) add(k, static_cast<int>(past % static_cast<std::uint64_t>(length_)), past);
}

void BestInClass::add(int k, int row, std::uint64_t past) {
    const std::vector<bool>& sees = sees_[static_cast<std::size_t>(k - 1)];
    const std::size_t d = static_cast<std::size_t>(vocabulary_), length = past_.size(), first = static_cast<std::size_t>(row), w = static_cast<std::size_t>(window_), end = first + w;
    const bool all = std::all_of(sees.begin(), sees.end(), [](bool s) { return s; });
    RandomSequence random(seed_, Stream::best_draws, past * sums_.size() + static_cast<std::size_t>(k - 1));

    // Draws by turns go to two halves, whose own distances tell the bias of the whole.
    std::array<std::vector<double>, 2> q{std::vector<double>(d), std::vector<double>(d)};
    std::array<double, 2> weights{};
    double squares = 0;
    std::vector<double> p(d);
    for (int i = 0; i < (all ? 2 : draws); ++i) {
        std::int32_t* tokens = others_.data() + static_cast<std::size_t>(i) * length;
        std::vector<std::int32_t> run(tokens, tokens + end);  // the beginning is another sequence's
        double weight = 1;
        for (std::size_t at = first; at < end; ++at) {
            const std::size_t lag = end - at;
            if (at < w) {  // the prefix is uniform: every token is as likely as any other
                if (sees[lag - 1]) run[at] = past_[at];
                continue;
            }
            if (all) {
                run[at] = past_[at];
                continue;
            }
            predict(chain_, run.data() + at, p);
            run[at] = sees[lag - 1] ? past_[at] : drawn(p, random.uniform_double());
            if (sees[lag - 1]) weight *= p[static_cast<std::size_t>(run[at])];
        }
        predict(chain_, run.data() + end, p);
        const std::size_t half = static_cast<std::size_t>(i % 2);
        for (std::size_t v = 0; v < d; ++v) q[half][v] += weight * p[v];
        weights[half] += weight;
        squares += weight * weight;
    }
    const double weight = weights[0] + weights[1];
    if (!(weight > 0)) return;  // a chain so sharp that no draw could have led to what is seen
    std::vector<float> ideal(d);
    chain_.log_probs(k, std::span<const std::int32_t>(past_).subspan(first, w), ideal);
    std::vector<double> both(d);
    for (std::size_t v = 0; v < d; ++v) both[v] = q[0][v] + q[1][v];
    double distance = divergence(both, weight, ideal);
    // A mean of n draws puts the divergence too high by about c / n: half as many draws, twice that.
    if (!all && weights[0] > 0 && weights[1] > 0) distance = 2 * distance - (divergence(q[0], weights[0], ideal) + divergence(q[1], weights[1], ideal)) / 2;
    Sums& sums = sums_[static_cast<std::size_t>(k - 1)];
    ++sums.pasts;
    sums.first += distance;
    sums.second += distance * distance;
    sums.effective += all ? draws : weight * weight / squares;
}

BestInClass::Distance BestInClass::distance(int k) const {
    const Sums& s = sums_[static_cast<std::size_t>(k - 1)];
    if (s.pasts == 0) return {};
    const double n = s.pasts, mean = s.first / n;
    return {mean, s.pasts > 1 ? std::sqrt(std::max(0.0, s.second / n - mean * mean) / (n - 1)) : 0, s.effective / n, s.pasts};
}

}  // namespace ladder
