// The lead's wishes are the same as the thread runner's, and so are the states that it reports.
#include "run/peer_worker.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "base/error.h"
#include "run/pace.h"
#include "run/training_loop.h"

namespace ladder {

using State = RunnerStatus::State;

namespace {
constexpr double status_interval = 0.1;  // seconds between reports while steps go by
constexpr double catch_up = 0.1;         // seconds of late timers that are made good
constexpr std::size_t checkpoint_bytes = std::size_t{1} << 19;  // that may be sent with every evaluation
}  // namespace

template <class F>
void PeerWorker::guarded(F&& f) {
    try {
        f();
    } catch (const std::exception& e) {
        fail(sentence_of(e));
    }
}

void PeerWorker::fail(const std::string& sentence) {
    trainer_.reset();
    status_.state = State::failed;
    status_.message = sentence;
    report_status();
}

void PeerWorker::command(std::span<const std::byte> bytes, double seconds) {
    guarded([&] {
        const WorkerCommand c = decode_command(bytes);
        using Kind = WorkerCommand::Kind;
        if (c.kind == Kind::start) return start(c, seconds);
        if (c.epoch != epoch_ || rank_ != 0) return;
        switch (c.kind) {
            case Kind::play: playing_ = true; break;
            case Kind::pause: playing_ = false; break;
            case Kind::step:
                playing_ = false;
                if (status_.state != State::diverged && status_.state != State::failed) ++single_steps_;
                break;
            case Kind::speed:
                speed_ = std::max(c.value, 0.0);
                if (speed_ > 0) due_ = std::min(due_, seconds + step_interval(speed_));
                break;
            case Kind::stop: stop_ = static_cast<std::int64_t>(c.value); break;
            case Kind::hold: held_ = c.value != 0; break;
            case Kind::checkpoint:
                if (trainer_) send_checkpoint(trainer_->evaluated());
                break;
            case Kind::start: break;
        }
    });
}

void PeerWorker::start(const WorkerCommand& c, double seconds) {
    trainer_.reset();
    epoch_ = c.epoch;
    rank_ = c.rank;
    peers_ = c.peers;
    settings_ = c.settings;
    playing_ = c.running;
    held_ = false;  // a start that is to be held is told so after it
    single_steps_ = 0;
    single_under_way_ = false;
    speed_ = c.settings.speed;
    stop_ = c.settings.steps;
    due_ = seconds;
    seen_step_ = c.from ? c.from->step() : 0;
    meter_.reset();
    status_ = {};
    status_.workers = peers_;
    status_.kernels = kernels_name_;
    status_.step = seen_step_;
    if (c.from) status_.train_loss = c.from->train_loss;
    best_.reset();
    best_loss_ = std::numeric_limits<double>::infinity();
    marks_ = c.from ? c.from->readout.rung_changes.size() + c.from->readout.phase_changes.size() : 0;
    sent_checkpoint_ = -1;
    evaluations_since_ = 0;
    trainer_ = std::make_unique<PeerTrainer>(settings_, rank_, peers_, epoch_, kernels_, c.from);
    for (const Early& e : std::exchange(early_, {})) receive(e.from, e.bytes);
}

void PeerWorker::receive(int from, std::span<const std::byte> bytes) {
    guarded([&] {
        const std::uint32_t epoch = PeerTrainer::message_epoch(bytes);
        if (epoch > epoch_) {
            early_.push_back({from, {bytes.begin(), bytes.end()}});
        } else if (epoch == epoch_ && trainer_) {
            trainer_->receive(from, bytes);
        }
    });
}

double PeerWorker::work(double seconds) {
    double delay = idle;
    guarded([&] {
        if (!trainer_) return;
        if (rank_ == 0) {
            delay = lead(seconds);
        } else {
            delay = trainer_->work() ? 0 : idle;
        }
        auto messages = trainer_->take_messages();
        outgoing_.insert(outgoing_.end(), std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
    });
    return delay;
}

double PeerWorker::lead(double seconds) {
    const bool worked = trainer_->work();
    if (trainer_->step() > seen_step_) stepped(seconds);
    publish();
    if (trainer_->diverged() && status_.state != State::diverged) {
        playing_ = false;
        single_steps_ = 0;
        status_.step = trainer_->step();
        status_.steps_per_second = status_.sequences_per_second = 0;
        status_.message = divergence_message(settings_, trainer_->diverged_at(), trainer_->step());
        set_state(State::diverged);
    }
    const double delay = worked ? 0 : pace(seconds);
    if (status_changed_ && std::abs(seconds - status_sent_) >= status_interval) {  // a clock may be set back
        status_sent_ = seconds;
        report_status();
    }
    return delay;
}

void PeerWorker::stepped(double seconds) {
    seen_step_ = trainer_->step();
    meter_.step_done(seconds, seen_step_);
    status_.step = seen_step_;
    status_.train_loss = trainer_->train_loss();
    status_.steps_per_second = meter_.steps_per_second();
    status_.sequences_per_second = status_.steps_per_second * settings_.batch;
    status_changed_ = true;
    if (single_under_way_ || seen_step_ >= stop_) trainer_->request_evaluation();
    single_under_way_ = false;
}

void PeerWorker::publish() {
    for (const auto& snapshot : trainer_->take_snapshots()) {
        if (snapshot->step == status_.step) status_.train_loss = snapshot->train_loss;
        report(WorkerReport::Kind::snapshot, encode(*snapshot));
        offer_checkpoint(*snapshot);
    }
}

// Sends the state of this snapshot when it is small, marks something or is due. The lowest validation loss may be
// one of many in a falling row: it is sent when the next evaluation shows that it was a lowest.
void PeerWorker::offer_checkpoint(const Snapshot& snapshot) {
    const std::shared_ptr<const RunCheckpoint>& checkpoint = trainer_->evaluated();
    const std::size_t marks = checkpoint->readout.rung_changes.size() + checkpoint->readout.phase_changes.size();
    const bool best = snapshot.evaluation.loss < best_loss_;
    if (!best) send_checkpoint(std::exchange(best_, {}));
    ++evaluations_since_;
    if (sent_checkpoint_ < 0 || marks != marks_ || snapshot.step >= stop_ || static_cast<std::size_t>(evaluations_since_) * checkpoint_bytes >= checkpoint->bytes()) {
        send_checkpoint(checkpoint);
        best_.reset();
    } else if (best) {
        best_ = checkpoint;
    }
    if (best) best_loss_ = snapshot.evaluation.loss;
    marks_ = marks;
}

void PeerWorker::send_checkpoint(const std::shared_ptr<const RunCheckpoint>& checkpoint) {
    if (!checkpoint || checkpoint->step() <= sent_checkpoint_ || checkpoint->bytes() > most_checkpoint_bytes) return;
    sent_checkpoint_ = checkpoint->step();
    evaluations_since_ = 0;
    report(WorkerReport::Kind::checkpoint, encode(*checkpoint));
}

// Nothing is left to do but to take the next step: is it wanted, and now?
double PeerWorker::pace(double seconds) {
    if (trainer_->diverged() || trainer_->released()) return idle;
    const bool single = single_steps_ > 0;
    if (held_ || !(single || (playing_ && trainer_->step() < stop_))) {
        if (trainer_->evaluating()) return idle;  // it rests when the last snapshot is out
        if (const auto& newest = trainer_->evaluated(); resting() == State::finished && (!newest || newest->step() < trainer_->step())) {
            trainer_->request_evaluation();  // the stop was moved below a state that was passed over
            return 0;
        }
        status_.steps_per_second = status_.sequences_per_second = 0;
        meter_.reset();
        due_ = seconds;
        set_state(resting());
        if (status_changed_) report_status();
        return idle;
    }
    if (single) {
        --single_steps_;
        single_under_way_ = true;
    } else {
        if (!trainer_->evaluating()) set_state(State::running);
        if (speed_ > 0) {
            due_ = std::min(due_, seconds + step_interval(speed_));  // were the clock set back, it would wait for the time it lost
            if (seconds < due_) return due_ - seconds;
            due_ = std::max(due_, seconds - catch_up) + step_interval(speed_);
        }
    }
    trainer_->release();
    return 0;
}

State PeerWorker::resting() const {
    if (trainer_->step() >= stop_) return State::finished;
    return playing_ && !held_ ? State::running : State::paused;
}

void PeerWorker::set_state(State state) {
    if (state == status_.state) return;
    status_.state = state;
    report_status();
}

void PeerWorker::report_status() {
    status_changed_ = false;
    report(WorkerReport::Kind::status, encode(status_));
}

void PeerWorker::report(WorkerReport::Kind kind, std::vector<std::byte> payload) {
    outgoing_.push_back({page, encode(WorkerReport{kind, epoch_, std::move(payload)})});
}

}  // namespace ladder
