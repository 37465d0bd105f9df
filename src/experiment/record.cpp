#include "experiment/record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ladder {

int nearest_class(const Moment& m) { return static_cast<int>(std::min_element(m.kl.begin(), m.kl.end()) - m.kl.begin()) - (m.kl.empty() ? 1 : 0); }

const Moment& RunRecord::best() const {
    if (empty()) throw Error("This run has no evaluation, so none of them is the best.");
    return *std::min_element(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) { return a.validation_loss < b.validation_loss; });
}

std::int64_t RunRecord::reached(int rung) const {
    for (const Moment& m : moments)
        if (m.rung == rung) return m.step;
    return -1;
}

std::int64_t RunRecord::lowest_kl_step(int k) const {
    const auto at = static_cast<std::size_t>(k);
    if (empty() || at >= moments.front().kl.size()) return -1;
    return std::min_element(moments.begin(), moments.end(), [at](const Moment& a, const Moment& b) { return a.kl[at] < b.kl[at]; })->step;
}

std::int64_t RunRecord::first_in(Phase phase) const {
    for (const Moment& m : moments)
        if (m.phase == phase) return m.step;
    return -1;
}

namespace {

// Means over the predicting rows: row r is query position w - 1 + r, and key position i is w + r - i steps before its prediction.
std::vector<float> lag_mass(const Evaluation& e) {
    const int w = e.positions - e.predictions + 1;
    std::vector<float> mass(static_cast<std::size_t>(w));
    for (int map = 0; map < e.blocks * e.heads; ++map)
        for (int r = 0; r < e.predictions; ++r)
            for (int lag = 1; lag <= w; ++lag)
                mass[static_cast<std::size_t>(lag - 1)] += e.attention[static_cast<std::size_t>((map * e.predictions + r) * e.positions + w + r - lag)] / static_cast<float>(e.predictions);
    return mass;
}

}  // namespace

Moment to_moment(const Snapshot& s) {
    const Evaluation& e = s.evaluation;
    return {s.step, s.train_loss, e.loss, e.excess(), e.kl, e.learned_kl, s.reading.rung, s.reading.height, s.reading.specialisation, s.reading.phase, e.span_mass, lag_mass(e)};
}

std::string left_out(const SettingProblem& problem) { return problem.wrong + " This run was left out."; }

std::string format_record(const RunRecord& r) {
    nlohmann::ordered_json moments = nlohmann::ordered_json::array();
    for (const Moment& m : r.moments) {
        moments.push_back({{"step", m.step}, {"train", m.train_loss}, {"validation", m.validation_loss}, {"excess", m.excess}, {"kl", m.kl}, {"rung", m.rung}, {"height", m.height},
                           {"specialisation", m.specialisation}, {"phase", static_cast<int>(m.phase)}, {"mass", m.span_mass}, {"lags", m.lag_mass}});
        if (!m.learned_kl.empty()) moments.back()["learned"] = m.learned_kl;
    }
    const nlohmann::ordered_json all{{"label", r.label}, {"settings", nlohmann::ordered_json::parse(settings_to_json(r.settings))}, {"failure", r.failure}, {"moments", moments}};
    return all.dump() + "\n";
}

RunRecord parse_record(const std::string& text) {
    try {
        const auto all = nlohmann::json::parse(text);
        RunRecord r;
        r.label = all.at("label");
        r.failure = all.at("failure");
        if (!settings_from_json(r.settings, all.at("settings").dump()).empty()) throw Error("The record of a run names settings that cannot be used.", "Remove the file; the run is then made again.");
        for (const auto& m : all.at("moments")) {
            const int phase = m.at("phase");
            if (phase < 0 || phase > static_cast<int>(Phase::cooperative)) throw Error("The record of a run names a phase that does not exist.", "Remove the file; the run is then made again.");
            r.moments.push_back({m.at("step"), m.at("train"), m.at("validation"), m.at("excess"), m.at("kl"), m.value("learned", std::vector<double>{}), m.at("rung"), m.at("height"), m.at("specialisation"), static_cast<Phase>(phase), m.at("mass"), m.at("lags")});
        }
        return r;
    } catch (const nlohmann::json::exception&) {
        throw Error("This file is no whole record of a run.", "Remove it; the run is then made again.");
    }
}

}  // namespace ladder
