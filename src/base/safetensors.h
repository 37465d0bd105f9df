// Reading and writing safetensors files: tensors little-endian, settings as JSON strings in
// __metadata__. Everything in a file is checked before it is used; a bad file is an Error that names
// what is wrong with it. Only F32 and I32 are needed here; other types are refused by name.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ladder {

struct Tensor {
    enum class Type { f32, i32 } type = Type::f32;
    std::vector<std::int64_t> shape;
    std::vector<float> f32;          // one of the two is filled, row-major
    std::vector<std::int32_t> i32;

    std::int64_t size() const;  // product of shape
};

struct TensorFile {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;

    bool has(std::string_view name) const;
    // Errors: missing name, other type, other shape (-1 in shape matches any extent).
    const Tensor& f32(std::string_view name, std::span<const std::int64_t> shape = {}) const;
    const Tensor& i32(std::string_view name, std::span<const std::int64_t> shape = {}) const;
    const std::string& meta(std::string_view key) const;  // Error when missing
    void add(std::string name, std::vector<std::int64_t> shape, std::vector<float> values);
    void add(std::string name, std::vector<std::int64_t> shape, std::vector<std::int32_t> values);
};

// `name` appears in error messages only.
TensorFile parse_safetensors(std::span<const std::byte> bytes, std::string_view name);
std::vector<std::byte> format_safetensors(const TensorFile&);

}  // namespace ladder
