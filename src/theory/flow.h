// The paper's simplified differential equations (tensor factorisation): heads k with a value vector V_k and
// an attention distribution s_k over T positions follow the gradient flow of 1/2 |G - P|^2, where
// G = sum_j m_j e_j a_j^T is the target (a_j: pattern j's distribution over positions) and P = sum_k V_k s_k^T the prediction:
//   V_k' = (G - P) s_k,   s_k' = (diag(s_k) - s_k s_k^T) (G - P)^T V_k.
// Time is in the flow's own unit; nothing here knows of training steps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "theory/integrator.h"

namespace ladder {

struct FlowSettings {
    enum class Values { flow, fixed, optimal };          // V_k follow the flow; stay as they start; are always the minimiser
    enum class Start { near_uniform, adversarial, waterfall };

    int features = 50;                    // d: size of a value vector; only those of the patterns ever move, for V(0) = 0
    int positions = 40;                   // T
    int heads = 3;
    std::vector<double> strengths{2.89, 1.7, 1};  // m_j, one per pattern; pattern j is feature j at position pattern_position(j)
    std::vector<double> target;           // (patterns, positions): the distributions a_j; empty: each has its one position
    Values values = Values::flow;
    bool metric_twice = false;            // s_k' uses the softmax metric J twice: J J (G - P)^T V_k, the flow of the logits
    double decay = 0;                     // weight decay on V_k
    Start start = Start::near_uniform;
    double asymmetry = 1e-3;              // size of the heads' initial differences, in logits of s_k
    double lean = 1;                      // adversarial start: how far a head leans to its pattern, in logits
    std::vector<double> first_attention;  // (heads, positions): s_k(0) itself, instead of start; empty: none
    std::uint64_t seed = 7;
    double end = 1e5;                     // time at which the solution ends

    bool operator==(const FlowSettings&) const = default;
};

// Errors (ladder::Error): no pattern, more patterns than features or positions, sizes out of range, values not finite,
// target or first_attention that are not distributions of the right size.
void check(const FlowSettings&);
// After one of them was moved alone: patterns that have no position of their own are left out, and there is a feature for each that stays.
void fit(FlowSettings&);
// Position of pattern j without a target of its own: patterns sit side by side at the end of the window, the strongest nearest.
int pattern_position(const FlowSettings&, int pattern);
// One moment of the solution.
struct FlowMoment {
    double time = 0;
    std::vector<double> attention;     // (heads, positions): s_k
    std::vector<double> value;         // (heads, patterns): component of V_k on each pattern's feature; all others are 0
    std::vector<double> contribution;  // (patterns): loss of pattern j, 1/2 |row j of G - P|^2
    double loss = 0;                   // 1/2 |G - P|^2
};

// Attention that a head pays to a pattern's positions at a moment.
double pattern_mass(const FlowSettings&, const FlowMoment&, int head, int pattern);

// The pattern that a head attends to most; -1: none has half more of its attention than even attention would give it.
int favourite_pattern(const FlowSettings&, const FlowMoment&, int head);

struct FlowStage {
    int pattern;    // acquired in this order
    double time;    // the moment at which half of its initial loss is left
};

struct FlowSolution {
    std::vector<FlowMoment> moments;
    std::vector<FlowStage> stages;  // in the order of their times; a pattern that is never acquired is absent
    IntegrationReport report;
};

// How many different heads attend most to the acquired patterns at the last moment. A pattern that no head attends to half more than evenly
// has none; a head may keep attention on an earlier pattern too.
int serving_heads(const FlowSettings&, const FlowSolution&);

// What is drawn needs no more: the error stays below a millionth.
inline constexpr Tolerance flow_tolerance{1e-6, 1e-6};

// A solution that can be carried on a part at a time.
class FlowSolver {
public:
    // Errors as check().
    FlowSolver(FlowSettings, const std::vector<double>& times, Tolerance = flow_tolerance);
    ~FlowSolver();
    // Some steps of the integrator. False: the solution is complete, or cannot go on.
    bool advance(int steps);
    const FlowSettings& settings() const;
    // What is known so far; its report says whether it is finished, and how far it came.
    const FlowSolution& solution() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

FlowSolution solve_flow(const FlowSettings&, const std::vector<double>& times, Tolerance = flow_tolerance);
// count times from first to last, evenly spaced in the logarithm, with 0 before them.
std::vector<double> logarithmic_times(double first, double last, int count);

}  // namespace ladder
