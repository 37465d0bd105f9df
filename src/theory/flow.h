// The paper's simplified differential equations (tensor factorisation): heads k with a value vector V_k and
// an attention distribution s_k over T positions follow the gradient flow of 1/2 |G - P|^2, where
// G = sum_j m_j e_j e_{pos(j)}^T is the target and P = sum_k V_k s_k^T the prediction:
//   V_k' = (G - P) s_k,   s_k' = (diag(s_k) - s_k s_k^T) (G - P)^T V_k.
// Time is in the flow's own unit; nothing here knows of training steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "theory/integrator.h"

namespace ladder {

struct FlowSettings {
    enum class Values { flow, fixed, optimal };          // V_k follow the flow; stay as they start; are always the minimiser
    enum class Start { near_uniform, adversarial, waterfall };

    int features = 50;                    // d: size of a value vector
    int positions = 40;                   // T
    int heads = 3;
    std::vector<double> strengths{2.89, 1.7, 1};  // m_j, one per pattern; pattern j is feature j at position pattern_position(j)
    Values values = Values::flow;
    bool metric_twice = false;            // s_k' uses the softmax metric J twice: J J (G - P)^T V_k
    double decay = 0;                     // weight decay on V_k
    Start start = Start::near_uniform;
    double asymmetry = 1e-3;              // size of the heads' initial differences, in logits of s_k
    std::uint64_t seed = 7;
};

// Errors (ladder::Error): no pattern, more patterns than features or positions, sizes out of range, values not finite.
void check(const FlowSettings&);
// Position of pattern j: patterns sit side by side at the end of the window, the strongest nearest.
int pattern_position(const FlowSettings&, int pattern);

// One moment of the solution.
struct FlowMoment {
    double time = 0;
    std::vector<double> attention;     // (heads, positions): s_k
    std::vector<double> value;         // (heads, patterns): component of V_k on each pattern's feature
    std::vector<double> contribution;  // (patterns): loss of pattern j, 1/2 |row j of G - P|^2
    double loss = 0;                   // 1/2 |G - P|^2
};

struct FlowStage {
    int pattern;    // acquired in this order
    double time;    // the moment at which half of its initial loss is left
};

struct FlowSolution {
    std::vector<FlowMoment> moments;
    IntegrationReport report;
};

FlowSolution solve_flow(const FlowSettings&, std::vector<double> times, Tolerance = {});
// Order and times in which patterns are acquired; patterns that never are, are absent.
std::vector<FlowStage> flow_stages(const FlowSettings&, const FlowSolution&);
// count times from first to last, evenly spaced in the logarithm, with 0 before them.
std::vector<double> logarithmic_times(double first, double last, int count);

}  // namespace ladder
