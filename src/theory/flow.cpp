// The equations, their starts, and what is read off a solution. The state is packed as V (heads, patterns) followed by
// s (heads, positions): features that no pattern uses start at 0 and stay there. Products with G - P use that G has few
// entries, so that a right-hand side costs heads^2 (patterns + positions) instead of heads x features x positions.
#include "theory/flow.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Dense>

#include "base/error.h"
#include "base/random.h"

namespace ladder {
namespace {

struct TargetEntry {
    int pattern, position;
    double value;  // m_j a_j(position)
};

std::vector<TargetEntry> target_entries(const FlowSettings& s) {
    std::vector<TargetEntry> entries;
    for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j) {
        if (s.target.empty()) entries.push_back({j, pattern_position(s, j), s.strengths[j]});
        else
            for (int i = 0; i < s.positions; ++i)
                if (const double part = s.target[static_cast<std::size_t>(j) * s.positions + i]; part > 0) entries.push_back({j, i, s.strengths[j] * part});
    }
    return entries;
}

class Flow {
public:
    explicit Flow(const FlowSettings& s)
        : s_(s), p_(static_cast<int>(s.strengths.size())), t_(s.positions), h_(s.heads), target_(target_entries(s)), residual_values_(p_), drive_(t_), value_overlap_(h_ * h_), attention_overlap_(h_ * h_), optimal_(static_cast<std::size_t>(h_) * p_) {}

    std::size_t size() const { return static_cast<std::size_t>(h_) * (p_ + t_); }
    std::vector<double> start() const;
    void slope(std::span<const double> y, std::span<double> dy);
    FlowMoment moment(double time, std::span<const double> y);
    void contributions(std::span<const double> y, std::vector<double>& out);

private:
    const double* attention(std::span<const double> y, int k) const { return y.data() + static_cast<std::size_t>(h_) * p_ + static_cast<std::size_t>(k) * t_; }
    // The value vectors in force: the state's, or the minimiser for the state's attention.
    const double* values(std::span<const double> y);

