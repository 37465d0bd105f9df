// Asks the system to put a file's bytes on the disk itself, so that a rename after it never names an empty file
// when the power goes; of a folder, the names in it. Where there is no such disk (WebAssembly) it does nothing.
#pragma once

#include <string>

namespace ladder {

// False, with errno set, when the system could not.
bool sync_file(const std::string& path);

}  // namespace ladder
