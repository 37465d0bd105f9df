// What is said here is computed from the snapshot that is on screen.
#include "ui/summary_words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/words.h"

namespace ladder {

std::vector<std::string> head_readings(const Chain& chain, int heads, const Snapshot& now) {
    std::vector<std::string> list;
    const auto& roles = now.reading.heads;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const std::size_t of_block = static_cast<std::size_t>(std::max(heads, 1));
        std::string text = roles.size() > of_block ? "Block " + std::to_string(i / of_block + 1) + ", head " : "Head ";
        text += std::to_string(i % of_block + 1) + (roles[i].span < 0 ? " has " : " ") + head_sentence(chain, roles[i]);
        if (roles[i].span >= 0) text += ", with " + std::to_string(std::lround(100 * roles[i].mass)) + " % of its attention";
        list.push_back(text + ".");
    }
    return list;
}

int stage_at(const std::vector<Stage>& stages, std::int64_t step) {
    int at = 0;
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (stages[i].start <= step) at = static_cast<int>(i);
    return at;
}

std::string stage_sentence(const Chain& chain, const Readout& readout, std::int64_t step) {
    const std::vector<Stage> stages = readout.stages();
    if (stages.empty()) return "";
    const int at = stage_at(stages, step);
    const Stage& stage = stages[static_cast<std::size_t>(at)];
    std::string text = "Stage " + std::to_string(at + 1) + ", since step " + std::to_string(stage.start) + ": rung " + std::to_string(stage.rung) + " of " + std::to_string(chain.span_count());
    if (stage.acquired_span >= 0) text += ", it learned to use the " + span_name(chain, stage.acquired_span);
    return text + ".";
}

std::vector<std::string> control_list(const ControlSet& set) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < control_names().size(); ++i)
        if (set.contains(static_cast<Control>(i))) list.emplace_back(control_names()[i]);
    return list;
}

int next_text_size(int now, bool larger) {
    static constexpr std::array<int, 7> sizes{75, 90, 100, 115, 130, 150, 200};
    if (larger) {
        const auto next = std::upper_bound(sizes.begin(), sizes.end(), now);
        return next == sizes.end() ? std::max(now, sizes.back()) : *next;
    }
    const auto next = std::lower_bound(sizes.begin(), sizes.end(), now);
    return next == sizes.begin() ? std::min(now, sizes.front()) : *std::prev(next);
}

}  // namespace ladder
