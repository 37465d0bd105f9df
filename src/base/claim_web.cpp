// WebAssembly has no locks on files. Under Node the host's files are written through its own system calls; the page has no files.
#include <fcntl.h>

#include <cerrno>

#include "base/claim.h"

namespace ladder {

void Claim::open_claimed(const std::string& path, Of what) {
    if (what == Of::folder) return;
    handle_ = open(path.c_str(), O_RDWR | O_CREAT, 0666);
    if (handle_ < 0) problem_ = errno;
}

}  // namespace ladder
