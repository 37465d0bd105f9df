// Asks the system to put the names in a folder on the disk itself, so that a file that was renamed keeps its new name when
// the power goes. Where there is no such disk (WebAssembly), or the folder cannot be synced, it does nothing.
#pragma once

#include <string>

namespace ladder {

void sync_folder(const std::string& path);

}  // namespace ladder
