# Kernel sources compiled for one instruction set each; the program chooses among them when it starts.
# Included after the layers, in the same folder, because source properties count only there.
if(NOT EMSCRIPTEN AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(ladder_avx2 -mavx2 -mfma)
  set(ladder_avx512 ${ladder_avx2} -mavx512f -mavx512vl -mavx512dq -mavx512bw -mprefer-vector-width=512)
  if(LADDER_SANITIZE)
    # The same source as the other two, which are watched for undefined behaviour; AddressSanitizer alone takes a quarter of the time here.
    list(APPEND ladder_avx512 -fno-sanitize=undefined)
  endif()
  foreach(set IN ITEMS avx2 avx512)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/kernels/*_${set}_native.cpp)
    set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "${ladder_${set}}")
  endforeach()
endif()
# Hot loops are compiled alike in every build: what the inliner sees of one must not depend on its neighbours.
foreach(target IN ITEMS ladder_kernels ladder_kernels_scalar)
  if(TARGET ${target})
    set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  endif()
endforeach()
