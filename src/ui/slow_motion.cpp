// Which part is on, and what is said of it.
#include "ui/slow_motion.h"

#include "ui/numbers.h"
#include "ui/words.h"

namespace ladder {

void SlowMotion::begin(std::int64_t before, double seconds) {
    *this = {};
    open_ = true;
    before_ = before;
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

std::string slow_motion_sentence(SlowMotion::Part part, const Settings& s, const Chain& chain, std::size_t parameters, const Snapshot* after) {
    const std::string sequences = std::to_string(s.batch), length = std::to_string(chain.window() + s.length), predictions = std::to_string(static_cast<std::int64_t>(s.batch) * s.length);
    if (static_cast<int>(part) >= static_cast<int>(SlowMotion::Part::loss) && !after) return "The step is being computed\u2026";
    switch (part) {
        case SlowMotion::Part::sample:
            if (chain.ngrams()) return sequences + " pieces of " + length + " characters are cut out of the text. The model will read each piece and predict its last " + std::to_string(s.length) + " characters, one after the other.";
            if (s.data == DataSource::finite) return sequences + " of the " + std::to_string(s.sequences) + " training sequences are taken, each of " + length + " tokens. The model predicts the last " + std::to_string(s.length) + " of each.";
            return sequences + " new sequences of " + length + " tokens are drawn from the chain: " + std::to_string(chain.window()) + " at random, then " + std::to_string(s.length) + " by its rule. No sequence is ever seen twice.";
        case SlowMotion::Part::forward:
            return "At each position every head weighs the tokens before it and adds what it reads to the logits; softmax turns them into a distribution over the next token: " + predictions + " predictions in this batch.";
        case SlowMotion::Part::loss:
            return "Each prediction is charged \u2212log of the probability it gave to the token that followed. The mean over the batch was " + number(after->train_loss, 3) + " nats; the best possible on the held-out sequences is " + number(after->evaluation.loss - after->evaluation.excess(), 3) + ".";
        case SlowMotion::Part::backward:
            return "From the loss back through values, attention and queries: for each of the " + std::to_string(parameters) + " parameters, how the loss would change with it. The norm of this gradient was " + compact(after->gradient_norm) + ".";
        case SlowMotion::Part::update:
            return std::string(s.optimizer == OptimizerKind::adamw ? "AdamW" : "SGD") + " moves every parameter a little against its gradient (learning rate " + compact(s.learning_rate) + "). After step " + std::to_string(after->step) + " the held-out loss is " + number(after->evaluation.loss, 3) + " nats. " + verdict(chain, *after);
    }
    return "";
}

}  // namespace ladder
