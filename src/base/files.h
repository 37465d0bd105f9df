// Whole files in and out, with errors a person can act on. Writing goes to a temporary name beside the
// target, is synced and renamed, so neither a reader nor a crash ever meets half a file; two programs that write the
// same file at the same moment do not mix: one of them is refused.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ladder {

std::vector<std::byte> read_file(const std::string& path);  // Error: missing, unreadable, over 1 GiB
void write_file(const std::string& path, std::span<const std::byte> bytes);  // Error: no folder, no room, another program's
void write_file(const std::string& path, std::string_view text);
// This path, or where something is there already the first of "name (2).ending", "name (3).ending" .. that is free.
std::string free_path(const std::string& path);
void make_folder(const std::string& path);  // Error: cannot be created or written

}  // namespace ladder
