// Claims: one at a time, gone with their holder, and what is written under one.
#include "base/claim.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "support/scratch_folder.h"

using namespace ladder;
namespace fs = std::filesystem;

TEST_CASE("a folder and a file are one claim's at a time") {
    const test::ScratchFolder folder;
    for (const auto& [path, what] : {std::pair(folder.path.string(), Claim::Of::folder), std::pair(folder / "file", Claim::Of::file)}) {
        {
            Claim first(path, what);
            CHECK_FALSE(first.refused());
            const Claim moved(std::move(first));
            CHECK(Claim(path, what).refused());
        }
        CHECK_FALSE(Claim(path, what).refused());
    }
    CHECK_FALSE(Claim(folder / "absent", Claim::Of::folder).refused());
    CHECK_FALSE(Claim(folder / "absent/file", Claim::Of::file).refused());
    CHECK_FALSE(fs::exists(folder / "absent"));
}

TEST_CASE("a file that another program is writing is left to it") {
    const test::ScratchFolder folder;
    const std::string file = folder / "file";
    write_file(file, std::string_view("old"));
    {
        const Claim other(file + ".part", Claim::Of::file);
        CHECK_THROWS_WITH_AS(write_file(file, std::string_view("new")), doctest::Contains("another program is writing it"), Error);
        CHECK(read_file(file).size() == 3);
        CHECK(fs::exists(file + ".part"));
    }
    write_file(file, std::string_view("newer"));  // over what a program that was killed left
    CHECK(read_file(file).size() == 5);
    CHECK_FALSE(fs::exists(file + ".part"));
}
