// What is worth knowing of a task's hypothesis classes besides the ideal members, and takes some seconds: trains the
// learned members, measures models against them, and measures how far each ideal member is from the best of its class.
// In small pieces, for whoever does it in the background: no clock, no thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/settings.h"
#include "ladder/best_in_class.h"
#include "ladder/evaluation.h"
#include "train/learned_members.h"

namespace ladder {

// A model of the run measured against the learned members.
struct MemberReading {
    std::int64_t step = 0;
    std::vector<double> kl;  // from the learned members of F_1..F_h, nats per prediction; not finite where the model is not
};

class MemberStudy {
public:
    static constexpr int pasts = 240;  // of the distances' Monte Carlo

    explicit MemberStudy(const Settings&);

    // Whether a study of one run's settings serves the other too: the same task, held-out sequences and architecture.
    // Whether a chain's data are finite, initialisation, optimizer and pace do not matter.
    static bool serves(const Settings& studied, const Settings& other);

    // Does one small piece. False when there is nothing to do.
    bool work();
    // The members' training, 0 to 1.
    double progress() const;
    // Of p_1..p_h from the best of their classes; empty until all pasts are drawn, and always for a text.
    std::vector<BestInClass::Distance> distances() const;

    // Asks for the KL divergences of a model with these parameters; they come once the members are trained, the newest request first.
    // Error: another number of parameters than the model has.
    void measure(std::int64_t step, std::vector<float> parameters);
    void forget_requests();
    std::vector<MemberReading> take_readings() { return std::exchange(readings_, {}); }

private:
    struct Request {
        std::int64_t step;
        std::vector<float> parameters;
    };
    bool measure_piece();

    Settings settings_;
    Chain chain_;
    std::vector<std::int32_t> held_out_;  // (validation, w + L), the run's
    std::unique_ptr<Model> model_;        // given other parameters for every request
    std::unique_ptr<Model::Workspace> workspace_;
    Evaluator evaluator_;
    LearnedMembers members_;
    BestInClass best_;
    int prepared_ = 0;       // shards whose predictions by the members the evaluator knows
    int drawn_ = 0;
    std::int64_t steps_ = 0; // taken of all members' training
    std::vector<Request> requests_;   // that wait
    std::optional<Request> measured_; // being measured
    int shard_ = 0;                   // of it
    EvaluationSums sums_;
    std::vector<MemberReading> readings_;
};

}  // namespace ladder
