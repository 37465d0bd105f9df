// The kernels on this processor, block by block: slow, and the way in which machines without a GPU test them. Memory
// starts as no numbers, so that what a kernel reads before it was written is seen.
#pragma once

#include <memory>

#include "cuda/machine.h"

namespace ladder::cuda {

// Threads and blocks in either order: a kernel whose results differ reads what its neighbours write.
enum class HostOrder { forward, backward };

// most_shared: bytes a block may have; an H100's unless a test asks for less.
std::unique_ptr<Machine> make_host_machine(HostOrder = HostOrder::forward, std::size_t most_shared = 227 * 1024);

}  // namespace ladder::cuda
