// The equations, their starts, and what is read off a solution. The state is packed as V (heads, features)
// followed by s (heads, positions); products with G - P use that G has one entry per pattern, so that a
// right-hand side costs heads^2 (features + positions) instead of heads x features x positions.
#include "theory/flow.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "base/error.h"
#include "base/random.h"

namespace ladder {
namespace {

class Flow {
public:
    explicit Flow(const FlowSettings& s)
        : s_(s), d_(s.features), t_(s.positions), h_(s.heads), residual_values_(d_), drive_(t_), push_(t_), optimal_(static_cast<std::size_t>(h_) * d_) {
        for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j) position_.push_back(pattern_position(s, j));
    }

    std::size_t size() const { return static_cast<std::size_t>(h_) * (d_ + t_); }
    std::vector<double> start() const;
    void slope(std::span<const double> y, std::span<double> dy);
    FlowMoment moment(double time, std::span<const double> y);

private:
    const double* attention(std::span<const double> y, int k) const { return y.data() + static_cast<std::size_t>(h_) * d_ + static_cast<std::size_t>(k) * t_; }
    // The value vectors in force: the state's, or the minimiser for the state's attention.
    const double* values(std::span<const double> y);

    const FlowSettings& s_;
    int d_, t_, h_;
    std::vector<int> position_;
    std::vector<double> residual_values_, drive_, push_, optimal_;
};

std::vector<double> Flow::start() const {
    std::vector<double> y(size(), 0.0);
    RandomSequence random(s_.seed, Stream::init);
    for (int k = 0; k < h_; ++k) {
        std::vector<double> logits(t_);
        for (double& v : logits) v = s_.asymmetry * random.normal();
        const int patterns = static_cast<int>(position_.size());
        // Adversarial: each head leans to another pattern, the first head to the weakest. Waterfall: every head leans to the
        // patterns in order of strength, each next head a little less.
        if (s_.start == FlowSettings::Start::adversarial) logits[position_[patterns - 1 - k % patterns]] += 1;
        if (s_.start == FlowSettings::Start::waterfall)
            for (int j = 0; j < patterns; ++j) logits[position_[j]] += s_.asymmetry * (h_ - k) * (patterns - j);
        const double top = *std::max_element(logits.begin(), logits.end());
        double sum = 0;
        for (double& v : logits) sum += v = std::exp(v - top);
        for (int i = 0; i < t_; ++i) y[static_cast<std::size_t>(h_) * d_ + static_cast<std::size_t>(k) * t_ + i] = logits[i] / sum;
    }
    if (s_.values == FlowSettings::Values::fixed)
        // Fixed value vectors must carry something: head k holds pattern k at full strength.
        for (int k = 0; k < h_; ++k) {
            const int j = k % static_cast<int>(position_.size());
            y[static_cast<std::size_t>(k) * d_ + j] = s_.strengths[j];
        }
    return y;
}

const double* Flow::values(std::span<const double> y) {
    if (s_.values != FlowSettings::Values::optimal) return y.data();
    // V = G S (S^T S)^+ with S the (positions, heads) matrix of attention. Equal heads make S^T S singular; the complete
    // orthogonal decomposition then shares a pattern equally between them.
    Eigen::Map<const Eigen::MatrixXd> attention_matrix(attention(y, 0), t_, h_);
    const Eigen::MatrixXd inverse = (attention_matrix.transpose() * attention_matrix).completeOrthogonalDecomposition().pseudoInverse();
    Eigen::Map<Eigen::MatrixXd> out(optimal_.data(), d_, h_);
    out.setZero();
    for (std::size_t j = 0; j < position_.size(); ++j)
        out.row(static_cast<Eigen::Index>(j)) = s_.strengths[j] * attention_matrix.row(position_[j]) * inverse;
    return optimal_.data();
}

void Flow::slope(std::span<const double> y, std::span<double> dy) {
    const double* v = values(y);
    for (int k = 0; k < h_; ++k) {
        const double* vk = v + static_cast<std::size_t>(k) * d_;
        const double* sk = attention(y, k);
        // (G - P) s_k and (G - P)^T V_k.
        std::fill(residual_values_.begin(), residual_values_.end(), 0.0);
        std::fill(drive_.begin(), drive_.end(), 0.0);
        for (std::size_t j = 0; j < position_.size(); ++j) {
            residual_values_[j] += s_.strengths[j] * sk[position_[j]];
            drive_[position_[j]] += s_.strengths[j] * vk[j];
        }
        for (int q = 0; q < h_; ++q) {
            const double* vq = v + static_cast<std::size_t>(q) * d_;
            const double* sq = attention(y, q);
            double attention_overlap = 0, value_overlap = 0;
            for (int i = 0; i < t_; ++i) attention_overlap += sq[i] * sk[i];
            for (int i = 0; i < d_; ++i) value_overlap += vq[i] * vk[i];
            for (int i = 0; i < d_; ++i) residual_values_[i] -= attention_overlap * vq[i];
            for (int i = 0; i < t_; ++i) drive_[i] -= value_overlap * sq[i];
        }
        double* dv = dy.data() + static_cast<std::size_t>(k) * d_;
        const bool moves = s_.values == FlowSettings::Values::flow;
        for (int i = 0; i < d_; ++i) dv[i] = moves ? residual_values_[i] - s_.decay * vk[i] : 0;
        // J x = s (x - s.x), once or twice.
        for (int pass = 0; pass < (s_.metric_twice ? 2 : 1); ++pass) {
            double mean = 0;
            for (int i = 0; i < t_; ++i) mean += sk[i] * drive_[i];
            for (int i = 0; i < t_; ++i) push_[i] = sk[i] * (drive_[i] - mean);
            std::swap(push_, drive_);
        }
        double* ds = dy.data() + static_cast<std::size_t>(h_) * d_ + static_cast<std::size_t>(k) * t_;
        std::copy(drive_.begin(), drive_.end(), ds);
    }
}

FlowMoment Flow::moment(double time, std::span<const double> y) {
    const double* v = values(y);
    FlowMoment m;
    m.time = time;
    m.attention.assign(attention(y, 0), attention(y, 0) + static_cast<std::size_t>(h_) * t_);
    const int patterns = static_cast<int>(position_.size());
    m.value.resize(static_cast<std::size_t>(h_) * patterns);
    for (int k = 0; k < h_; ++k)
        for (int j = 0; j < patterns; ++j) m.value[static_cast<std::size_t>(k) * patterns + j] = v[static_cast<std::size_t>(k) * d_ + j];
    m.contribution.assign(patterns, 0);
    for (int row = 0; row < d_; ++row) {
        double sum = 0;
        for (int i = 0; i < t_; ++i) {
            double residual = row < patterns && position_[row] == i ? s_.strengths[row] : 0;
            for (int k = 0; k < h_; ++k) residual -= v[static_cast<std::size_t>(k) * d_ + row] * attention(y, k)[i];
            sum += residual * residual;
        }
        if (row < patterns) m.contribution[row] = 0.5 * sum;
        m.loss += 0.5 * sum;
    }
    return m;
}

}  // namespace

