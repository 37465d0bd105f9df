// When a prediction is taken apart anew, and what is said of it.
#include "ui/close_up_state.h"

#include <algorithm>

#include "base/error.h"
#include "ui/draw.h"
#include "ui/token_look.h"

namespace ladder {

void update_close_up(const RunView& view, CloseUpState& s) {
    if (!view.ready()) return;
    if (s.run != view.run) {
        // Another run: the same place in it, everything else anew.
        CloseUpState next;
        next.open = s.open, next.query = s.query, next.sequence = s.sequence;
        s = std::move(next);
        s.run = view.run;
    }
    const std::size_t at = view.history.with_checkpoint(view.shown);
    if (at >= view.history.size()) {
        s.problem = "The state of the model at this step was not kept. Choose a later step.";
        s.of.reset();
        return;
    }
    const auto& checkpoint = view.history.checkpoint(at);
    if (checkpoint == s.of && s.query == s.shown_query && s.sequence == s.shown_sequence) return;
    try {
        if (!s.bench) s.bench = std::make_unique<CloseUpBench>(view.settings, view.chain);
        s.sequence = std::clamp(s.sequence, 0, s.bench->sequences() - 1);
        s.query = std::clamp(s.query, s.bench->first_query(), s.bench->last_query());
        s.shown = s.bench->look(checkpoint->state.parameters, s.sequence, s.query);
        s.problem.clear();
    } catch (const Error& e) {
        s.problem = e.what();
    }
    s.of = checkpoint;
    s.shown_query = s.query, s.shown_sequence = s.sequence;
}

std::string close_up_sentence(const Chain& chain, const CloseUp& c) {
    const auto next = static_cast<std::size_t>(c.next);
    return (chain.ngrams() ? "\u201C" + token_text(chain, c.next) + "\u201D" : "Token " + token_text(chain, c.next)) + " followed. The model had given it probability " + number(c.model[next], 3) + ", " + (chain.ngrams() ? "the longest n-gram " : "the chain ") + number(c.classes.back()[next], 3) +
           "; at this one position the KL divergence from it to the model is " + number(c.kl, 3) + " nats.";
}

}  // namespace ladder
