// A machine that runs kernels and has memory of its own: a GPU, or this processor in its place. Work is done in the order
// in which it is asked for; to_host() waits for all of it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "cuda/kernel_list.h"

namespace ladder::cuda {

// Work that was recorded once, to be done again and again without being described anew: a CUDA graph.
class Recording {
public:
    virtual ~Recording() = default;
    virtual void replay() = 0;
};

class Machine {
public:
    virtual ~Machine() = default;

    virtual std::string name() const = 0;           // of the device, for people
    virtual std::size_t most_shared() const = 0;    // bytes of shared memory that a block may have

    // Memory whose contents are unknown. Error: not so much is free; says how much was asked for and how much is.
    virtual void* allocate(std::size_t bytes) = 0;
    virtual void release(void*) noexcept = 0;
    virtual void clear(void*, std::size_t bytes) = 0;
    virtual void to_device(void* to, const void* from, std::size_t bytes) = 0;
    virtual void to_host(void* to, const void* from, std::size_t bytes) = 0;
    virtual void copy(void* to, const void* from, std::size_t bytes) = 0;  // within the device
    virtual void wait() = 0;

    // `work` may only run kernels.
    virtual std::unique_ptr<Recording> record(std::function<void()> work) = 0;

    // Error: the kernel cannot be run here, with the machine's reason.
    template <class Kernel>
    void run(const Kernel& kernel, const Grid& grid) {
        constexpr int index = KernelList::index<Kernel>();
        static_assert(index >= 0);
        launch(index, &kernel, grid);
    }

private:
    virtual void launch(int kernel, const void* body, const Grid&) = 0;
};

// `count` values for each of `runs` runs in the machine's memory.
template <class T>
class DeviceArray {
public:
    DeviceArray(Machine& machine, std::size_t count, int runs = 1) : machine_(&machine), count_(count), runs_(runs), data_(static_cast<T*>(machine.allocate(bytes()))) {}
    ~DeviceArray() { machine_->release(data_); }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;

    T* data() const { return data_; }
    std::size_t count() const { return count_; }
    std::size_t bytes() const { return count_ * static_cast<std::size_t>(runs_) * sizeof(T); }
    T* of(int run) const { return data_ + count_ * static_cast<std::size_t>(run); }
    // NOLINTBEGIN(google-explicit-constructor): as an array becomes a pointer
    operator PerRun<T>() const { return {data_, count_}; }
    operator PerRun<const T>() const { return {data_, count_}; }
    // NOLINTEND(google-explicit-constructor)

    void clear() { machine_->clear(data_, bytes()); }
    // A run's first `n` values.
    void put(int run, const T* from, std::size_t n) { machine_->to_device(of(run), from, n * sizeof(T)); }
    void get(int run, T* to, std::size_t n) const { machine_->to_host(to, of(run), n * sizeof(T)); }
    void put_all(const T* from) { machine_->to_device(data_, from, bytes()); }
    void get_all(T* to) const { machine_->to_host(to, data_, bytes()); }
    void copy_from(const DeviceArray& other, int run) { machine_->copy(of(run), other.of(run), count_ * sizeof(T)); }

private:
    Machine* machine_;
    std::size_t count_;
    int runs_;
    T* data_;
};

}  // namespace ladder::cuda
