// POSIX.
#include <fcntl.h>
#include <unistd.h>

#include "base/sync.h"

namespace ladder {

void sync_folder(const std::string& path) {
    const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    fsync(folder);
    close(folder);
}

}  // namespace ladder
