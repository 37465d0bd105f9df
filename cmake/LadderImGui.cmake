# Dear ImGui 1.90.1 with its GLFW and OpenGL 3 backends, as the target ladder_imgui.
# The source is, in this order: FETCHCONTENT_SOURCE_DIR_IMGUI (any version from 1.90 on), what scripts/setup
# unpacked from the distribution's source package, the upstream tag. The last two are the same version and
# both are checked by SHA-256. The demo window and debug tools are left out: they would double the page.
include(FetchContent)
set(imgui_from_setup ${CMAKE_SOURCE_DIR}/build/deps/imgui-1.90.1)
if(NOT FETCHCONTENT_SOURCE_DIR_IMGUI AND EXISTS ${imgui_from_setup}/imgui.h)
  set(FETCHCONTENT_SOURCE_DIR_IMGUI ${imgui_from_setup})
endif()
FetchContent_Declare(imgui
  URL https://github.com/ocornut/imgui/archive/v1.90.1.tar.gz
  URL_HASH SHA256=21dcc985bb2ae8fe48047c86135dbc438d6980a8f2e08babbda5be820592f282
  DOWNLOAD_EXTRACT_TIMESTAMP OFF)
FetchContent_MakeAvailable(imgui)

file(STRINGS ${imgui_SOURCE_DIR}/imgui.h imgui_version REGEX "#define IMGUI_VERSION_NUM")
string(REGEX MATCH "[0-9]+" imgui_version "${imgui_version}")
if(NOT imgui_version GREATER_EQUAL 19000)
  message(FATAL_ERROR "Dear ImGui in ${imgui_SOURCE_DIR} is older than 1.90. Run scripts/setup, or set FETCHCONTENT_SOURCE_DIR_IMGUI to a newer one.")
endif()

add_library(ladder_imgui STATIC
  ${imgui_SOURCE_DIR}/imgui.cpp ${imgui_SOURCE_DIR}/imgui_draw.cpp ${imgui_SOURCE_DIR}/imgui_tables.cpp ${imgui_SOURCE_DIR}/imgui_widgets.cpp
  ${imgui_SOURCE_DIR}/misc/cpp/imgui_stdlib.cpp
  ${imgui_SOURCE_DIR}/backends/imgui_impl_glfw.cpp ${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
target_include_directories(ladder_imgui SYSTEM PUBLIC ${imgui_SOURCE_DIR} ${imgui_SOURCE_DIR}/backends ${imgui_SOURCE_DIR}/misc/cpp)
target_compile_options(ladder_imgui PRIVATE -w)
set_target_properties(ladder_imgui PROPERTIES UNITY_BUILD OFF)
# The page is one draw list, and WebGL's backend cannot split it: with indices of 16 bits 65536 vertices were all there could be.
target_compile_definitions(ladder_imgui PUBLIC "ImDrawIdx=unsigned int" IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_FILE_FUNCTIONS IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS)
if(EMSCRIPTEN)
  target_compile_options(ladder_imgui PRIVATE -Os)
  # Asking WebGL for its state stalls the frame: src/platform/gl_state_web.cpp answers instead.
  set_source_files_properties(${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp PROPERTIES COMPILE_DEFINITIONS glGetIntegerv=ladder_gl_state)
  target_compile_definitions(ladder_imgui PUBLIC IMGUI_IMPL_OPENGL_ES3)
  target_link_options(ladder_imgui INTERFACE -sUSE_GLFW=3 -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2)
else()
  find_package(glfw3 3.3 REQUIRED)
  set(OpenGL_GL_PREFERENCE GLVND)
  find_package(OpenGL REQUIRED)
  target_link_libraries(ladder_imgui PUBLIC glfw OpenGL::GL)
endif()
