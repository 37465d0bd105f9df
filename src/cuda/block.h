// What a kernel body sees of the machine that runs it. A body is a struct whose operator() is a template over Block:
// the CUDA build makes a __global__ function of it (gpu_machine.cu), every build makes a loop over its blocks
// (host_machine.cpp), so that machines without a GPU test the same source. A Block provides
//   x, y             its place in the grid: a part of the work, a run
//   threads          how many threads it has
//   shared           its own memory, uninitialised, at an address that suits doubles
//   share(n, f)      f(i) for every i of [0, n), by as many threads as there are, in any order
//   share_pairs(rows, columns, f)  the same of f(r, c), without a division for each
//   wait()           all wait for all
//   each, each_pair  as share and share_pairs, then wait()
//   each_thread(f)   f(thread) once for every thread, then wait()
//   Local<T>         one T for each thread, which outlives an each_thread(): local[thread] inside it
//   mul_add(a, b, c) a b + c, rounded once where the machine does that as fast
// Between one wait() and the next no f may read what another writes. Nothing else of CUDA is used by a body, and no atomics: sums have
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

// Of a body: the most threads that a block of it has, and how many blocks are to find room on a multiprocessor together.
struct Bounds {
    int threads = 256, blocks = 1;
};
// Body::bounds where a body states its own.
template <class Body, class = void>
inline constexpr Bounds bounds_of{};
template <class Body>
inline constexpr Bounds bounds_of<Body, std::void_t<decltype(Body::bounds)>> = Body::bounds;

// Four neighbours in a block's own memory, read or written at once; their place is a multiple of four floats.
struct alignas(16) Four {
    float at[4];
};
LADDER_DEVICE inline const Four& four_at(const float* place) { return *reinterpret_cast<const Four*>(place); }
LADDER_DEVICE inline Four& four_at(float* place) { return *reinterpret_cast<Four*>(place); }

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

// Sums of many partial results: outputs of a block of 256 threads, threads of an output, bytes of shared memory.
struct PartialSums {
    static constexpr int outputs = 32, parts = 8, threads = outputs * parts;
    static constexpr std::size_t shared = sizeof(float) * threads;
};

// finish(i, the sum of from[i + k step] over k of [0, count)) for every i of [0, n), n at most PartialSums::outputs: in an
// order that depends on count alone.
template <class Block, class F>
LADDER_DEVICE void sum_partials(Block& block, const float* from, std::int64_t step, int count, int n, F&& finish) {
    constexpr int outputs = PartialSums::outputs, parts = PartialSums::parts;
    float* sums = block.shared;  // [part][output]
    block.each(PartialSums::threads, [&](int t) {
        float sum = 0;
        if (t % outputs < n)
            for (int k = t / outputs; k < count; k += parts) sum += from[k * step + t % outputs];
        sums[t] = sum;
    });
    block.each(n, [&](int i) {
        const auto part = [&](int p) { return sums[p * outputs + i]; };
        finish(i, ((part(0) + part(4)) + (part(2) + part(6))) + ((part(1) + part(5)) + (part(3) + part(7))));
    });
}

}  // namespace ladder::cuda