void check(const FlowSettings& s) {
    const auto patterns = s.strengths.size();
    if (patterns < 1) throw Error("The equations need at least one pattern.", "Give one strength or more.");
    if (s.heads < 1 || s.heads > 16) throw Error("The equations take 1 to 16 heads.", "Choose a number in this range.");
    if (s.features < 1 || s.features > 1000 || s.positions < 1 || s.positions > 1000)
        throw Error("Features and positions must each lie between 1 and 1000.", "Choose numbers in this range.");
    if (patterns > static_cast<std::size_t>(s.features) || patterns > static_cast<std::size_t>(s.positions))
        throw Error("There are more patterns (" + std::to_string(patterns) + ") than features or positions.", "Use fewer strengths, or more features and positions.");
    for (double m : s.strengths)
        if (!std::isfinite(m) || m < 0 || m > 1e3) throw Error("A strength must lie between 0 and 1000.", "Check the list of strengths.");
    if (!std::isfinite(s.asymmetry) || s.asymmetry < 0 || s.asymmetry > 10) throw Error("The asymmetry must lie between 0 and 10.", "0.001 is the usual value.");
    if (!std::isfinite(s.decay) || s.decay < 0 || s.decay > 10) throw Error("The weight decay must lie between 0 and 10.", "0 is the usual value.");
}

int pattern_position(const FlowSettings& s, int pattern) { return s.positions - 1 - pattern; }

FlowSolution solve_flow(const FlowSettings& settings, std::vector<double> times, Tolerance tolerance) {
    check(settings);
    Flow flow(settings);
    std::vector<double> y = flow.start();
    // Leaving a symmetric start is an instability: a local error grows with the heads' differences, measured by a factor of
    // a thousand and more (tests/theory/flow.cpp). The integrator is therefore asked for 1/5000 of the tolerance.
    tolerance = {tolerance.relative * 2e-4, tolerance.absolute * 2e-4};
    FlowSolution solution;
    solution.moments.reserve(times.size());
    solution.report = integrate([&](double, std::span<const double> state, std::span<double> slope) { flow.slope(state, slope); }, y, times, tolerance,
                                [&](std::size_t i, std::span<const double> state) { solution.moments.push_back(flow.moment(times[i], state)); });
    return solution;
}

std::vector<FlowStage> flow_stages(const FlowSettings& settings, const FlowSolution& solution) {
    std::vector<FlowStage> stages;
    for (int j = 0; j < static_cast<int>(settings.strengths.size()); ++j) {
        const double half = 0.25 * settings.strengths[j] * settings.strengths[j];
        for (std::size_t i = 1; i < solution.moments.size(); ++i) {
            const double before = solution.moments[i - 1].contribution[j], now = solution.moments[i].contribution[j];
            if (before > half && now <= half) {
                const double part = (before - half) / (before - now);
                stages.push_back({j, solution.moments[i - 1].time + part * (solution.moments[i].time - solution.moments[i - 1].time)});
                break;
            }
        }
    }
    std::stable_sort(stages.begin(), stages.end(), [](const FlowStage& a, const FlowStage& b) { return a.time < b.time; });
    return stages;
}

std::vector<double> logarithmic_times(double first, double last, int count) {
    std::vector<double> times{0};
    for (int i = 0; i < count; ++i) times.push_back(i + 1 == count ? last : first * std::pow(last / first, i / (count - 1.0)));
    return times;
}

}  // namespace ladder
