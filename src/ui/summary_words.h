// The run in words for readers who do not see the canvas: what each head reads and which stage it is. Sentences only,
// tested without a screen.
#pragma once

#include <string>
#include <vector>

#include "run/presentation.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

// "Head 1 serves the near pair, with 93 % of its attention." A sentence for each head, blocks one after the other; heads: of a block.
std::vector<std::string> head_readings(const Chain&, int heads, const Snapshot&);
// Index of the stage that a step lies in, of stages in order; 0 without any.
int stage_at(const std::vector<Stage>&, std::int64_t step);
// "Stage 2, since step 230: it learned to use the near pair." Empty before the first evaluation.
std::string stage_sentence(const Chain&, const Readout&, std::int64_t step);
// Names of the controls that are hidden.
std::vector<std::string> control_list(const ControlSet&);
// The next of the sizes that keys and menus offer, in per cent.
int next_text_size(int now, bool larger);

}  // namespace ladder
