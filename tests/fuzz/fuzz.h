// What all fuzz targets share. A target reads what libFuzzer made up; its promise is that anything either is taken or
// is refused with an Error. Whatever else happens (a crash, another exception, a sanitizer's complaint, a broken
// round trip) is a finding: the process aborts and libFuzzer keeps the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "base/error.h"

namespace ladder::fuzz {

inline std::span<const std::byte> as_bytes(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const std::byte*>(data), size}; }
inline std::string_view as_text(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

inline void expect(bool holds) {
    if (!holds) std::abort();
}

// Runs f; an Error is an answer like any other, but it has to be a sentence.
template <class F>
void tolerate(F&& f) {
    try {
        f();
    } catch (const Error& e) {
        expect(std::string_view(e.what()).size() > 10);
    }
}

}  // namespace ladder::fuzz