    const FlowSettings& s_;
    int p_, t_, h_;
    std::vector<TargetEntry> target_;
    std::vector<double> residual_values_, drive_, value_overlap_, attention_overlap_, optimal_;
};

std::vector<double> Flow::start() const {
    std::vector<double> y(size(), 0.0);
    RandomSequence random(s_.seed, Stream::init);
    const auto lean = [&](std::vector<double>& logits, int pattern, double by) {
        for (const TargetEntry& e : target_)
            if (e.pattern == pattern) logits[e.position] += by;
    };
    for (int k = 0; k < h_ && s_.first_attention.empty(); ++k) {
        std::vector<double> logits(t_);
        for (double& v : logits) v = s_.asymmetry * random.normal();
        // Adversarial: each head leans to another pattern, the first head to the weakest. Waterfall: every head leans to the
        // patterns in order of strength, each next head a little less.
        if (s_.start == FlowSettings::Start::adversarial) lean(logits, p_ - 1 - k % p_, s_.lean);
        if (s_.start == FlowSettings::Start::waterfall)
            for (int j = 0; j < p_; ++j) lean(logits, j, s_.asymmetry * (h_ - k) * (p_ - j));
        const double top = *std::max_element(logits.begin(), logits.end());
        double sum = 0;
        for (double& v : logits) sum += v = std::exp(v - top);
        for (int i = 0; i < t_; ++i) y[static_cast<std::size_t>(h_) * p_ + static_cast<std::size_t>(k) * t_ + i] = logits[i] / sum;
    }
    std::copy(s_.first_attention.begin(), s_.first_attention.end(), y.begin() + static_cast<std::ptrdiff_t>(h_) * p_);
    if (s_.values == FlowSettings::Values::fixed)
        // Fixed value vectors must carry something: head k holds pattern k at full strength.
        for (int k = 0; k < h_; ++k) y[static_cast<std::size_t>(k) * p_ + k % p_] = s_.strengths[k % p_];
    return y;
}

const double* Flow::values(std::span<const double> y) {
    if (s_.values != FlowSettings::Values::optimal) return y.data();
    // V minimises |G - V S^T|^2 + decay |V|^2, S the (positions, heads) matrix of attention: a least-squares problem with rows
    // sqrt(decay) under S. Equal heads make it rank deficient; the complete orthogonal decomposition then takes the
    // shortest minimiser, which shares a pattern equally between them.
    Eigen::MatrixXd system = Eigen::MatrixXd::Zero(t_ + h_, h_), wanted = Eigen::MatrixXd::Zero(t_ + h_, p_);
    system.topRows(t_) = Eigen::Map<const Eigen::MatrixXd>(attention(y, 0), t_, h_);
    system.bottomRows(h_).diagonal().setConstant(std::sqrt(s_.decay));
    for (const TargetEntry& e : target_) wanted(e.position, e.pattern) = e.value;
    Eigen::Map<Eigen::MatrixXd>(optimal_.data(), p_, h_) = system.completeOrthogonalDecomposition().solve(wanted).transpose();
    return optimal_.data();
}

void Flow::slope(std::span<const double> y, std::span<double> dy) {
    const double* v = values(y);
    // V_k . V_q and s_k . s_q, both symmetric.
    for (int k = 0; k < h_; ++k)
        for (int q = 0; q <= k; ++q) {
            const double *vk = v + static_cast<std::size_t>(k) * p_, *vq = v + static_cast<std::size_t>(q) * p_;
            const double *sk = attention(y, k), *sq = attention(y, q);
            double values = 0, attentions = 0;
            for (int i = 0; i < p_; ++i) values += vk[i] * vq[i];
            for (int i = 0; i < t_; ++i) attentions += sk[i] * sq[i];
            value_overlap_[k * h_ + q] = value_overlap_[q * h_ + k] = values;
            attention_overlap_[k * h_ + q] = attention_overlap_[q * h_ + k] = attentions;
        }
    const bool moves = s_.values == FlowSettings::Values::flow;
    for (int k = 0; k < h_; ++k) {
        const double* vk = v + static_cast<std::size_t>(k) * p_;
        const double* sk = attention(y, k);
        // (G - P) s_k and (G - P)^T V_k.
        std::fill(residual_values_.begin(), residual_values_.end(), 0.0);
        std::fill(drive_.begin(), drive_.end(), 0.0);
        for (const TargetEntry& e : target_) {
            residual_values_[e.pattern] += e.value * sk[e.position];
            drive_[e.position] += e.value * vk[e.pattern];
        }
        for (int q = 0; q < h_; ++q) {
            const double* vq = v + static_cast<std::size_t>(q) * p_;
            const double* sq = attention(y, q);
            const double attentions = attention_overlap_[k * h_ + q], values = value_overlap_[k * h_ + q];
            for (int i = 0; i < p_; ++i) residual_values_[i] -= attentions * vq[i];
            for (int i = 0; i < t_; ++i) drive_[i] -= values * sq[i];
        }
        double* dv = dy.data() + static_cast<std::size_t>(k) * p_;
        for (int i = 0; i < p_; ++i) dv[i] = moves ? residual_values_[i] - s_.decay * vk[i] : 0;
        // J x = s (x - s.x), once or twice.
        for (int pass = 0; pass < (s_.metric_twice ? 2 : 1); ++pass) {
            double mean = 0;
            for (int i = 0; i < t_; ++i) mean += sk[i] * drive_[i];
            for (int i = 0; i < t_; ++i) drive_[i] = sk[i] * (drive_[i] - mean);
        }
        std::copy(drive_.begin(), drive_.end(), dy.data() + static_cast<std::size_t>(h_) * p_ + static_cast<std::size_t>(k) * t_);
    }
}

FlowMoment Flow::moment(double time, std::span<const double> y) {
    const double* v = values(y);
    FlowMoment m;
    m.time = time;
    m.attention.assign(attention(y, 0), attention(y, 0) + static_cast<std::size_t>(h_) * t_);
    m.value.assign(v, v + static_cast<std::size_t>(h_) * p_);
    contributions(y, m.contribution);
    for (double c : m.contribution) m.loss += c;
    return m;
}

void Flow::contributions(std::span<const double> y, std::vector<double>& out) {
    const double* v = values(y);
    out.assign(p_, 0);
    for (int j = 0; j < p_; ++j) {
        std::fill(drive_.begin(), drive_.end(), 0.0);
        for (const TargetEntry& e : target_)
            if (e.pattern == j) drive_[e.position] += e.value;
        for (int k = 0; k < h_; ++k)
            for (int i = 0; i < t_; ++i) drive_[i] -= v[static_cast<std::size_t>(k) * p_ + j] * attention(y, k)[i];
        for (double residual : drive_) out[j] += 0.5 * residual * residual;
    }
}

void check_distributions(const std::vector<double>& rows, std::size_t count, int positions, const char* what) {
    if (rows.empty()) return;
    bool right = rows.size() == count * static_cast<std::size_t>(positions);
    for (std::size_t r = 0; right && r < count; ++r) {
        double sum = 0;
        for (int i = 0; i < positions; ++i) {
            const double v = rows[r * static_cast<std::size_t>(positions) + static_cast<std::size_t>(i)];
            right = right && v >= 0;
            sum += v;
        }
        right = right && std::abs(sum - 1) < 1e-6;
    }
    if (!right) throw Error(std::string(what) + " must be distributions over the positions.", "Give each row numbers from 0 to 1 that add up to 1.");
}

}  // namespace

