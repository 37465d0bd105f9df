// Numbers have nine significant digits (doubles seventeen), so that two runs can be compared bit for bit.
#include "run/metrics.h"

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

std::string csv_header(const Snapshot& first) {
    std::string line = "step,train_loss,val_loss,bayes_loss,excess_loss";
    for (std::size_t k = 0; k < first.evaluation.kl.size(); ++k) line += ",kl_" + std::to_string(k);
    for (std::size_t k = 1; k <= first.evaluation.learned_kl.size(); ++k) line += ",kl_learned_" + std::to_string(k);
    line += ",rung,height,phase,specialisation";
    const std::size_t spans = first.evaluation.kl.size() - 1;
    for (std::size_t i = 0; i < first.evaluation.span_mass.size(); ++i)
        line += ",mass_" + std::to_string(i / spans + 1) + "_" + std::to_string(i % spans + 1);
    return line + "\n";
}

std::string csv_row(const Snapshot& s) {
    const Evaluation& e = s.evaluation;
    std::string line = std::to_string(s.step) + "," + number(s.train_loss) + "," + number(e.loss) + "," + number(e.bayes_loss) + "," + number(e.excess());
    for (const double kl : e.kl) line += "," + number(kl);
    for (const double kl : e.learned_kl) line += "," + number(kl);
    line += "," + std::to_string(s.reading.rung) + "," + number(s.reading.height) + "," + phase_name(s.reading.phase) + "," + number(s.reading.specialisation);
    for (const float mass : e.span_mass) line += "," + number(mass);
    return line + "\n";
}

std::string metrics_csv(const History& history) {
    if (history.empty()) return "";
    std::string text = csv_header(history[0]);
    for (std::size_t i = 0; i < history.size(); ++i) text += csv_row(history[i]);
    return text;
}

}  // namespace ladder
