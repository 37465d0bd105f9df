#include "cuda/host_machine.h"

#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ladder::cuda {
namespace {

struct HostBlock {
    int x, y, threads;
    float* shared;
    bool backward;

    template <class F>
    void share(int n, F&& f) {
        if (backward)
            for (int i = n; i-- > 0;) f(i);
        else
            for (int i = 0; i < n; ++i) f(i);
    }
    template <class F>
    void share_pairs(int rows, int columns, F&& f) {
        share(rows, [&](int r) { share(columns, [&](int c) { f(r, c); }); });
    }
    void wait() {}
    template <class F>
    void each(int n, F&& f) {
        share(n, f);
    }
    template <class F>
    void each_pair(int rows, int columns, F&& f) {
        share_pairs(rows, columns, f);
    }
    template <class F>
    void each_thread(F&& f) {
        share(threads, f);
    }

    template <class T>
    class Local {
    public:
        explicit Local(const HostBlock& block) : values_(static_cast<std::size_t>(block.threads)) {}
        T& operator[](int thread) { return values_[static_cast<std::size_t>(thread)]; }

    private:
        std::vector<T> values_;
    };

    static float mul_add(float a, float b, float c) { return a * b + c; }
};

template <class Kernel>
void run_blocks(const void* body, const Grid& grid, bool backward) {
    const Kernel& kernel = *static_cast<const Kernel*>(body);
    if (grid.threads > bounds_of<Kernel>.threads) throw std::logic_error("a block of a kernel has more threads than its bounds allow");
    const int blocks = grid.blocks * grid.runs;
    for (int n = 0; n < blocks; ++n) {
        const int i = backward ? blocks - 1 - n : n;
        // Each block has memory of exactly the size it asked for, on its own, where a sanitizer sees what lies outside.
        const std::unique_ptr<double[]> shared(new double[grid.shared / sizeof(double) + 1]);
        std::memset(shared.get(), 0xFF, grid.shared);
        HostBlock block{i % grid.blocks, i / grid.blocks, grid.threads, reinterpret_cast<float*>(shared.get()), backward};
        kernel(block);
    }
}

using RunBlocks = void (*)(const void*, const Grid&, bool);

template <class... Kernels>
RunBlocks find_function(KernelTypes<Kernels...>, int kernel) {
    static constexpr RunBlocks functions[] = {run_blocks<Kernels>...};
    return functions[kernel];
}

class HostRecording final : public Recording {
public:
    explicit HostRecording(std::function<void()> work) : work_(std::move(work)) {}
    void replay() override { work_(); }

private:
    std::function<void()> work_;
};

class HostMachine final : public Machine {
public:
    HostMachine(HostOrder order, std::size_t most_shared) : order_(order), most_shared_(most_shared) {}

    std::string name() const override { return "this processor, in a GPU's place"; }
    std::size_t most_shared() const override { return most_shared_; }

    void* allocate(std::size_t bytes) override {
        void* memory = ::operator new(bytes);
        std::memset(memory, 0xFF, bytes);
        return memory;
    }
    void release(void* memory) noexcept override { ::operator delete(memory); }
    void clear(void* memory, std::size_t bytes) override { std::memset(memory, 0, bytes); }
    void to_device(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void to_host(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void copy(void* to, const void* from, std::size_t bytes) override {
        if (bytes) std::memcpy(to, from, bytes);
    }
    void wait() override {}
    std::unique_ptr<Recording> record(std::function<void()> work) override { return std::make_unique<HostRecording>(std::move(work)); }

private:
    void launch(int kernel, const void* body, const Grid& grid) override {
        if (grid.shared > most_shared_)
            throw Error("A block of the device has " + std::to_string(most_shared_ / 1024) + " KB of memory of its own, but these settings need " + std::to_string(grid.shared / 1024 + 1) + ".",
                        "Use a smaller vocabulary, shorter sequences or fewer heads.");
        find_function(KernelList{}, kernel)(body, grid, order_ == HostOrder::backward);
    }

    HostOrder order_;
    std::size_t most_shared_;
};

}  // namespace

std::unique_ptr<Machine> make_host_machine(HostOrder order, std::size_t most_shared) { return std::make_unique<HostMachine>(order, most_shared); }

}  // namespace ladder::cuda
