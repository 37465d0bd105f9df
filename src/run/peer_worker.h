// One training worker behind messages: obeys the page's commands, exchanges bytes with its peers, reports to
// the page. The lead (rank 0) also keeps the pace: it takes a step only when it plays, is asked for one, and
// the speed allows it. Given the time with every call, it reads no clock and waits for nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "run/peer_trainer.h"
#include "run/speed_meter.h"
#include "run/worker_protocol.h"

namespace ladder {

class PeerWorker {
public:
    static constexpr int page = -2;        // a receiver of messages besides ranks and PeerTrainer::Message::everyone
    static constexpr double idle = -1;

    // kernels_name: shown on the page, "SIMD" or "scalar".
    explicit PeerWorker(std::string kernels_name, Kernels kernels = Kernels::fast) : kernels_name_(std::move(kernels_name)), kernels_(kernels) {}

    void command(std::span<const std::byte>, double seconds);
    std::uint32_t epoch() const { return epoch_; }  // of the run, 0 before the first
    void receive(int from, std::span<const std::byte>);
    // Works for one piece. Returns the seconds until it wants to be called again: 0 at once, idle when only
    // a command or a message can bring more work.
    double work(double seconds);
    std::vector<PeerTrainer::Message> take_messages() { return std::exchange(outgoing_, {}); }
    int peers() const { return peers_; }  // of the present run: everyone is ranks 0 .. peers - 1

private:
    struct Early {  // a message of a run that this worker has not been told of yet
        int from;
        std::vector<std::byte> bytes;
    };

    void start(const WorkerCommand&, double seconds);
    double lead(double seconds);
    double pace(double seconds);
    void stepped(double seconds);
    void publish();
    void offer_checkpoint(const Snapshot&);
    void send_checkpoint(const std::shared_ptr<const RunCheckpoint>&);
    RunnerStatus::State resting() const;
    void set_state(RunnerStatus::State);
    void report_status();
    void report(WorkerReport::Kind, std::vector<std::byte> payload);
    void fail(const std::string& sentence);
    template <class F>
    void guarded(F&&);  // what goes wrong inside is reported to the page and ends the run

    const std::string kernels_name_;
    const Kernels kernels_;
    std::uint32_t epoch_ = 0;
    int rank_ = 0, peers_ = 1;
    std::unique_ptr<PeerTrainer> trainer_;  // empty before the first run and after a failure
    std::vector<Early> early_;
    std::vector<PeerTrainer::Message> outgoing_;

    // The lead's.
    Settings settings_;
    bool playing_ = false, held_ = false;
    int single_steps_ = 0;
    bool single_under_way_ = false;
    double speed_ = 0;
    std::int64_t stop_ = 0;
    double due_ = 0;           // when the speed limit allows the next step, in seconds
    std::int64_t seen_step_ = 0;
    SpeedMeter meter_;
    RunnerStatus status_;
    bool status_changed_ = false;
    double status_sent_ = 0;
    std::shared_ptr<const RunCheckpoint> best_;  // of the lowest validation loss, while it is not sent
    double best_loss_ = 0;
    std::size_t marks_ = 0;                      // rung and phase changes so far
    std::int64_t sent_checkpoint_ = -1;          // step of the newest one that was sent
    int evaluations_since_ = 0;                  // since then
};

}  // namespace ladder
