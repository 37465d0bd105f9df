// The kernels on an NVIDIA GPU: a __global__ function for each of the list, one stream, CUDA graphs for recordings.
#include <cuda_runtime.h>
#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <typeinfo>
#include <unordered_map>

#include "base/out_of_memory.h"
#include "cuda/gpu.h"

namespace ladder::cuda {
namespace {

struct DeviceBlock {
    int x, y, threads;
    float* shared;

    template <class F>
    __device__ void share(int n, F&& f) {
        for (int i = static_cast<int>(threadIdx.x); i < n; i += threads) f(i);
    }
    template <class F>
    __device__ void share_pairs(int rows, int columns, F&& f) {
        int r = static_cast<int>(threadIdx.x) / columns, c = static_cast<int>(threadIdx.x) % columns;
        const int rows_on = threads / columns, columns_on = threads % columns;
        while (r < rows) {
            f(r, c);
            r += rows_on;
            c += columns_on;
            if (c >= columns) c -= columns, ++r;
        }
    }
    __device__ void wait() { __syncthreads(); }
    template <class F>
    __device__ void each(int n, F&& f) {
        share(n, f);
        wait();
    }
    template <class F>
    __device__ void each_pair(int rows, int columns, F&& f) {
        share_pairs(rows, columns, f);
        wait();
    }
    template <class F>
    __device__ void each_thread(F&& f) {
        f(static_cast<int>(threadIdx.x));
        wait();
    }

    template <class T>
    class Local {
    public:
        __device__ explicit Local(const DeviceBlock&) {}
        __device__ T& operator[](int) { return value_; }

    private:
        T value_{};
    };

    __device__ static float mul_add(float a, float b, float c) { return fmaf(a, b, c); }
};

template <class Kernel>
__global__ void __launch_bounds__(bounds_of<Kernel>.threads, bounds_of<Kernel>.blocks) run_block(const __grid_constant__ Kernel kernel) {
    extern __shared__ double shared[];
    DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(blockDim.x), reinterpret_cast<float*>(shared)};
    kernel(block);
}

template <class... Kernels>
const void* find_function(KernelTypes<Kernels...>, int kernel) {
    static const void* const functions[] = {reinterpret_cast<const void*>(run_block<Kernels>)...};
    return functions[kernel];
}

// As it stands in the source. Not asked of the device, which answers nothing any more when it has failed.
template <class... Kernels>
std::string kernel_name(KernelTypes<Kernels...>, int kernel) {
    static const std::type_info* const types[] = {&typeid(Kernels)...};
    char* readable = abi::__cxa_demangle(types[kernel]->name(), nullptr, nullptr, nullptr);
    std::string name = readable ? readable : types[kernel]->name();
    std::free(readable);
    return name;
}

[[noreturn]] void fail(cudaError_t status, const std::string& what) {
    const std::string problem = "The GPU failed at " + what + ": " + cudaGetErrorString(status) + ".", hint = "Leave out --device cuda to train on this machine's processor.";
    if (status == cudaErrorMemoryAllocation) throw OutOfMemory(problem, hint);
    throw Error(problem, hint);
}
void check(cudaError_t status, const char* what) {
    if (status != cudaSuccess) fail(status, what);
}

// The oldest driver that runs what this CUDA has compiled.
std::string oldest_driver() {
    constexpr int version = CUDART_VERSION / 1000;
    return version == 13 ? "580" : "CUDA " + std::to_string(version) + " asks for";
}

std::string size_text(std::size_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
    return text;
}

class Graph final : public Recording {
public:
    Graph(cudaStream_t stream, cudaGraphExec_t graph) : stream_(stream), graph_(graph) {}
    ~Graph() override { cudaGraphExecDestroy(graph_); }
    void replay() override { check(cudaGraphLaunch(graph_, stream_), "a training step"); }

private:
    cudaStream_t stream_;
    cudaGraphExec_t graph_;
};

class Gpu final : public Machine {
public:
    explicit Gpu(int device) {
        check(cudaSetDevice(device), "its start");
        check(cudaGetDeviceProperties(&properties_, device), "its start");
        // All kernels are loaded and given their shared memory here, because neither can be done while a step is recorded.
        for (int kernel = 0; kernel < KernelList::count; ++kernel)
            check(cudaFuncSetAttribute(find_function(KernelList{}, kernel), cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(most_shared())), "preparing its kernels");
        check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "its start");
    }
    ~Gpu() override { cudaStreamDestroy(stream_); }

