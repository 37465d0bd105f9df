// The learned members of the hypothesis classes (the paper's learned restricted-context models): for every k = 1..h a
// model of the run's architecture that is shown only the tokens of the k most important spans, trained to predict the
// next token from them. Where the ideal member p_k leaves the other spans out of the chain's formula, a learned member
// also uses what the tokens that it sees tell of the others, as far as its architecture and its updates let it.
//
// All members are trained the same way, however the run is: AdamW, a cosine schedule, fresh sequences of
// Stream::member_data (of a text, pieces of it), Xavier initialisation, no dropout. The result is a function of the run's
// chain, model and seed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/settings.h"
#include "model/model.h"
#include "task/chain.h"
#include "task/sampler.h"
#include "train/optimizer.h"
#include "train/schedule.h"

namespace ladder {

class LearnedMembers {
public:
    static constexpr int steps = 600;  // updates of each member

    // Keeps neither of them by reference.
    LearnedMembers(const Settings&, const Chain&);

    int classes() const { return static_cast<int>(members_.size()); }  // h
    bool done(int k) const { return members_[static_cast<std::size_t>(k - 1)].step >= steps; }
    bool done() const;
    // One update of member k. Different members may be trained by different threads.
    void train_step(int k);
    // One update of the first member that is not done.
    void train_step();

    // What the members predict at every predicted position: out (sequences, L, h, d), probabilities.
    // tokens: (sequences, w + L).
    void probabilities(std::span<const std::int32_t> tokens, std::span<float> out) const;

    // The lags that member k sees, oldest first.
    const std::vector<int>& lags(int k) const { return members_[static_cast<std::size_t>(k - 1)].lags; }

private:
    struct Member {
        std::vector<int> lags;
        Settings settings;
        std::unique_ptr<Model> model;
        std::unique_ptr<Model::Workspace> workspace;
        std::vector<float> parameters, gradient;
        Optimizer optimizer;
        Schedule schedule;
        std::int64_t step = 0;
    };
    static Member make_member(const Settings&, std::vector<int> lags);
    // (sequences * L, lags + 1): of every prediction the tokens at the member's lags, then the token predicted.
    std::vector<std::int32_t> windows(const Member&, std::span<const std::int32_t> tokens) const;

    int window_, length_, vocabulary_;  // w, L, d
    int batch_;                         // sequences in each update, L predictions from each
    Sampler sampler_;
    std::vector<Member> members_;
};

}  // namespace ladder
