// The lockstep protocol. Two kinds of messages: the subtrees of one peer's gradient for one step, and its
// sums of one evaluation. A peer cannot be more than one step ahead of another, because every step needs
// everyone's contribution; what comes early is kept until its step.
#include "run/peer_trainer.h"

#include <algorithm>
#include <cmath>

#include "run/training_loop.h"

namespace ladder {
namespace {

constexpr std::uint32_t gradient_magic = 0x5247504C;    // "LPGR"
constexpr std::uint32_t evaluation_magic = 0x5645504C;  // "LPEV"

ByteWriter begin_message(std::uint32_t magic, std::uint32_t epoch, std::int64_t step) {
    ByteWriter out;
    out.put(magic);
    out.put(epoch);
    out.put(step);
    return out;
}

void put(ByteWriter& out, const EvaluationSums& s) {
    out.put(s.predictions);
    out.put(s.sequences);
    out.put(s.loss);
    out.put(s.bayes_loss);
    out.put(s.kl);
    out.put(s.attention);
}

EvaluationSums get_sums(ByteReader& in) {
    EvaluationSums s;
    s.predictions = in.integer<std::int64_t>();
    s.sequences = in.integer<std::int64_t>();
    s.loss = in.number();
    s.bayes_loss = in.number();
    s.kl = in.numbers();
    s.attention = in.numbers();
    return s;
}

}  // namespace

PeerTrainer::PeerTrainer(const Settings& settings, int rank, int peers, std::uint32_t epoch, Kernels kernels, std::shared_ptr<const RunCheckpoint> from)
    : trainer_(settings, kernels),
      evaluator_(trainer_.chain(), trainer_.settings(), trainer_.validation()),
      workspace_(trainer_.model().workspace()),
      rank_(rank),
      peers_(peers),
      epoch_(epoch),
      own_(worker_shards(trainer_.shards(), peers, rank)),
      sum_(trainer_.shards()) {
    // One that has no share would not be waited for, and the lockstep rests on that.
    if (own_.count < 1) throw Error("There are more workers than shards of a batch.", "Use fewer workers or a larger batch.");
    if (lead()) readout_.emplace(trainer_.chain());
    const bool known = from && from->evaluated();
    if (from) trainer_.restore(from->state);
    if (known) {
        if (lead()) readout_->restore(from->readout);
        last_ = {from->step(), from->train_loss, from->gradient_norm, false};
        evaluated_ = std::move(from);
    }
    enter_state(!known);
}

// The present state is new: what is to be done with it?
void PeerTrainer::enter_state(bool evaluate) {
    next_shard_ = own_.first;
    contributed_ = released_ = false;
    if (!evaluate) return;
    const ShardRange own = worker_shards(evaluator_.shards(), peers_, rank_);
    evaluating_ = Evaluating{own.first, own.first + own.count, {}};
    evaluating_->sums.resize(static_cast<std::size_t>(evaluator_.shards()));
}

void PeerTrainer::request_evaluation() {
    if (evaluating_ || diverged_) return;
    evaluating_ = Evaluating{0, evaluator_.shards(), {}};
    evaluating_->sums.resize(static_cast<std::size_t>(evaluator_.shards()));
}

bool PeerTrainer::work() {
    if (diverged_) return false;
    if (evaluate_piece() || gradient_piece()) return true;
    if (!contributed_) {
        contribute();
        return true;
    }
    if (released_ && !held_back_.empty()) {
        outgoing_.push_back({Message::everyone, std::exchange(held_back_, {})});
        return true;
    }
    if (add_received()) return true;
    if (lead() && evaluating_ && std::all_of(evaluating_->sums.begin(), evaluating_->sums.end(), [](const auto& s) { return s.has_value(); })) {
        finish_evaluation();
        return true;
    }
    if (!sum_.complete()) return draw_ahead();
    if (first_) {
        const Contribution& batch = sum_.nodes().begin()->second;
        first_->train_loss = batch.loss / (static_cast<double>(trainer_.settings().batch) * trainer_.settings().length);
        first_->gradient_norm = global_norm(batch.gradient);
        publish(*std::exchange(first_, {}));
        return true;
    }
    if (lead() && (!released_ || evaluating_)) return false;
    apply();
    return true;
}

bool PeerTrainer::evaluate_piece() {
    if (!evaluating_ || evaluating_->next >= evaluating_->end) return false;
    const int shard = evaluating_->next++;
    evaluating_->sums[static_cast<std::size_t>(shard)] = evaluator_.evaluate(trainer_.model(), shard, *workspace_);
    if (lead() || evaluating_->next < evaluating_->end) return true;

    ByteWriter out = begin_message(evaluation_magic, epoch_, step());
    const auto own = static_cast<std::uint32_t>(std::count_if(evaluating_->sums.begin(), evaluating_->sums.end(), [](const auto& s) { return s.has_value(); }));
    out.put(own);
    for (std::size_t i = 0; i < evaluating_->sums.size(); ++i)
        if (evaluating_->sums[i]) {
            out.put(static_cast<std::int32_t>(i));
            put(out, *evaluating_->sums[i]);
        }
    outgoing_.push_back({0, out.take()});
    evaluating_.reset();
    return true;
}

bool PeerTrainer::gradient_piece() {
    if (next_shard_ >= own_.first + own_.count) return false;
    std::vector<float> buffer = buffer_.empty() ? sum_.take_spare(parameters()) : std::exchange(buffer_, {});
    const int shard = next_shard_++;
    const auto own = static_cast<std::size_t>(shard - own_.first);
    std::vector<std::int32_t> tokens;
    if (ahead_step_ == step() && own < ahead_.size()) tokens = std::move(ahead_[own]);
    sum_.add({0, shard}, trainer_.gradient(shard, *workspace_, std::move(buffer), std::move(tokens)));
    return true;
}

// Own shards are computed and others are not here yet: time to draw what the next step needs.
bool PeerTrainer::draw_ahead() {
    if (ahead_step_ != step() + 1) {
        ahead_step_ = step() + 1;
        ahead_.clear();
    }
    if (ahead_.size() == static_cast<std::size_t>(own_.count)) return false;
    ahead_.push_back(trainer_.tokens_ahead(own_.first + static_cast<int>(ahead_.size())));
    return true;
}

// All own shards are added, nothing of others is yet: what stands in the tree now is what the others need.
void PeerTrainer::contribute() {
    contributed_ = true;
    if (peers_ == 1) return;
    ByteWriter out = begin_message(gradient_magic, epoch_, step());
    out.reserve(64 + sum_.nodes().size() * (32 + parameters() * sizeof(float)));
    out.put(static_cast<std::uint32_t>(sum_.nodes().size()));
    for (const auto& [node, contribution] : sum_.nodes()) {
        out.put(static_cast<std::int32_t>(node.level));
        out.put(static_cast<std::int32_t>(node.index));
        out.put(contribution.loss);
        out.put_block(contribution.gradient);
    }
    if (lead()) {
        held_back_ = out.take();
    } else {
        outgoing_.push_back({Message::everyone, out.take()});
    }
}

bool PeerTrainer::add_received() {
    bool any = false;
    for (Received& r : received_) {
        if (r.step != step()) continue;
        for (auto& [node, contribution] : r.nodes) sum_.add(node, std::move(contribution));
        any = true;
    }
    std::erase_if(received_, [this](const Received& r) { return r.step <= step(); });
    if (!evaluating_) return any;
    for (ReceivedSums& r : received_sums_)
        if (r.step == step()) evaluating_->sums[static_cast<std::size_t>(r.shard)] = std::move(r.sums);
    std::erase_if(received_sums_, [this](const ReceivedSums& r) { return r.step <= step(); });
    return any;
}

void PeerTrainer::apply() {
    const std::int64_t next = step() + 1;
    Contribution total = sum_.take_root();
    last_ = trainer_.apply(total);
    buffer_ = std::move(total.gradient);
    if (last_->diverged) {
        // As TrainingLoop::note: not to before the moment that is shown, kept and gone on from.
        if (evaluated_ && step() < evaluated_->step()) trainer_.restore(evaluated_->state);
        return stop_at(next);
    }
    enter_state(evaluation_due());
}

void PeerTrainer::stop_at(std::int64_t step) {
    diverged_ = true;
    diverged_at_ = step;
}

// The same as TrainingLoop::evaluate: shards added in order, the last finite state kept.
void PeerTrainer::finish_evaluation() {
    EvaluationSums total;
    for (const auto& s : evaluating_->sums) total.add(*s);
    evaluating_.reset();
    Snapshot snapshot;
    snapshot.step = step();
    snapshot.evaluation = evaluator_.finish(total);
    if (!last_) {
        first_ = std::move(snapshot);
        return;
    }
    snapshot.train_loss = last_->loss;
    snapshot.gradient_norm = last_->gradient_norm;
    publish(std::move(snapshot));
}

void PeerTrainer::publish(Snapshot snapshot) {
    if (!snapshot.evaluation.finite() || !std::isfinite(snapshot.train_loss)) {
        stop_at(step());
        if (evaluated_) trainer_.restore(evaluated_->state);
        return;
    }
    snapshot.reading = readout_->observe(snapshot.step, snapshot.evaluation);
    evaluated_ = std::make_shared<const RunCheckpoint>(RunCheckpoint{trainer_.checkpoint(), readout_->state(), snapshot.train_loss, snapshot.gradient_norm});
    snapshots_.push_back(std::make_shared<const Snapshot>(std::move(snapshot)));
}

std::uint32_t PeerTrainer::message_epoch(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "message between workers");
    in.integer<std::uint32_t>();
    return in.integer<std::uint32_t>();
}

