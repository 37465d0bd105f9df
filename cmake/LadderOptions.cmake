# Compiler flags that the project's promises rest on, in one place.
add_library(ladder_options INTERFACE)
target_include_directories(ladder_options INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/src)
# Results must not depend on whether a compiler fuses a multiply and an add; kernels that want fused
# operations ask for them by name.
target_compile_options(ladder_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror -ffp-contract=off)

# GCC 12 warns of overlaps inside std::string that cannot happen (its bug 105651).
target_compile_options(ladder_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(LADDER_UNITY)
  # Files that are compiled together are included, and GCC takes what they keep to themselves for a header's.
  target_compile_options(ladder_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

if(EMSCRIPTEN)
  # Two emcc links at once can mix up their temporary files.
  set_property(GLOBAL PROPERTY JOB_POOLS one_link=1)
  set(CMAKE_JOB_POOL_LINK one_link)
  # Debian's emcc 3.1.6 and other builds of Node disagree about the path of Node's modules; the web preset sets NODE_PATH.
  add_compile_options(-fexceptions)
  add_link_options(-fexceptions)
  # Kernels keep each hot loop in a function to itself, for the engine's register allocation; the optimizer at the
  # link would put every function with a single caller back into it.
  add_link_options(-sBINARYEN_EXTRA_PASSES=--one-caller-inline-max-function-size=1)
  # For what may rely on vector instructions (see LadderLayers); results are the same bits without them.
  add_library(ladder_simd INTERFACE)
  target_compile_options(ladder_simd INTERFACE -msimd128)
endif()
if(LADDER_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fsanitize=fuzzer-no-link)  # of the layers that tests/fuzz steers by
  endif()
endif()

# Header-only libraries of the distribution; under Emscripten the host's copies serve, found by path.
if(EMSCRIPTEN)
  foreach(pair IN ITEMS "Eigen3::Eigen|eigen3/Eigen/Core|eigen3" "nlohmann_json::nlohmann_json|nlohmann/json.hpp|" "CLI11::CLI11|CLI/CLI.hpp|" "doctest::doctest|doctest/doctest.h|")
    string(REPLACE "|" ";" parts "${pair}")
    list(GET parts 0 target)
    list(GET parts 1 header)
    list(GET parts 2 folder)
    string(MAKE_C_IDENTIFIER "LADDER_HOST_${target}" var)
    find_path(${var} ${header} PATHS /usr/include /usr/local/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    # The host's /usr/include must not come into view as a whole: only the library's own folder is linked to.
    set(view ${CMAKE_BINARY_DIR}/host-include/${var})
    string(REGEX REPLACE "/.*" "" top ${header})
    file(MAKE_DIRECTORY ${view})
    file(CREATE_LINK ${${var}}/${top} ${view}/${top} SYMBOLIC)
    add_library(${target} INTERFACE IMPORTED)
    if(folder)
      target_include_directories(${target} SYSTEM INTERFACE ${view}/${folder})
    else()
      target_include_directories(${target} SYSTEM INTERFACE ${view})
    endif()
  endforeach()
else()
  find_package(Eigen3 3.4 REQUIRED)
  find_package(nlohmann_json 3.11 REQUIRED)
  find_package(CLI11 2 REQUIRED)
  find_package(doctest 2.4 REQUIRED)
  find_package(Threads REQUIRED)
endif()
target_compile_definitions(ladder_options INTERFACE EIGEN_MPL2_ONLY)
