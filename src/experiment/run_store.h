// A folder of finished runs, one file each, so that work that was interrupted goes on where it stopped: a file appears
// whole or not at all, and one that is damaged or belongs to other settings counts as not there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/record.h"

namespace ladder {

class RunStore {
public:
    // Error: the folder cannot be made or written.
    explicit RunStore(std::string folder);

    std::optional<RunRecord> find(const std::string& id, const Settings&) const;
    // A record of what the machine could not do (machine_failed) is not kept: the run is made again the next time.
    void keep(const std::string& id, const RunRecord&) const;
    // All whole records, in the order of their names.
    std::vector<std::pair<std::string, RunRecord>> all() const;

private:
    std::string path(const std::string& id) const { return folder_ + "/" + id + ".json"; }
    std::string folder_;
};

// Equal in all that the numbers of a run depend on: neither the threads nor the shown speed.
bool same_experiment(const Settings&, const Settings&);

}  // namespace ladder
