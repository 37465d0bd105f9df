# Toolchain file of the web preset: the Emscripten that is on the path, and Node with the option that its
# output needs (Emscripten 3.1.6 takes Node's fetch for a browser's).
execute_process(COMMAND em-config EMSCRIPTEN_ROOT OUTPUT_VARIABLE emscripten_root OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE em_config_result)
if(NOT em_config_result EQUAL 0)
  message(FATAL_ERROR "Emscripten is not on the path. Run scripts/setup web.")
endif()
find_program(LADDER_NODE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${LADDER_NODE} --no-experimental-fetch)
include(${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake)
