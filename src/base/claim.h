// A file or folder that one process at a time writes. The system keeps a claim and drops it when the process ends, in whatever
// way, so nothing is left behind that would have to be cleaned up. It binds this project's programs only.
#pragma once

#include <string>
#include <utility>

namespace ladder {

class Claim {
public:
    enum class Of { folder, file };
    // A file is made, empty, where there is none. Where nothing can be opened nothing is claimed, and nothing refused: whoever
    // writes there finds out why.
    Claim(const std::string& path, Of);
    ~Claim();
    Claim(Claim&& other) noexcept : handle_(std::exchange(other.handle_, -1)), refused_(other.refused_) {}

    // Somebody else has it. Never where the disk or the system (WebAssembly) knows no claims: there everybody goes on as if alone.
    bool refused() const { return refused_; }

private:
    int handle_ = -1;
    bool refused_ = false;
};

}  // namespace ladder
