#include "run/member_study.h"

#include <string>

#include "base/error.h"
#include "task/sampler.h"

namespace ladder {
namespace {

std::vector<std::int32_t> held_out(const Settings& settings, const Chain& chain) {
    const Sampler sampler(chain, settings.length, settings.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(settings.validation) * static_cast<std::size_t>(sampler.sequence_length()));
    sampler.sample(Stream::validation_data, 0, settings.validation, tokens);
    return tokens;
}

}  // namespace

MemberStudy::MemberStudy(const Settings& settings)
    : settings_(settings), chain_(settings), held_out_(held_out(settings, chain_)), model_(make_model(settings)), workspace_(model_->workspace()), evaluator_(chain_, settings, held_out_),
      members_(settings, chain_), best_(settings, chain_) {}

bool MemberStudy::serves(const Settings& studied, const Settings& other) {
    // A text is the task itself, in the chain's place.
    const bool text = studied.data == DataSource::text;
    if (text != (other.data == DataSource::text) || (text && studied.text != other.text)) return false;
    for (const SettingInfo& info : settings_table()) {
        const bool task = info.group == "Chain" || info.name == "seed" || info.name == "validation";
        const bool shape = info.name == "model" || info.name == "heads" || info.name == "blocks" || info.name == "hidden" || info.name == "mlp" || info.name == "bias";
        if ((task || shape) && info.get(studied) != info.get(other)) return false;
    }
    return true;
}

bool MemberStudy::work() {
    if (!members_.done()) {
        members_.train_step();
        ++steps_;
        return true;
    }
    if (prepared_ < evaluator_.shards()) {
        if (prepared_ == 0) evaluator_.begin_learned([this](std::span<const std::int32_t> tokens, std::span<float> out) { members_.probabilities(tokens, out); });
        evaluator_.prepare_learned(prepared_++);
        return true;
    }
    if (measure_piece()) return true;
    if (chain_.ngrams() || drawn_ >= pasts) return false;
    best_.add_past();
    ++drawn_;
    return true;
}

double MemberStudy::progress() const {
    return static_cast<double>(steps_) / (static_cast<double>(LearnedMembers::steps) * members_.classes());
}

std::vector<BestInClass::Distance> MemberStudy::distances() const {
    std::vector<BestInClass::Distance> all;
    for (int k = 1; drawn_ >= pasts && k <= members_.classes(); ++k) all.push_back(best_.distance(k));
    return all;
}

void MemberStudy::measure(std::int64_t step, std::vector<float> parameters) {
    if (parameters.size() != model_->table().size())
        throw Error("The model has " + std::to_string(model_->table().size()) + " parameters with these settings, but " + std::to_string(parameters.size()) + " were given.");
    requests_.push_back({step, std::move(parameters)});
}

void MemberStudy::forget_requests() {
    requests_.clear();
    measured_.reset();
    readings_.clear();
}

bool MemberStudy::measure_piece() {
    if (!measured_) {
        if (requests_.empty()) return false;
        measured_ = std::move(requests_.back());
        requests_.pop_back();
        model_->prepare(measured_->parameters);
        shard_ = 0;
        sums_ = {};
    }
    sums_.add(evaluator_.evaluate(*model_, shard_, *workspace_));
    if (++shard_ < evaluator_.shards()) return true;
    readings_.push_back({measured_->step, evaluator_.finish(sums_).learned_kl});
    measured_.reset();
    return true;
}

}  // namespace ladder
