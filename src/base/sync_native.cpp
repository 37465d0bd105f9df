// POSIX.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/sync.h"

namespace ladder {

bool sync_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool synced = fsync(file) == 0 || errno == EINVAL;  // EINVAL: a kind of file that has nothing to sync
    close(file);
    return synced;
}

}  // namespace ladder
