// The NVIDIA GPU of this machine. Two implementations: gpu_machine.cu in builds with CUDA, gpu_absent.cpp in all others.
#pragma once

#include <memory>

#include "cuda/machine.h"

namespace ladder::cuda {

// Error: the program was built without CUDA, or no GPU can be used here.
std::unique_ptr<Machine> open_gpu();

}  // namespace ladder::cuda
