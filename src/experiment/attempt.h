// What becomes of a run that cannot be made or fails under way.
#pragma once

#include <new>
#include <utility>

#include "base/error.h"
#include "experiment/record.h"

namespace ladder {

// Calls work; what it throws becomes the record's failure.
template <class F>
void attempt(RunRecord& record, F&& work) {
    try {
        std::forward<F>(work)();
    } catch (const Error& e) {
        record.failure = e.what();
    } catch (const std::bad_alloc&) {
        record.failure = not_enough_memory;
        record.machine_failed = true;
    }
}

// A run keeps the settings that it was given. Error: they contradict each other.
inline void refuse_contradictions(Settings settings) {
    if (const auto problems = reconcile(settings); !problems.empty()) throw Error(left_out(problems.front()));
}

}  // namespace ladder
