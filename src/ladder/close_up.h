// One prediction taken apart: what each head reads before it, what it adds to the logits, and the distribution that
// follows, beside those of the chain and of every class. Data only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ladder/head_edits.h"
#include "model/model.h"
#include "task/sampler.h"

namespace ladder {

struct CloseUp {
    int query = 0;                        // input position; the token at query + 1 is predicted
    std::vector<std::int32_t> tokens;     // those it may read, positions 0..query
    std::int32_t next = 0;                // the token that followed
    int blocks = 1, heads = 1;
    std::vector<float> attention;         // (blocks, H, query + 1), weights of this query
    bool exact = false;                   // the minimal model with one block: the heads' parts add up to the logits
    // (blocks, H, V), nats, without what softmax ignores (their means over V): what a head adds to the logits; where
    // the model is not a sum, by how much they change when that head is taken out.
    std::vector<double> written;
    std::vector<double> logits;           // (V), less their mean
    std::vector<double> model;            // (V), probabilities
    std::vector<std::vector<double>> classes;  // p_0 .. p_h, (V) each; the last is the chain's
    double kl = 0;                        // nats, from the chain's distribution to the model's, at this position alone
};

class CloseUpBench {
public:
    // The chain is kept by reference.
    CloseUpBench(const Settings&, const Chain&);

    int sequences() const { return std::max(settings_.validation, 1); }
    int first_query() const { return chain_.window() - 1; }
    int last_query() const { return input_length(settings_) - 1; }

    // sequence: index among the run's held-out ones; it and the query are taken to the nearest there is.
    // parameters: flat, as in the model's table. Error: another size.
    CloseUp look(std::span<const float> parameters, int sequence, int query);

private:
    std::vector<float> forward(std::span<const float> parameters, std::span<const std::int32_t> tokens, std::span<float> attention);

    Settings settings_;
    const Chain& chain_;
    Sampler sampler_;
    std::unique_ptr<Model> model_;
    std::unique_ptr<Model::Workspace> workspace_;
};

}  // namespace ladder
