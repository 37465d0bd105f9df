// Builds without CUDA.
#include "base/error.h"
#include "cuda/gpu.h"

namespace ladder::cuda {

std::unique_ptr<Machine> open_gpu() {
    throw Error("This program was built without CUDA, so it cannot train on a GPU.", "Build it with `cmake --workflow --preset cuda` where nvcc is installed, or leave out --device cuda.");
}

}  // namespace ladder::cuda