void PeerTrainer::receive(int from, std::span<const std::byte> bytes) {
    ByteReader in(bytes, "message of worker " + std::to_string(from + 1));
    const auto magic = in.integer<std::uint32_t>();
    if (in.integer<std::uint32_t>() != epoch_ || diverged_) return;
    if (magic == gradient_magic) {
        receive_gradient(in);
    } else if (magic == evaluation_magic && lead()) {
        receive_evaluation(in);
    } else {
        in.fail("is of an unknown kind");
    }
    in.expect_end();
}

void PeerTrainer::receive_gradient(ByteReader& in) {
    Received received;
    received.step = in.integer<std::int64_t>();
    in.expect(received.step == step() || received.step == step() + 1);
    const std::size_t nodes = in.count(16 + parameters() * sizeof(float));
    for (std::size_t i = 0; i < nodes; ++i) {
        const int level = in.integer<std::int32_t>(), index = in.integer<std::int32_t>();
        in.expect(level >= 0 && level < 31 && (trainer_.shards() >> level) > 0 && index >= 0 && index < (trainer_.shards() >> level));
        Contribution contribution;
        contribution.loss = in.number();
        contribution.gradient = sum_.take_spare(parameters());
        in.block(contribution.gradient);
        received.nodes.emplace_back(TreeNode{level, index}, std::move(contribution));
    }
    received_.push_back(std::move(received));
}

void PeerTrainer::receive_evaluation(ByteReader& in) {
    const auto of_step = in.integer<std::int64_t>();
    in.expect(of_step == step() || of_step == step() + 1);
    const std::size_t shards = in.count(40);
    for (std::size_t i = 0; i < shards; ++i) {
        const int shard = in.integer<std::int32_t>();
        in.expect(shard >= 0 && shard < evaluator_.shards());
        received_sums_.push_back({of_step, shard, get_sums(in)});
        const EvaluationSums& sums = received_sums_.back().sums;
        in.expect(sums.sequences >= 0 && sums.predictions >= 0);
        in.expect(sums.kl.size() == static_cast<std::size_t>(trainer_.chain().span_count()) + 1 && sums.attention.size() == evaluator_.attention_size());
    }
}

}  // namespace ladder
