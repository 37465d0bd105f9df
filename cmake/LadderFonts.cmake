# Inter Regular and SemiBold (package fonts-inter), cut to the characters that the interface uses and put
# into the program: generated/fonts.h, target ladder_fonts.
find_file(LADDER_INTER_REGULAR Inter-Regular.otf PATHS /usr/share/fonts/opentype/inter NO_CMAKE_FIND_ROOT_PATH)
find_file(LADDER_INTER_SEMIBOLD Inter-SemiBold.otf PATHS /usr/share/fonts/opentype/inter NO_CMAKE_FIND_ROOT_PATH)
if(NOT LADDER_INTER_REGULAR OR NOT LADDER_INTER_SEMIBOLD)
  message(FATAL_ERROR "The fonts Inter-Regular.otf and Inter-SemiBold.otf are missing. Run scripts/setup, or set LADDER_INTER_REGULAR and LADDER_INTER_SEMIBOLD.")
endif()
# The distribution's interpreter: fonttools is installed there.
find_program(LADDER_FONT_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
if(NOT LADDER_FONT_PYTHON)
  find_program(LADDER_FONT_PYTHON python3 REQUIRED NO_CMAKE_FIND_ROOT_PATH)
endif()

set(fonts_dir ${CMAKE_BINARY_DIR}/generated/fonts)
add_custom_command(
  OUTPUT ${fonts_dir}/fonts.cpp ${fonts_dir}/include/generated/fonts.h
  COMMAND ${LADDER_FONT_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/make_fonts.py ${fonts_dir} ${LADDER_INTER_REGULAR} ${LADDER_INTER_SEMIBOLD}
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/make_fonts.py ${LADDER_INTER_REGULAR} ${LADDER_INTER_SEMIBOLD}
  COMMENT "Cutting the fonts to size"
  VERBATIM)
add_library(ladder_fonts STATIC ${fonts_dir}/fonts.cpp ${fonts_dir}/include/generated/fonts.h)
target_include_directories(ladder_fonts PUBLIC ${fonts_dir}/include)
