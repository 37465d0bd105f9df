// Floats that begin on a cache line and start as zeros: vector loads never straddle lines for nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace ladder {

class AlignedBuffer {
public:
    explicit AlignedBuffer(std::size_t size) : data_(static_cast<float*>(::operator new(std::max<std::size_t>(size, 1) * sizeof(float), alignment))), size_(size) { clear(); }

    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    void clear() { std::fill_n(data(), size_, 0.0f); }
    // NOLINTBEGIN(google-explicit-constructor): as containers become spans
    operator std::span<float>() { return {data(), size_}; }
    operator std::span<const float>() const { return {data(), size_}; }
    // NOLINTEND(google-explicit-constructor)

private:
    static constexpr std::align_val_t alignment{64};
    struct Free {
        void operator()(float* p) const { ::operator delete(p, alignment); }
    };
    std::unique_ptr<float, Free> data_;
    std::size_t size_;
};

}  // namespace ladder
