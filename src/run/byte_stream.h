// Numbers and lists to bytes and back, little-endian on every machine. The reader checks every read
// against what is left and every count before it allocates. Used by snapshots, statuses and messages.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bit_cast.h"
#include "base/error.h"

namespace ladder {

class ByteWriter {
public:
    template <std::integral T>
    void put(T value) {
        const auto bits = static_cast<std::make_unsigned_t<T>>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(static_cast<std::byte>((bits >> (8 * i)) & 0xFF));
    }
    void put(float value) { put(bit_cast<std::uint32_t>(value)); }
    void put(double value) { put(bit_cast<std::uint64_t>(value)); }
    template <class T>
    void put(const std::vector<T>& values) {
        put(static_cast<std::uint32_t>(values.size()));
        for (const T value : values) put(value);
    }
    void put(const std::string& text) {
        put(static_cast<std::uint32_t>(text.size()));
        for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
    }
    // A count known to the reader goes without it, in one piece where the machine's order allows.
    void put_block(std::span<const float> values) {
        if constexpr (std::endian::native == std::endian::little) {
            const auto bytes = std::as_bytes(values);
            bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        } else {
            for (const float value : values) put(value);
        }
    }
    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
    std::vector<std::byte> take() { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class ByteReader {
public:
    // what: names the message in errors, "snapshot".
    ByteReader(std::span<const std::byte> bytes, std::string what) : bytes_(bytes), what_(std::move(what)) {}

    template <std::integral T>
    T integer() {
        need(sizeof(T));
        std::make_unsigned_t<T> bits = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            bits = static_cast<std::make_unsigned_t<T>>(bits | (static_cast<std::make_unsigned_t<T>>(bytes_[i]) << (8 * i)));
        bytes_ = bytes_.subspan(sizeof(T));
        return static_cast<T>(bits);
    }
    float number32() { return bit_cast<float>(integer<std::uint32_t>()); }
    double number() { return bit_cast<double>(integer<std::uint64_t>()); }
    std::vector<float> numbers32() {
        std::vector<float> values(count(sizeof(float)));
        for (float& v : values) v = number32();
        return values;
    }
    std::vector<double> numbers() {
        std::vector<double> values(count(sizeof(double)));
        for (double& v : values) v = number();
        return values;
    }
    // Fills all of values, the counterpart of put_block.
    void block(std::span<float> values) {
        need(values.size_bytes());
        if constexpr (std::endian::native == std::endian::little) {
            if (!values.empty()) std::memcpy(values.data(), bytes_.data(), values.size_bytes());
            bytes_ = bytes_.subspan(values.size_bytes());
        } else {
            for (float& v : values) v = number32();
        }
    }
    std::string text() {
        std::string value(count(1), '\0');
        for (char& c : value) c = static_cast<char>(integer<std::uint8_t>());
        return value;
    }
    // What is left, for a reader of its own.
    std::span<const std::byte> rest() const { return bytes_; }
    // Number of list elements that follow, each of at least this many bytes.
    std::size_t count(std::size_t element_bytes) {
        const std::size_t n = integer<std::uint32_t>();
        if (n > bytes_.size() / element_bytes) fail("is cut off");
        return n;
    }
    void expect_end() const {
        if (!bytes_.empty()) fail("has bytes left over");
    }
    void expect(bool holds) const {
        if (!holds) fail("contradicts itself");
    }
    [[noreturn]] void fail(const std::string& what_is_wrong) const {
        throw Error("The " + what_ + " " + what_is_wrong + ".", "The page and its workers must come from the same build: reload the page.");
    }

private:
    void need(std::size_t n) const {
        if (bytes_.size() < n) fail("is cut off");
    }
    std::span<const std::byte> bytes_;
    std::string what_;
};

}  // namespace ladder
