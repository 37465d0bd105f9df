// What a person probably meant by a name that is not known.
#pragma once

#include <string>
#include <vector>

namespace ladder::cli {

// By the initials of its words ("lr": learning-rate), by its beginning, or but for two slips of the finger; empty when none comes near.
std::string nearest_name(const std::string& given, const std::vector<std::string>& names);
// " Did you mean --learning-rate?" with `before` in front of the name; empty when none comes near.
std::string did_you_mean(const std::string& given, const std::vector<std::string>& names, const std::string& before = "");

}  // namespace ladder::cli
