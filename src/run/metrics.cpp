// Numbers have nine significant digits (doubles seventeen), so that two runs can be compared bit for bit.
#include "run/metrics.h"

#include <algorithm>
#include <cstdio>

namespace ladder {
namespace {

std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", x);
    return text;
}
std::string number(float x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(x));
    return text;
}

}  // namespace

const char* phase_name(Phase phase) {
    switch (phase) {
        case Phase::undecided: return "undecided";
        case Phase::competitive: return "competitive";
        case Phase::cooperative: return "cooperative";
    }
    return "";
}

namespace {

// learned: of how many classes there is a column for the learned member; moments that were not measured against them leave it empty.
std::string header_line(const Snapshot& first, std::size_t learned) {
    std::string line = "step,train_loss,val_loss,bayes_loss,excess_loss";
    for (std::size_t k = 0; k < first.evaluation.kl.size(); ++k) line += ",kl_" + std::to_string(k);
    for (std::size_t k = 1; k <= learned; ++k) line += ",kl_learned_" + std::to_string(k);
    line += ",rung,height,phase,specialisation";
    const std::size_t spans = first.evaluation.kl.size() - 1;
    for (std::size_t i = 0; i < first.evaluation.span_mass.size(); ++i)
        line += ",mass_" + std::to_string(i / spans + 1) + "_" + std::to_string(i % spans + 1);
    return line + "\n";
}

std::string row_line(const Snapshot& s, std::size_t learned) {
    const Evaluation& e = s.evaluation;
    std::string line = std::to_string(s.step) + "," + number(s.train_loss) + "," + number(e.loss) + "," + number(e.bayes_loss) + "," + number(e.excess());
    for (const double kl : e.kl) line += "," + number(kl);
    for (std::size_t k = 0; k < learned; ++k) line += "," + (k < e.learned_kl.size() ? number(e.learned_kl[k]) : "");
    line += "," + std::to_string(s.reading.rung) + "," + number(s.reading.height) + "," + phase_name(s.reading.phase) + "," + number(s.reading.specialisation);
    for (const float mass : e.span_mass) line += "," + number(mass);
    return line + "\n";
}

}  // namespace

std::string csv_header(const Snapshot& first) { return header_line(first, first.evaluation.learned_kl.size()); }
std::string csv_row(const Snapshot& s) { return row_line(s, s.evaluation.learned_kl.size()); }

std::string metrics_csv(const History& history) {
    if (history.empty()) return "";
    std::size_t learned = 0;  // they are measured beside the run, the newest moments first
    for (std::size_t i = 0; i < history.size(); ++i) learned = std::max(learned, history[i].evaluation.learned_kl.size());
    std::string text = header_line(history[0], learned);
    for (std::size_t i = 0; i < history.size(); ++i) text += row_line(history[i], learned);
    return text;
}

}  // namespace ladder