    std::string name() const override { return properties_.name; }
    std::size_t most_shared() const override { return properties_.sharedMemPerBlockOptin; }

    void* allocate(std::size_t bytes) override {
        void* memory = nullptr;
        const cudaError_t status = cudaMalloc(&memory, bytes);
        if (status == cudaErrorMemoryAllocation) {
            cudaGetLastError();  // it is dealt with
            std::size_t available = 0, all = 0;
            cudaMemGetInfo(&available, &all);
            throw OutOfMemory("The GPU has not enough memory: " + size_text(bytes) + " were asked for beside the " + size_text(held_) + " that this run holds, " + size_text(available) + " of " + size_text(all) +
                            " are free.",
                              "Use a smaller batch or model, give fewer runs at once, or leave out --device cuda.");
        }
        check(status, "a request for memory");
        held_ += sizes_[memory] = bytes;
        return memory;
    }
    void release(void* memory) noexcept override {
        cudaFree(memory);
        held_ -= sizes_[memory];
        sizes_.erase(memory);
    }
    void clear(void* memory, std::size_t bytes) override { check(cudaMemsetAsync(memory, 0, bytes, stream_), "clearing memory"); }
    void to_device(void* to, const void* from, std::size_t bytes) override {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "a copy to it");
        wait();  // the caller may give `from` up
    }
    void to_host(void* to, const void* from, std::size_t bytes) override {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "a copy from it");
        wait();
    }
    void copy(void* to, const void* from, std::size_t bytes) override { check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "a copy within it"); }
    void wait() override { check(cudaStreamSynchronize(stream_), "its work"); }

    std::unique_ptr<Recording> record(std::function<void()> work) override {
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t executable = nullptr;
        check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording a step");
        try {
            work();
        } catch (...) {
            if (cudaStreamEndCapture(stream_, &graph) == cudaSuccess) cudaGraphDestroy(graph);
            cudaGetLastError();  // what is thrown says why
            throw;
        }
        check(cudaStreamEndCapture(stream_, &graph), "recording a step");
        const cudaError_t status = cudaGraphInstantiate(&executable, graph, 0);
        cudaGraphDestroy(graph);
        check(status, "recording a step");
        return std::make_unique<Graph>(stream_, executable);
    }

private:
    void launch(int kernel, const void* body, const Grid& grid) override {
        const void* function = find_function(KernelList{}, kernel);
        if (grid.shared > most_shared())
            throw Error("A block of the GPU has " + std::to_string(most_shared() / 1024) + " KB of memory of its own, but these settings need " + std::to_string(grid.shared / 1024 + 1) + ".",
                        "Use a smaller vocabulary, shorter sequences or fewer heads, or leave out --device cuda.");
        void* arguments[] = {const_cast<void*>(body)};
        const cudaError_t status =
            cudaLaunchKernel(function, dim3(static_cast<unsigned>(grid.blocks), static_cast<unsigned>(grid.runs)), dim3(static_cast<unsigned>(grid.threads)), arguments, grid.shared, stream_);
        if (status != cudaSuccess)
            fail(status, "starting " + kernel_name(KernelList{}, kernel) + " in " + std::to_string(grid.blocks) + " x " + std::to_string(grid.runs) + " blocks of " +
                             std::to_string(grid.threads) + " threads, each block with " + std::to_string(grid.shared) + " bytes of memory of its own");
    }

    cudaDeviceProp properties_{};
    cudaStream_t stream_ = nullptr;
    std::size_t held_ = 0;  // bytes, in all
    std::unordered_map<void*, std::size_t> sizes_;
};

}  // namespace

std::unique_ptr<Machine> open_gpu() {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess || count == 0) {
        cudaGetLastError();
        std::string reason = "there is none";
        if (status == cudaErrorInsufficientDriver) reason = "there is no NVIDIA driver, or an older one than " + oldest_driver();
        else if (status != cudaSuccess) reason = cudaGetErrorString(status);
        throw Error("No NVIDIA GPU can be used here: " + reason + ".", "Run it on a machine with a GPU and its driver, or leave out --device cuda.");
    }
    return std::make_unique<Gpu>(0);
}

}  // namespace ladder::cuda
