// The folder of one run: config.json, metrics.csv, model.safetensors, and checkpoint.run, from which the run can be
// taken up again after it was stopped or killed. Every file is written aside, synced and renamed: whole or not there.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/claim.h"
#include "base/settings.h"
#include "model/model.h"
#include "run/run_checkpoint.h"
#include "train/trainer.h"

namespace ladder::cli {

// What makes the steps: another one gives the same numbers to rounding only.
struct Maker {
    Kernels kernels = Kernels::fast;
    std::string device = "cpu";
    bool operator==(const Maker&) const = default;
};

struct KeptRun {
    Settings settings;
    std::shared_ptr<const RunCheckpoint> checkpoint;  // empty: the run was ended before its first one
    Maker maker;                                      // of the checkpoint
    std::string csv;                                  // header and rows up to the checkpoint
    bool model_written = false;                       // model.safetensors stands at the checkpoint's step
};

// Makes the folder where there is none and keeps other processes of this program from it while the claim lives.
// Error: nothing can be written there, another process writes there.
Claim make_own_folder(const std::string& path);

class RunFolder {
public:
    explicit RunFolder(std::string path) : path_(std::move(path)) {}

    // For a new run. Error: as make_own_folder, or it holds a run whose place is not to be taken.
    void open(bool overwrite);
    // For the run that it holds. Error: none that can be taken up, another process writes there.
    KeptRun take_up();
    // Of a new run: removes what an older one left and writes the settings.
    void begin(const Settings&) const;
    // Of one that is taken up with another number of steps or threads.
    void note(const Settings&) const;
    // The curves first: what goes on from a checkpoint finds at least the rows that it needs.
    void keep(const std::string& csv, const RunCheckpoint&, const Settings&, const Maker&) const;
    void finish(const std::string& csv, const Trainer&) const;

private:
    std::string path_;
    std::optional<Claim> claim_;  // from open() or take_up() on
};

}  // namespace ladder::cli
