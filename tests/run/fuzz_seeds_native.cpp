// What the fuzzing of messages begins with: messages as they are today. One that the first check refuses teaches a fuzzer nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include "base/files.h"
#include "support/message_kinds.h"

using namespace ladder;

TEST_CASE("every message of the fuzz corpus is one, and there is one of every kind") {
    std::set<int> kinds;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LADDER_FIXTURES).parent_path() / "fuzz" / "corpus" / "messages")) {
        CAPTURE(entry.path().filename().string());
        const std::vector<std::byte> bytes = read_file(entry.path().string());
        REQUIRE(bytes.size() > 1);
        const int kind = static_cast<int>(bytes[0]);
        CHECK(kind < test::message_kinds);
        const auto message = std::span(bytes).subspan(1);
        std::vector<std::byte> again;
        CHECK_NOTHROW(again = test::rewritten(kind, message));
        CHECK(std::equal(again.begin(), again.end(), message.begin(), message.end()));
        kinds.insert(kind);
    }
    CHECK(kinds.size() == test::message_kinds);
}
