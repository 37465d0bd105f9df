// What an option's value must be, said as a sentence that begins with the value: explain.h puts the option's name before it.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace ladder::cli {

CLI::Validator between(double least, double most);
CLI::Validator one_of(const std::vector<std::string>&);
// Not empty, as a variable in a script may be.
CLI::Validator some_name();

}  // namespace ladder::cli
