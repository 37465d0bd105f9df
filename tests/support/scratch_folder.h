// A folder of one test alone, on any number of machines and runs that share a disk, removed at its end.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>  // mkdtemp
#include <filesystem>
#include <string>

namespace ladder::test {

class ScratchFolder {
public:
    ScratchFolder() : path(made()) {}
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path path;
    std::string operator/(const char* name) const { return (path / name).string(); }

private:
    static std::filesystem::path made() {
        std::string name = (std::filesystem::temp_directory_path() / "ladder-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()));
        return name;
    }
};

}  // namespace ladder::test
