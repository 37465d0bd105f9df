// Numbers that are not finite become null: JSON has no others.
#include "run/run_events.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "run/command.h"
#include "run/metrics.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_messages = 200;  // of a host that does not fetch them

Json event(const char* type, std::int64_t step) { return {{"ladder", message_version}, {"type", type}, {"step", step}}; }

}  // namespace

void RunEvents::load(const std::string& preset, const Settings& settings, const Chain& chain) {
    rung_ = -1;
    stages_ = 0;
    ended_ = false;
    step_.clear();
    messages_.clear();  // of the run before, which nobody can ask about any more
    Json message = event("load", 0);
    message["preset"] = preset;
    message["seed"] = settings.seed;
    message["rungs"] = chain.span_count();
    message["stopAt"] = settings.steps;
    messages_.push_back(message.dump());
}

void RunEvents::snapshot(const Chain& chain, const Snapshot& s, const std::vector<Stage>& stages) {
    Json message = event("step", s.step);
    message["rung"] = s.reading.rung;
    message["rungs"] = chain.span_count();
    message["height"] = s.reading.height;
    message["phase"] = phase_name(s.reading.phase);
    message["specialisation"] = s.reading.specialisation;
    message["trainLoss"] = s.train_loss;
    message["validationLoss"] = s.evaluation.loss;
    message["excess"] = s.evaluation.excess();
    message["kl"] = s.evaluation.kl;
    step_ = message.dump();
    if (messages_.size() >= most_messages) return;
    if (s.reading.rung != rung_) {
        Json rung = event("rung", s.step);
        rung["rung"] = s.reading.rung;
        rung["from"] = rung_ < 0 ? Json(nullptr) : Json(rung_);
        rung["rungs"] = chain.span_count();
        messages_.push_back(rung.dump());
        rung_ = s.reading.rung;
    }
    if (stages.size() > stages_) {
        const Stage& stage = stages.back();
        Json entered = event("stage", stage.start);
        entered["stage"] = stages.size() - 1;
        entered["rung"] = stage.rung;
        entered["span"] = stage.acquired_span < 0 ? Json(nullptr) : Json(stage.acquired_span);
        messages_.push_back(entered.dump());
        stages_ = stages.size();
    }
}

void RunEvents::status(const RunnerStatus& status, const std::vector<std::int64_t>& reached) {
    const bool failed = status.state == RunnerStatus::State::failed || status.state == RunnerStatus::State::diverged;
    if (!failed && status.state != RunnerStatus::State::finished) {
        ended_ = false;
        return;
    }
    if (std::exchange(ended_, true)) return;
    if (!step_.empty()) messages_.push_back(std::exchange(step_, ""));
    Json message = event(failed ? "error" : "finished", status.step);
    if (failed) {
        message["id"] = nullptr;
        message["code"] = status.state == RunnerStatus::State::diverged ? "diverged" : "failed";
        message["message"] = status.message;
    } else {
        message["rung"] = rung_ < 0 ? Json(nullptr) : Json(rung_);
        message["reached"] = reached;
    }
    messages_.push_back(message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string RunEvents::take() {
    if (!step_.empty()) messages_.push_back(std::exchange(step_, ""));
    if (messages_.empty()) return "";
    std::string all = "[";
    for (const std::string& message : messages_) all += (all.size() > 1 ? "," : "") + message;
    messages_.clear();
    return all + "]";
}

}  // namespace ladder