void check(const FlowSettings& s) {
    const auto patterns = s.strengths.size();
    if (patterns < 1) throw Error("The equations need at least one pattern.", "Give one strength or more.");
    if (s.heads < 1 || s.heads > 16) throw Error("The equations take 1 to 16 heads.", "Choose a number in this range.");
    if (s.features < 1 || s.features > 1000 || s.positions < 1 || s.positions > 1000)
        throw Error("Features and positions must each lie between 1 and 1000.", "Choose numbers in this range.");
    if (patterns > static_cast<std::size_t>(s.features) || patterns > static_cast<std::size_t>(s.positions))
        throw Error("There are more patterns (" + std::to_string(patterns) + ") than features (" + std::to_string(s.features) + ") or positions (" + std::to_string(s.positions) + ").",
                    "Use at most " + std::to_string(std::min(s.features, s.positions)) + " strengths, or more features and positions.");
    for (double m : s.strengths)
        if (!std::isfinite(m) || m < 0 || m > 1e3) throw Error("A strength must lie between 0 and 1000.", "Check the list of strengths.");
    if (!std::isfinite(s.asymmetry) || s.asymmetry < 0 || s.asymmetry > 10) throw Error("The asymmetry must lie between 0 and 10.", "0.001 is the usual value.");
    if (!std::isfinite(s.lean) || s.lean < 0 || s.lean > 10) throw Error("The lean must lie between 0 and 10.", "1 is the usual value.");
    if (!std::isfinite(s.decay) || s.decay < 0 || s.decay > 10) throw Error("The weight decay must lie between 0 and 10.", "0 is the usual value.");
    if (!std::isfinite(s.end) || s.end <= 0 || s.end > 1e9) throw Error("The time at which the solution ends must lie above 0 and be at most 1e9.", "100000 is the usual value.");
    check_distributions(s.target, patterns, s.positions, "The patterns' targets");
    check_distributions(s.first_attention, static_cast<std::size_t>(s.heads), s.positions, "The heads' first attentions");
}

void fit(FlowSettings& s) {
    if (s.strengths.size() > static_cast<std::size_t>(s.positions)) s.strengths.resize(static_cast<std::size_t>(s.positions));
    s.features = std::max(s.features, static_cast<int>(s.strengths.size()));
}

int pattern_position(const FlowSettings& s, int pattern) { return s.positions - 1 - pattern; }

double pattern_mass(const FlowSettings& s, const FlowMoment& m, int head, int pattern) {
    const double* attention = m.attention.data() + static_cast<std::size_t>(head) * s.positions;
    if (s.target.empty()) return attention[pattern_position(s, pattern)];
    double sum = 0;
    for (int i = 0; i < s.positions; ++i)
        if (s.target[static_cast<std::size_t>(pattern) * s.positions + i] > 0) sum += attention[i];
    return sum;
}

namespace {

constexpr double chosen = 1.5;  // times even attention

// Where even attention is most of all attention, half of what is left to it counts.
bool attends(const FlowSettings& s, double mass, int pattern) {
    const auto row = s.target.begin() + static_cast<std::ptrdiff_t>(s.target.empty() ? 0 : pattern * s.positions);
    const double even = (s.target.empty() ? 1.0 : static_cast<double>(std::count_if(row, row + s.positions, [](double a) { return a > 0; }))) / s.positions;
    return mass >= std::min(chosen * even, (1 + even) / 2);
}

}  // namespace

int favourite_pattern(const FlowSettings& s, const FlowMoment& m, int head) {
    int best = -1;
    for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j)
        if (attends(s, pattern_mass(s, m, head, j), j) && (best < 0 || pattern_mass(s, m, head, j) > pattern_mass(s, m, head, best))) best = j;
    return best;
}

