// What a kernel body sees of the machine that runs it. A body is a struct whose operator() is a template over Block:
// the CUDA build makes a __global__ function of it (gpu_machine.cu), every build makes a loop over its blocks
// (host_machine.cpp), so that machines without a GPU test the same source. A Block provides
//   x, y             its place in the grid: a part of the work, a run
//   threads          how many threads it has
//   shared           its own memory, uninitialised, at an address that suits doubles
//   each(n, f)       f(i) for every i of [0, n), by as many threads as there are, in any order; then all wait for all
//   Local<T>         one T for each thread, which outlives an each(): local[i] inside each(threads, ..)
//   mul_add(a, b, c) a b + c, rounded once where the machine does that as fast
// Within one each() no f may read what another writes. Nothing else of CUDA is used by a body, and no atomics: sums have
// one owner, so that the same work gives the same bits.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#ifdef __CUDACC__
#define LADDER_DEVICE __device__
#define LADDER_UNROLL _Pragma("unroll")  // a loop whose arrays must stay in registers
#else
#define LADDER_DEVICE
#define LADDER_UNROLL
#endif

namespace ladder::cuda {

struct Grid {
    int blocks = 1, runs = 1, threads = 256;
    std::size_t shared = 0;  // bytes
};

// One array for each run, `step` elements apart.
template <class T>
struct PerRun {
    T* data = nullptr;
    std::size_t step = 0;

    LADDER_DEVICE T* of(int run) const { return data + static_cast<std::size_t>(run) * step; }
    template <class U, class = std::enable_if_t<std::is_same_v<U, const T> && !std::is_const_v<T>>>
    operator PerRun<U>() const { return {data, step}; }  // NOLINT(google-explicit-constructor): as a pointer becomes one to const
};

constexpr int round_up(int n, int to) { return (n + to - 1) / to * to; }
constexpr int least(int a, int b) { return a < b ? a : b; }

// values[0] = the sum of values[0 .. n - 1], halving by halving: an order that depends on n alone.
template <class Block, class T>
LADDER_DEVICE void sum_up(Block& block, T* values, int n) {
    while (n > 1) {
        const int half = (n + 1) / 2;
        block.each(n - half, [&](int i) { values[i] += values[i + half]; });
        n = half;
    }
}

}  // namespace ladder::cuda
