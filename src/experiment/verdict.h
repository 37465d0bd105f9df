// Does a set of runs show what the paper claims? Each rule is a function of the runs' records alone, and its sentence
// names the numbers it was decided by, whether they speak for the claim or against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiment/record.h"

namespace ladder {

struct Verdict {
    bool holds = false;
    std::string sentence;
};

// The rules, by the names that assets/figures.json uses:
//   lowest-kl-in-order     of KL_1, KL_2, .., KL_h none reaches its minimum before an earlier one, and KL_1 before KL_h
//   climb                  every run enters the rungs 1, .., h one after the other, skipping none, and ends on h; where it has several heads they competed,
//                          and before they split if they did
//   later-with-smaller-init   the runs are listed from large to small initial queries: the second rung is entered later (or at
//                          the same evaluation) from run to run, and later in the last than in the first
//   separated-with-importance  the runs are listed by growing m: the share of the evaluations at which a class between F_0 and the truth
//                          is nearest grows from run to run
//   class-grows-with-data  the runs are listed by growing N: the class at the best validation loss never falls and grows in all,
//                          and the final class is never simpler than the best one's
//   farthest-first         the climb, the farthest span being the most important one
//   weights-inside-spans   the climb, and of the oldest and the newest token of each span all heads together attend more at the end to the
//                          one of the larger alpha
// Error: a name that is none of these.
Verdict judge(std::string_view rule, const std::vector<RunRecord>& runs);
bool is_rule(std::string_view name);
// What a rule asks of the runs, for people: "every run enters ..". Error: a name that is none of these.
std::string rule_sentence(std::string_view name);

}  // namespace ladder