int serving_heads(const FlowSettings& s, const FlowSolution& solution) {
    std::vector<bool> serves(static_cast<std::size_t>(s.heads));
    for (const FlowStage& stage : solution.stages) {
        int best = 0;
        const auto mass = [&](int head) { return pattern_mass(s, solution.moments.back(), head, stage.pattern); };
        for (int k = 1; k < s.heads; ++k)
            if (mass(k) > mass(best)) best = k;
        if (attends(s, mass(best), stage.pattern)) serves[static_cast<std::size_t>(best)] = true;
    }
    return static_cast<int>(std::count(serves.begin(), serves.end(), true));
}

struct FlowSolver::Parts {
    FlowSettings settings;
    Flow flow;
    FlowSolution solution;
    Integrator integrator;
    std::vector<double> first, now, state;  // contributions at the start, and while looking for a stage

    void look_for_stages();

    // Leaving a symmetric start is an instability: a local error grows with the heads' differences, measured by a factor of
    // a thousand and more (tests/theory/flow.cpp). The integrator is therefore asked for 1/5000 of the tolerance, and for no
    // less than 2e-10 even where little is asked for: with coarser steps the moment at which heads part is lost altogether.
    static Tolerance inner(Tolerance t) { return {2e-4 * std::min(t.relative, 1e-6), 2e-4 * std::min(t.absolute, 1e-6)}; }
    // Heads that are always optimal and nearly equal make the equations as stiff as their difference is small; what has not
    // come to its end after so many slopes is left unfinished.
    static constexpr long most_evaluations = 2'000'000;

    Parts(FlowSettings s, const std::vector<double>& times, Tolerance tolerance)
        : settings((check(s), std::move(s))), flow(settings),
          integrator([this](double, std::span<const double> y, std::span<double> dy) { flow.slope(y, dy); }, flow.start(), times, inner(tolerance),
                     [this, times](std::size_t i, std::span<const double> y) { solution.moments.push_back(flow.moment(times[i], y)); }) {
        solution.report = integrator.report();
        flow.contributions(integrator.state(), first);
        state.resize(flow.size());
    }
};

// A stage lies in the last step if half of a pattern's loss is left there and not at its end; found by bisection of the dense output.
void FlowSolver::Parts::look_for_stages() {
    if (solution.stages.size() == first.size()) return;
    flow.contributions(integrator.state(), now);
    const std::vector<double> reached = now;
    for (int j = 0; j < static_cast<int>(first.size()); ++j) {
        const bool known = std::any_of(solution.stages.begin(), solution.stages.end(), [j](const FlowStage& s) { return s.pattern == j; });
        if (known || reached[j] > 0.5 * first[j] || first[j] == 0) continue;
        double from = integrator.last_from(), to = integrator.report().reached;
        for (int i = 0; i < 50; ++i) {
            const double middle = 0.5 * (from + to);
            integrator.last_step(middle, state);
            flow.contributions(state, now);
            (now[j] > 0.5 * first[j] ? from : to) = middle;
        }
        solution.stages.push_back({j, to});
    }
    std::stable_sort(solution.stages.begin(), solution.stages.end(), [](const FlowStage& a, const FlowStage& b) { return a.time < b.time; });
}

FlowSolver::FlowSolver(FlowSettings settings, const std::vector<double>& times, Tolerance tolerance) : parts_(std::make_unique<Parts>(std::move(settings), times, tolerance)) {}
FlowSolver::~FlowSolver() = default;
const FlowSettings& FlowSolver::settings() const { return parts_->settings; }
const FlowSolution& FlowSolver::solution() const { return parts_->solution; }

bool FlowSolver::advance(int steps) {
    bool more = true;
    for (int i = 0; i < steps && more; ++i) {
        const long accepted = parts_->integrator.report().accepted;
        more = parts_->integrator.advance() && parts_->integrator.report().evaluations < Parts::most_evaluations;
        if (parts_->integrator.report().accepted > accepted) parts_->look_for_stages();
    }
    parts_->solution.report = parts_->integrator.report();
    return more;
}

FlowSolution solve_flow(const FlowSettings& settings, const std::vector<double>& times, Tolerance tolerance) {
    FlowSolver solver(settings, times, tolerance);
    while (solver.advance(1000)) {}
    return solver.solution();
}

std::vector<double> logarithmic_times(double first, double last, int count) {
    std::vector<double> times{0};
    for (int i = 0; i < count; ++i) times.push_back(i + 1 == count ? last : first * std::pow(last / first, i / (count - 1.0)));
    return times;
}

}  // namespace ladder
