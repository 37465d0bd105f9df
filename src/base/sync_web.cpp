// Under Node the host's folders look after themselves; the page has none.
#include "base/sync.h"

namespace ladder {

void sync_folder(const std::string&) {}

}  // namespace ladder
