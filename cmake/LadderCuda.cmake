# The GPU behind src/cuda: gpu_machine.cu where LADDER_CUDA is on and nvcc is found, else gpu_absent.cpp, which says so at
# run time. Everything else of src/cuda is ordinary C++ and built everywhere.
set(ladder_gpu OFF)
if(LADDER_CUDA)
  find_program(LADDER_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
  if(LADDER_NVCC)
    set(ladder_gpu ON)
  else()
    message(STATUS "CUDA: no nvcc was found, so LADDER_CUDA is off: the programs train on this machine's processor only.")
  endif()
endif()

if(ladder_gpu)
  set(CMAKE_CUDA_COMPILER ${LADDER_NVCC})
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90)  # A100; H100 and, by its intermediate code, what comes after
  endif()
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/cuda/gpu_absent.cpp PROPERTIES HEADER_FILE_ONLY ON)
  add_library(ladder_gpu STATIC ${CMAKE_SOURCE_DIR}/src/cuda/gpu_machine.cu)
  target_include_directories(ladder_gpu PRIVATE ${CMAKE_SOURCE_DIR}/src)
  set_target_properties(ladder_gpu PROPERTIES CUDA_STANDARD 17 CUDA_STANDARD_REQUIRED ON CUDA_EXTENSIONS OFF)  # the newest that CMake 3.25 knows of nvcc
  # Nothing is fused that does not ask for it, as in LadderOptions; functions of src/base that are constexpr serve both sides.
  target_compile_options(ladder_gpu PRIVATE --fmad=false --expt-relaxed-constexpr --Werror=all-warnings -Xcompiler=-Wall,-Wextra,-Wshadow)
  target_link_libraries(ladder_gpu PRIVATE CUDA::cudart_static)
  target_link_libraries(ladder_cuda PUBLIC ladder_gpu)
endif()
