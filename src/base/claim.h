// A file or folder that one process at a time writes. The system keeps a claim and drops it when the process ends, in whatever
// way, so nothing is left behind that would have to be cleaned up. It binds this project's programs only.
#pragma once

#include <cstddef>
#include <span>
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
    Claim(Claim&& other) noexcept : handle_(std::exchange(other.handle_, -1)), problem_(other.problem_), refused_(other.refused_) {}

    // Somebody else has it. Never where the disk or the system (WebAssembly) knows no claims: there everybody goes on as if alone.
    bool refused() const { return refused_; }

    // Of a file that is not refused: these bytes become its whole content, on the disk itself. False, with errno set, when they could not.
    // A file that is claimed cannot be written in any other way everywhere: a server's share (SMB) turns all other openings away,
    // those of the same process too.
    bool write(std::span<const std::byte>) const;

private:
    void open_claimed(const std::string& path, Of);  // as the system can

    int handle_ = -1;
    int problem_ = 0;  // errno, where nothing could be opened
    bool refused_ = false;
};

}  // namespace ladder
