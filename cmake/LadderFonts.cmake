# Inter Regular and SemiBold (package fonts-inter), cut to the characters that the interface uses and put
# into the program: generated/fonts.h, target ladder_fonts. For Chinese WenQuanYi Micro Hei (package fonts-wqy-microhei), cut to the
# characters of its texts and lessons: a file of its own for the page, the target ladder_font_zh for the desktop program.
find_file(LADDER_INTER_REGULAR Inter-Regular.otf PATHS /usr/share/fonts/opentype/inter NO_CMAKE_FIND_ROOT_PATH)
find_file(LADDER_INTER_SEMIBOLD Inter-SemiBold.otf PATHS /usr/share/fonts/opentype/inter NO_CMAKE_FIND_ROOT_PATH)
if(NOT LADDER_INTER_REGULAR OR NOT LADDER_INTER_SEMIBOLD)
  message(FATAL_ERROR "The fonts Inter-Regular.otf and Inter-SemiBold.otf are missing. Run scripts/setup, or set LADDER_INTER_REGULAR and LADDER_INTER_SEMIBOLD.")
endif()
find_file(LADDER_HAN_FONT wqy-microhei.ttc PATHS /usr/share/fonts/truetype/wqy NO_CMAKE_FIND_ROOT_PATH)
if(NOT LADDER_HAN_FONT)
  message(FATAL_ERROR "The font wqy-microhei.ttc is missing. Run scripts/setup, or set LADDER_HAN_FONT to a font with Chinese characters.")
endif()
# The distribution's interpreter: fonttools is installed there.
find_program(LADDER_FONT_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
if(NOT LADDER_FONT_PYTHON)
  find_program(LADDER_FONT_PYTHON python3 REQUIRED NO_CMAKE_FIND_ROOT_PATH)
endif()

set(fonts_dir ${CMAKE_BINARY_DIR}/generated/fonts)
add_custom_command(
  OUTPUT ${fonts_dir}/fonts.cpp ${fonts_dir}/include/generated/fonts.h
  COMMAND ${LADDER_FONT_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/make_fonts.py ${fonts_dir} ${LADDER_INTER_REGULAR} ${LADDER_INTER_SEMIBOLD} ${LADDER_HAN_FONT}
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/make_fonts.py ${LADDER_INTER_REGULAR} ${LADDER_INTER_SEMIBOLD} ${LADDER_HAN_FONT}
  COMMENT "Cutting the fonts to size"
  VERBATIM)
add_library(ladder_fonts STATIC ${fonts_dir}/fonts.cpp ${fonts_dir}/include/generated/fonts.h)
target_include_directories(ladder_fonts PUBLIC ${fonts_dir}/include)

set(languages_dir ${CMAKE_BINARY_DIR}/generated/languages)
file(GLOB zh_lessons CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/assets/lessons/zh/*.md)
add_custom_command(
  OUTPUT ${languages_dir}/language-zh.js ${languages_dir}/language_zh.cpp
  COMMAND ${LADDER_FONT_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/make_language.py ${languages_dir} zh ${CMAKE_SOURCE_DIR}/assets/texts/zh.json ${CMAKE_SOURCE_DIR}/assets/lessons/zh ${LADDER_HAN_FONT}
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/make_language.py ${CMAKE_CURRENT_LIST_DIR}/make_fonts.py ${CMAKE_SOURCE_DIR}/assets/texts/zh.json ${zh_lessons} ${LADDER_HAN_FONT}
  COMMENT "Putting the Chinese texts, lessons and font together"
  VERBATIM)
add_library(ladder_font_zh STATIC EXCLUDE_FROM_ALL ${languages_dir}/language_zh.cpp)
