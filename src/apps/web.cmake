# The page: its module, the two training modules, and the folder build/web/dist that any static host can serve.
set(dist ${CMAKE_BINARY_DIR}/dist)
set(modules ${CMAKE_BINARY_DIR}/modules)
set(web_modules "")

# A module of the page: one classic script with the WebAssembly inside, so that it loads from any
# host whatever it calls a .wasm, and inside a sandboxed frame, which may not fetch. It defines a factory function.
function(ladder_web_module target output factory environment)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} RUNTIME_OUTPUT_DIRECTORY ${modules})
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
  # Room for a full history from the start, holes between its parts included, so that memory stays as it is while a class watches.
  target_link_options(ladder_page PRIVATE -sINITIAL_MEMORY=79691776)
  list(APPEND web_modules ladder_page)
endif()

if(NOT LADDER_APP)
  return()  # modules for comparisons, and no page
endif()
# Names with hashes, compressed forms, the page as one file, what a visit without a network needs.
file(GLOB web_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/*)
list(FILTER web_files INCLUDE REGEX "\\.(html|js|css|svg|json)$")
file(GLOB lesson_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/assets/lessons/*/*.md)
set(packer ${CMAKE_SOURCE_DIR}/scripts/pack-dist)
add_custom_command(OUTPUT ${dist}/index.html COMMAND ${LADDER_NODE} ${packer} --modules ${modules} --imgui ${imgui_SOURCE_DIR} --languages ${languages_dir} --out ${dist} COMMAND ${CMAKE_COMMAND} -E touch ${dist}/index.html
  DEPENDS ${packer} ${CMAKE_SOURCE_DIR}/scripts/lessons-page.js ${CMAKE_SOURCE_DIR}/scripts/supply ${lesson_files} ${languages_dir}/language-zh.js ${web_files} ${web_modules} ${CMAKE_SOURCE_DIR}/docs/screenshot.png COMMENT "Packing the page's folder" VERBATIM)
add_custom_target(ladder_dist ALL DEPENDS ${dist}/index.html)
