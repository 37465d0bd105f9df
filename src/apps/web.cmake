# The page: its module, the two training modules, and the folder build/web/dist that any static host can serve.
set(dist ${CMAKE_BINARY_DIR}/dist)
set(web_modules "")

# A module of the page in the dist folder: one classic script with the WebAssembly inside, so that it loads from any
# host whatever it calls a .wasm, and inside a sandboxed frame, which may not fetch. It defines a factory function.
function(ladder_web_module target output factory environment)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} RUNTIME_OUTPUT_DIRECTORY ${dist})
  target_link_options(${target} PRIVATE -sMODULARIZE=1 -sEXPORT_NAME=${factory} -sENVIRONMENT=${environment} -sALLOW_MEMORY_GROWTH=1 -sSINGLE_FILE=1
    -sFILESYSTEM=0 -sEXPORTED_FUNCTIONS=_malloc,_free)
endfunction()

foreach(flavour IN ITEMS simd scalar)
  add_executable(ladder_worker_${flavour} worker/main.cpp)
  target_link_libraries(ladder_worker_${flavour} PRIVATE ladder_run ladder_core$<$<STREQUAL:${flavour},scalar>:_scalar>)
  ladder_web_module(ladder_worker_${flavour} ladder-worker-${flavour} LadderWorker worker)
  list(APPEND web_modules ladder_worker_${flavour})
endforeach()

if(LADDER_APP)
  add_executable(ladder_page page/main.cpp)
  target_link_libraries(ladder_page PRIVATE ladder_ui ladder_platform ladder_core_scalar)
  ladder_web_module(ladder_page ladder-page LadderPage web)
  # Room for a full history from the start, so that memory stays as it is while a class watches.
  target_link_options(ladder_page PRIVATE -sINITIAL_MEMORY=33554432)
  list(APPEND web_modules ladder_page)
endif()

file(GLOB web_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/*.html ${CMAKE_SOURCE_DIR}/web/*.js ${CMAKE_SOURCE_DIR}/web/*.css ${CMAKE_SOURCE_DIR}/web/*.svg)
set(copied ${web_files})
list(TRANSFORM copied REPLACE "^.*/" "${dist}/")
add_custom_command(OUTPUT ${copied} COMMAND ${CMAKE_COMMAND} -E make_directory ${dist} COMMAND ${CMAKE_COMMAND} -E copy ${web_files} ${dist}
  COMMAND ${CMAKE_COMMAND} -E touch ${copied} DEPENDS ${web_files} COMMENT "Copying the page's files" VERBATIM)
add_custom_target(ladder_dist ALL DEPENDS ${copied} ${web_modules})
