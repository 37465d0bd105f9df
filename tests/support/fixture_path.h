// Where the reference files are (tests/fixtures).
#pragma once

#include <cstdlib>
#include <string>

namespace ladder::test {

// The environment names the folder for a program that was built on another machine.
inline std::string fixture_path(const std::string& file) {
    const char* elsewhere = std::getenv("LADDER_FIXTURES");
    return std::string(elsewhere ? elsewhere : LADDER_FIXTURES) + "/" + file;
}

}  // namespace ladder::test
