// Which part is on, and what is said of it.
#include "ui/slow_motion.h"

#include "train/schedule.h"
#include "ui/numbers.h"
#include "ui/words.h"

namespace ladder {

void SlowMotion::begin(std::int64_t before, double seconds, std::size_t parameters) {
    *this = {};
    open_ = true;
    before_ = before;
    parameters_ = parameters;
    entered_ = seconds;
}

void SlowMotion::follow(std::int64_t newest, double seconds, bool by_itself) {
    stepped_ = newest > before_;
    if (!open_ || !by_itself || !by_itself_ || part_ == Part::update || seconds - entered_ < seconds_a_part) return;
    // What is said from the loss on are the step's own numbers.
    if (part_ == Part::forward && !stepped_) return;
    part_ = static_cast<Part>(static_cast<int>(part_) + 1);
    entered_ = seconds;
}

Panel slow_motion_panel(SlowMotion::Part part) {
    switch (part) {
        case SlowMotion::Part::sample: return Panel::chain;
        case SlowMotion::Part::forward: return Panel::attention;
        case SlowMotion::Part::loss: return Panel::curves;
        case SlowMotion::Part::backward: return Panel::attention;
        case SlowMotion::Part::update: return Panel::ladder;
    }
    return Panel::chain;
}

namespace {

std::string drawn_sequences(const Settings& s, const std::string& length) {
    return s.batch == 1 ? "1 new sequence of " + length + " tokens is drawn" : std::to_string(s.batch) + " new sequences of " + length + " tokens are drawn";
}

// What the parameters follow.
std::string followed(const Settings& s) {
    const std::string gradients = s.optimizer == OptimizerKind::adamw ? "the running averages of their gradients" : s.momentum > 0 ? "their gradients, those of earlier steps included" : "their gradients";
    return s.weight_decay > 0 ? gradients + ", and a little towards 0" : gradients;
}

// Of the update that led to this step. What plateaus have left of it does not follow from the settings.
std::string rate_used(const Settings& s, std::int64_t step) {
    return s.schedule == ScheduleKind::plateau ? "at the learning rate that the plateaus so far have left" : "learning rate " + compact(Schedule(s).rate(step - 1));
}

}  // namespace

std::string slow_motion_sentence(SlowMotion::Part part, const Settings& s, const Chain& chain, std::size_t parameters, const Snapshot* after) {
    const std::string length = std::to_string(chain.window() + s.length), predicted = s.length == 1 ? "one" : std::to_string(s.length);
    if (static_cast<int>(part) >= static_cast<int>(SlowMotion::Part::loss) && !after) return "The step is being computed\u2026";
    switch (part) {
        case SlowMotion::Part::sample:
            if (chain.ngrams()) return "This step cuts " + std::to_string(s.batch) + " \u00D7 " + length + " characters out of the text. Of each piece the model predicts the last " + predicted + ", one after the other.";
            if (s.data == DataSource::finite) return "This step takes " + std::to_string(s.batch) + " of the " + std::to_string(s.sequences) + " training sequences, each of " + length + " tokens. The model predicts the last " + predicted + " of each.";
            return drawn_sequences(s, length) + " from the chain: " + std::to_string(chain.window()) + " at random, then " + std::to_string(s.length) + " by its rule. Every step draws new ones.";
        case SlowMotion::Part::forward:
            return std::string("At each position every head weighs the tokens up to it ") + (s.model == ModelKind::minimal && s.blocks == 1 ? "and adds what it reads to the logits; softmax turns them into a distribution over the next token. Predictions in this batch: " : "and passes on what it reads; after the last block come the logits, and softmax turns them into a distribution over the next token. Predictions in this batch: ") +
                   std::to_string(static_cast<std::int64_t>(s.batch) * s.length) + ".";
        case SlowMotion::Part::loss:
            return "Each prediction is charged \u2212log of the probability it gave to the token that followed. The mean over the batch was " + number(after->train_loss, 3) + (chain.ngrams() ? " nats; on the held-out pieces the longest n-gram has " : " nats; on the held-out sequences the chain itself has ") + number(after->evaluation.bayes_loss, 3) + ".";
        case SlowMotion::Part::backward:
            return "From the loss back through values, attention and queries: for each of the " + std::to_string(parameters) + " parameters, how the loss would change with it. The norm of this gradient was " + compact(after->gradient_norm) + ".";
        case SlowMotion::Part::update:
            return std::string(s.optimizer == OptimizerKind::adamw ? "AdamW" : "SGD") + " moves the parameters a little against " + followed(s) + " (" + rate_used(s, after->step) + "). After step " + std::to_string(after->step) + " the held-out loss is " + number(after->evaluation.loss, 3) + " nats. " + verdict(chain, *after);
    }
    return "";
}

}  // namespace ladder
