// Bounded history by doubling strides. The newest snapshot is always kept, provisionally when it is neither on
// the stride nor a mark; the next arrival replaces it then.
#include "run/history.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace ladder {

History::History(const Chain& chain, HistoryLimits limits)
    : capacity_(std::max<std::size_t>(limits.moments, 4)),
      attention_{limits.attention_bytes, 0, 1, [](const Kept& k) { return k.snapshot->evaluation.attention.size() * sizeof(float); },
                 [](Kept& k) {
                     Snapshot light = *k.snapshot;
                     light.evaluation.attention = std::vector<float>();  // with its memory
                     k.snapshot = std::make_shared<const Snapshot>(std::move(light));
                 }},
      checkpoints_{limits.checkpoint_bytes, 0, 1, [](const Kept& k) { return k.checkpoint ? k.checkpoint->bytes() : 0; }, [](Kept& k) { k.checkpoint.reset(); }},
      readout_(chain) {}

template <class Condition>
void History::erase_if(Condition&& condition) {
    std::erase_if(kept_, [&](const Kept& k) {
        if (!condition(k)) return false;
        for (Part* part : {&attention_, &checkpoints_}) part->used -= part->size(k);
        return true;
    });
}

void History::add(std::shared_ptr<const Snapshot> snapshot) {
    if (!kept_.empty() && snapshot->step <= newest().step) return;
    const std::size_t changes = readout_.rung_changes().size() + readout_.phase_changes().size();
    readout_.observe(snapshot->step, snapshot->evaluation);
    const bool marks = readout_.rung_changes().size() + readout_.phase_changes().size() > changes;

    if (best_step_ < 0 || snapshot->evaluation.loss < best_loss_) best_step_ = snapshot->step, best_loss_ = snapshot->evaluation.loss;

    if (!kept_.empty() && !stays(kept_.back())) erase_if([this](const Kept& k) { return &k == &kept_.back(); });
    if (kept_.size() == capacity_) thin();
    kept_.push_back({std::move(snapshot), arrivals_++, marks, nullptr});
    attention_.used += attention_.size(kept_.back());
    thin(attention_);
}

void History::attach(std::shared_ptr<const RunCheckpoint> checkpoint) {
    if (empty()) return;
    Kept& k = kept_[at_step(checkpoint->step())];
    if (k.snapshot->step != checkpoint->step() || k.checkpoint) return;
    k.checkpoint = std::move(checkpoint);
    checkpoints_.used += checkpoints_.size(k);
    thin(checkpoints_);
}

void History::add_learned(std::int64_t step, std::vector<double> kl) {
    if (empty()) return;
    Kept& k = kept_[at_step(step)];
    if (k.snapshot->step != step) return;
    Snapshot more = *k.snapshot;
    more.evaluation.learned_kl = std::move(kl);
    k.snapshot = std::make_shared<const Snapshot>(std::move(more));
}

void History::thin() {
    if (stride_ <= arrivals_) stride_ *= 2;
    erase_if([this](const Kept& k) { return !stays(k); });
    if (kept_.size() < capacity_) return;
    // Nothing but marks: a run that changes its reading at nearly every evaluation. Memory comes first, but the first and the best stay.
    std::size_t i = 0;
    erase_if([&](const Kept& k) { return i++ % 2 == 1 && !is_best(k); });
}

template <class Condition>
void History::drop_if(Part& part, Condition&& condition) {
    for (Kept& k : kept_) {
        const std::size_t size = part.size(k);
        if (size == 0 || !condition(k)) continue;
        part.used -= size;
        part.drop(k);
    }
}

void History::thin(Part& part) {
    const auto newest = [this](const Kept& k) { return &k == &kept_.back(); };
    const auto off_stride = [&](const Kept& k) { return !(k.marks || k.arrival % part.stride == 0 || is_best(k) || newest(k)); };
    if (part.used > part.limit) drop_if(part, off_stride);
    while (part.used > part.limit && part.stride <= arrivals_) {
        part.stride *= 2;
        drop_if(part, off_stride);
    }
    // Still too much: of the marks every second one, the first not, because the moments after it show its maps; at last the best and
    // what is larger than the limit by itself.
    for (std::size_t before = 0; part.used > part.limit && before != part.used;) {
        before = part.used;
        std::size_t i = 0;
        drop_if(part, [&](const Kept& k) { return !is_best(k) && !newest(k) && i++ % 2 == 1; });
    }
    if (part.used > part.limit) drop_if(part, [&](const Kept& k) { return !newest(k); });
    if (part.used > part.limit) drop_if(part, [](const Kept&) { return true; });
}

std::size_t History::at_step(std::int64_t step) const {
    const auto after = std::upper_bound(kept_.begin(), kept_.end(), step, [](std::int64_t s, const Kept& k) { return s < k.snapshot->step; });
    return after == kept_.begin() ? 0 : static_cast<std::size_t>(after - kept_.begin()) - 1;
}

std::size_t History::with_attention(std::size_t i) const {
    for (std::size_t at = i + 1; at-- > 0;)
        if (!kept_[at].snapshot->evaluation.attention.empty()) return at;
    return i;
}

std::size_t History::with_checkpoint(std::size_t i) const {
    for (std::size_t at = i + 1; at-- > 0;)
        if (at < kept_.size() && kept_[at].checkpoint) return at;
    return kept_.size();
}

void History::rewind(std::size_t i) {
    if (i >= kept_.size() || !kept_[i].checkpoint) throw Error("The run cannot be taken back to this moment, because its state was not kept.", "Choose a moment that has a checkpoint.");
    readout_.restore(kept_[i].checkpoint->readout);
    const std::int64_t step = kept_[i].snapshot->step;
    erase_if([step](const Kept& k) { return k.snapshot->step > step; });
    arrivals_ = kept_.back().arrival + 1;
    if (best_step_ <= step) return;
    const auto least = std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.snapshot->evaluation.loss < b.snapshot->evaluation.loss; });
    best_step_ = least->snapshot->step;
    best_loss_ = least->snapshot->evaluation.loss;
}

std::size_t History::bytes() const {
    std::size_t total = kept_.capacity() * sizeof(Kept);
    for (const Kept& k : kept_) {
        const Evaluation& e = k.snapshot->evaluation;
        total += sizeof(Snapshot) + (e.attention.capacity() + e.span_mass.capacity()) * sizeof(float) + (e.kl.capacity() + e.learned_kl.capacity()) * sizeof(double);
        total += k.snapshot->reading.heads.capacity() * sizeof(HeadRole);
        total += checkpoints_.size(k);
    }
    return total;
}

}  // namespace ladder
