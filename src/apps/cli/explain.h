// Arguments that cannot be parsed, explained.
#pragma once

#include <span>
#include <string>

#include <CLI/CLI.hpp>

namespace ladder::cli {

// A sentence; the first command or option that is not known is named, with what was probably meant.
std::string explain(const CLI::App&, const CLI::ParseError&, std::span<char*> arguments);

}  // namespace ladder::cli
