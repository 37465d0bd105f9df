// safetensors: what is written can be read; nothing hostile gets past the reader, and it says why.
#include "base/safetensors.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include "base/error.h"

using namespace ladder;

namespace {

std::vector<std::byte> file_of(std::string_view header, std::size_t data = 0, std::uint64_t claimed = ~0ull) {
    const std::uint64_t length = claimed == ~0ull ? header.size() : claimed;
    std::vector<std::byte> bytes(8 + header.size() + data);
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    return bytes;
}

std::string refusal(std::span<const std::byte> bytes) {
    try {
        parse_safetensors(bytes, "some.safetensors");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).starts_with("some.safetensors is not a usable safetensors file: "));
        std::string told = error.what();
        CHECK(told.ends_with("."));
        CHECK(std::count(told.begin(), told.end(), '.') > 2);  // of the file's name and two sentences: what is wrong, how to mend it
        return told;
    }
    return "accepted";
}

bool refused(std::string_view header, std::size_t data, std::string_view words) {
    const std::string told = refusal(file_of(header, data));
    CAPTURE(told);
    CHECK(told.find(words) != std::string::npos);
    return told != "accepted";
}

TensorFile sample() {
    TensorFile file;
    file.metadata = {{"kind", "test"}, {"quotes \" and \\", "new\nline, \xc3\xa9"}};
    file.add("scalar", {}, std::vector<float>{2.5f});
    file.add("matrix", {2, 3}, std::vector<float>{1, -0.0f, std::numeric_limits<float>::infinity(), 1e-45f, 3e38f, 6});
    file.add("whole", {3}, std::vector<std::int32_t>{-1, 2147483647, 0});
    file.add("empty", {0, 5}, std::vector<float>{});
    return file;
}

}  // namespace

TEST_CASE("a safetensors file is read as it was written") {
    const TensorFile file = sample();
    const auto bytes = format_safetensors(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), 8);
    CHECK(header % 8 == 0);
    const TensorFile again = parse_safetensors(bytes, "again");
    CHECK(again.metadata == file.metadata);
    REQUIRE(again.tensors.size() == file.tensors.size());
    for (const auto& [name, tensor] : file.tensors) {
        const auto& which = name;  // Clang 14 cannot capture a structured binding
        CAPTURE(which);
        const Tensor& other = again.tensors.at(name);
        CHECK(other.type == tensor.type);
        CHECK(other.shape == tensor.shape);
        CHECK(other.i32 == tensor.i32);
        CHECK(other.f32 == tensor.f32);
    }
    CHECK(format_safetensors(again) == bytes);
    CHECK(parse_safetensors(format_safetensors({}), "nothing").tensors.empty());
}

TEST_CASE("tensors are asked for by name, type and shape") {
    const TensorFile file = sample();
    const std::int64_t right[] = {2, 3}, any[] = {-1, 3}, wrong[] = {3, 2}, flat[] = {6};
    CHECK(file.f32("matrix").size() == 6);
    CHECK(file.f32("matrix", right).f32[5] == 6);
    CHECK_NOTHROW(file.f32("matrix", any));
    CHECK_THROWS_WITH_AS(file.f32("matrix", wrong), doctest::Contains("has the shape (2, 3) where (3, 2) is needed"), Error);
    CHECK_THROWS_WITH_AS(file.f32("matrix", flat), doctest::Contains("where (6) is needed"), Error);
    CHECK_THROWS_WITH_AS(file.f32("whole"), doctest::Contains("holds I32 values where F32 is needed"), Error);
    CHECK_THROWS_WITH_AS(file.i32("absent"), doctest::Contains("absent is missing"), Error);
    CHECK_THROWS_WITH_AS(file.meta("absent"), doctest::Contains("absent"), Error);
    CHECK(file.has("matrix"));
    CHECK_FALSE(file.has("absent"));
}

TEST_CASE("a file cut off anywhere is refused") {
    const auto bytes = format_safetensors(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(refusal(std::span(bytes).first(size)) != "accepted");
    }
}

TEST_CASE("a header whose length cannot be true is refused") {
    CHECK(refusal(file_of("{}", 0, 3)).find("ends inside its header") != std::string::npos);
    for (const std::uint64_t length : {std::uint64_t{1} << 63, ~std::uint64_t{0} - 1, ~std::uint64_t{0} - 7, std::uint64_t{1} << 32})
        CHECK(refusal(file_of("{}", 0, length)).find("larger than 16 MiB") != std::string::npos);
}

TEST_CASE("headers that lie are refused by name") {
    CHECK(refused("", 0, "not a JSON object"));
    CHECK(refused("[]", 0, "not a JSON object"));
    CHECK(refused("null", 0, "not a JSON object"));
    CHECK(refused("{\"a\":", 0, "not a JSON object"));
    CHECK(refused("\xff\xfe", 0, "not a JSON object"));
    CHECK(refused(std::string(1000000, '['), 0, "nested too deeply"));
    CHECK(refused("{\"}}}}}}}}}}\":" + std::string(100, '[') + std::string(100, ']') + "}", 0, "nested too deeply"));
    CHECK(refused(R"({"a":1})", 0, "not an object"));
    CHECK(refused(R"({"__metadata__":{"a":1}})", 0, "not text"));
    CHECK(refused(R"({"a":{}})", 0, "a has no type"));
    CHECK(refused(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8, "type F64"));
    CHECK(refused(R"({"a":{"dtype":3,"shape":[1],"data_offsets":[0,4]}})", 4, "no type"));
    CHECK(refused(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4, "no proper shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1]}})", 4, "no proper data_offsets"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "impossible shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", 4, "impossible shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0, "impossible shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[268435456,268435456,256],"data_offsets":[0,0]}})", 0, "impossible shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4, "no proper shape"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "as many bytes"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "outside the file"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 4, "outside the file"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551615]}})", 4, "outside the file"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4, "no proper data_offsets"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "names an entry twice"));
    CHECK(refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I32","shape":[2],"data_offsets":[4,12]}})", 12, "share the same bytes"));
}

TEST_CASE("a small file that names its bytes over and over takes no more memory than it has") {
    // 20000 tensors on the same 4 MiB would be 80 GiB, were they copied before they are compared.
    constexpr std::size_t data = 4u << 20;
    std::string header = "{";
    for (int i = 0; i < 20000; ++i)
        header += (i ? ",\"" : "\"") + std::to_string(i) + R"(":{"dtype":"F32","shape":[1048576],"data_offsets":[0,4194304]})";
    CHECK(refused(header + "}", data, "share the same bytes"));
}
