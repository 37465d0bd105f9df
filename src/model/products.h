// Matrix products of the full transformer: by the dense kernels for float where they are asked for, else by Eigen.
// Operands are Eigen expressions that lie in memory (matrices, maps, blocks, transposes of them).
#pragma once

#include <Eigen/Core>
#include <memory>
#include <type_traits>

#include "kernels/aligned_buffer.h"
#include "kernels/dense.h"

namespace ladder {

class Products {
public:
    explicit Products(bool kernels = false) : kernels_(kernels) {}

    // out = a b; out is no part of a or b and has its size already. b_panels: b as DenseKernels::pack wrote it, or null.
    template <class A, class B, class Out>
    void set(const A& a, const B& b, Out&& out, const float* b_panels = nullptr) {
        if (!try_kernels(a, b, out, false, b_panels)) out.noalias() = a * b;
    }
    // out += a b
    template <class A, class B, class Out>
    void add(const A& a, const B& b, Out&& out, const float* b_panels = nullptr) {
        if (!try_kernels(a, b, out, true, b_panels)) out.noalias() += a * b;
    }

    // How the dense kernels read these operands.
    template <class M>
    static MatrixView view(const M& m) {
        return M::IsRowMajor ? MatrixView{m.data(), m.outerStride(), m.innerStride()} : MatrixView{m.data(), m.innerStride(), m.outerStride()};
    }

private:
    template <class A, class B, class Out>
    bool try_kernels(const A& a, const B& b, Out& out, bool add, const float* b_panels) {
        if constexpr (std::is_same_v<typename A::Scalar, float>) {
            static_assert(std::remove_reference_t<Out>::IsRowMajor);
            if (!kernels_) return false;
            const std::size_t size = dense_scratch_size(static_cast<int>(b.cols()));
            if (!scratch_ || scratch_->size() < size) scratch_ = std::make_unique<AlignedBuffer>(size);
            dense_kernels().multiply({static_cast<int>(a.rows()), static_cast<int>(b.cols()), static_cast<int>(a.cols()), view(a), view(b), out.data(), out.outerStride(), add, b_panels}, scratch_->data());
            return true;
        } else {
            return false;
        }
    }

    bool kernels_;
    std::unique_ptr<AlignedBuffer> scratch_;
};

}  // namespace ladder
