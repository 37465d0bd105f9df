// A model of one moment with some of its heads changed, measured beside the model as it is, on a few held-out
// sequences: small enough to answer between two frames.
#pragma once

#include <memory>

#include "ladder/evaluation.h"
#include "ladder/head_edits.h"
#include "ladder/readout.h"
#include "task/sampler.h"

namespace ladder {

class WhatIf {
public:
    // sequences: the first so many of the run's held-out ones. The chain is kept by reference.
    WhatIf(const Settings&, const Chain&, int sequences);

    struct Answer {
        double loss = 0, excess = 0;  // nats per prediction
        int rung = 0;                 // k of the nearest class, the smallest KL_k
        double height = 0;            // on the ladder, 0..h
        std::vector<double> kl;       // KL_0..KL_h
    };
    // Shapes and errors as edit_heads().
    Answer ask(std::span<const float> parameters, std::span<const HeadEdit> edits, std::span<const float> attention);

private:
    Settings settings_;
    const Chain& chain_;
    std::vector<std::int32_t> tokens_;
    LadderScale scale_;
    Evaluator evaluator_;
    std::unique_ptr<Model> model_;
    std::unique_ptr<Model::Workspace> workspace_;
};

}  // namespace ladder
