// Bounded history by doubling the stride. The newest snapshot is always kept, provisionally when it is
// neither on the stride nor a mark; the next arrival replaces it then.
#include "run/history.h"

#include <algorithm>

namespace ladder {

History::History(const Chain& chain, std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 4)), readout_(chain) {}

void History::add(std::shared_ptr<const Snapshot> snapshot) {
    if (!kept_.empty() && snapshot->step <= newest().step) return;
    const std::size_t changes = readout_.rung_changes().size() + readout_.phase_changes().size();
    readout_.observe(snapshot->step, snapshot->evaluation);
    const bool marks = readout_.rung_changes().size() + readout_.phase_changes().size() > changes;

    if (best_step_ < 0 || snapshot->evaluation.loss < best_loss_) best_step_ = snapshot->step, best_loss_ = snapshot->evaluation.loss;

    if (!kept_.empty() && !stays(kept_.back())) kept_.pop_back();
    if (kept_.size() == capacity_) thin();
    kept_.push_back({std::move(snapshot), arrivals_++, marks});
}

void History::thin() {
    if (stride_ <= arrivals_) stride_ *= 2;
    std::erase_if(kept_, [this](const Kept& k) { return !stays(k); });
    if (kept_.size() < capacity_) return;
    // Nothing but marks: a run that changes its reading at nearly every evaluation. Memory comes first.
    std::size_t i = 0;
    std::erase_if(kept_, [&i](const Kept&) { return i++ % 2 == 1; });
}

std::size_t History::at_step(std::int64_t step) const {
    const auto after = std::upper_bound(kept_.begin(), kept_.end(), step, [](std::int64_t s, const Kept& k) { return s < k.snapshot->step; });
    return after == kept_.begin() ? 0 : static_cast<std::size_t>(after - kept_.begin()) - 1;
}

}  // namespace ladder
