// Files: there and back, and the sentences when it cannot be.
#include "base/files.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "support/scratch_folder.h"

using namespace ladder;
namespace fs = std::filesystem;

TEST_CASE("files are read as they were written, replaced whole, and leave nothing beside them") {
    const test::ScratchFolder folder;
    const std::string file = folder / "file";
    for (const std::string& text : {std::string("first\0second\r\n\xff", 15), std::string(), std::string(100000, 'x')}) {
        write_file(file, text);
        const auto bytes = read_file(file);
        CHECK(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) == text);
    }
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("what cannot be read or written is named, with the mend") {
    const test::ScratchFolder folder;
    const std::string file = folder / "file";
    write_file(file, std::string_view("text"));
    CHECK_THROWS_WITH_AS(read_file(folder / "absent"), doctest::Contains("There is no file"), Error);
    CHECK_THROWS_WITH_AS(read_file(folder.path.string()), doctest::Contains("is not a file"), Error);
    CHECK_THROWS_WITH_AS(write_file(folder / "absent/file", std::string_view("x")), doctest::Contains("absent/file cannot be written"), Error);
    CHECK_THROWS_WITH_AS(write_file(file + "/below", std::string_view("x")), doctest::Contains("cannot be written"), Error);
    make_folder(folder / "folder/below");
    CHECK(fs::is_directory(folder / "folder/below"));
    CHECK_NOTHROW(make_folder(folder / "folder/below"));
    CHECK(fs::is_empty(folder / "folder/below"));
    CHECK_THROWS_WITH_AS(write_file(folder / "folder", std::string_view("x")), doctest::Contains("cannot be written"), Error);
    CHECK_FALSE(fs::exists(folder / "folder.part"));
    CHECK_THROWS_WITH_AS(make_folder(file), doctest::Contains("cannot be made"), Error);
    CHECK_THROWS_WITH_AS(make_folder(file + "/below"), doctest::Contains("cannot be made"), Error);
    // The reason is that of the making, not of looking for what is not there.
    fs::create_symlink(folder / "nowhere", folder / "link");
    CHECK_THROWS_WITH_AS(make_folder(folder / "link"), doctest::Contains("cannot be made"), Error);
    try {
        make_folder(folder / "link");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("No such file") == std::string::npos);
    }
}

TEST_CASE("a file that would be written over gets the next free number") {
    const test::ScratchFolder folder;
    const std::string file = folder / "run-seed-7.csv";
    CHECK(free_path(file) == file);
    write_file(file, "first");
    CHECK(free_path(file) == folder / "run-seed-7 (2).csv");
    make_folder(folder / "run-seed-7 (2).csv");
    CHECK(free_path(file) == folder / "run-seed-7 (3).csv");
    CHECK(free_path(folder / "no-ending") == folder / "no-ending");
}
