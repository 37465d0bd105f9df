// What claims have in common whether or not the system has locks.
#include "base/claim.h"

#include <unistd.h>

#include <cerrno>

namespace ladder {

Claim::Claim(const std::string& path, Of what) { open_claimed(path, what); }

Claim::~Claim() {
    if (handle_ >= 0) close(handle_);
}

bool Claim::write(std::span<const std::byte> bytes) const {
    if (handle_ < 0) {
        errno = problem_;
        return false;
    }
    if (ftruncate(handle_, 0) != 0) return false;
    while (!bytes.empty()) {
        const ssize_t written = ::write(handle_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return fsync(handle_) == 0 || errno == EINVAL;  // EINVAL: a kind of file that has nothing to sync
}

}  // namespace ladder
