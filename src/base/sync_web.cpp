// Under Node the host's files are written through its own system calls; the page has no files.
#include "base/sync.h"

namespace ladder {

bool sync_file(const std::string&) { return true; }

}  // namespace ladder
