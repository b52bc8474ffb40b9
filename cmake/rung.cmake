# SPDX-License-Identifier: BSD-2-Clause
# Compiler settings, dependencies, and rung_room(): one static library per room
# with the rooms it may use.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(LIBAV REQUIRED IMPORTED_TARGET libavformat>=59 libavcodec>=59 libavfilter>=8
                  libavutil>=57 libswscale libswresample)
pkg_check_modules(X264 REQUIRED IMPORTED_TARGET x264)
pkg_check_modules(ZIMG REQUIRED IMPORTED_TARGET zimg>=3.0)

add_library(rung_flags INTERFACE)
target_include_directories(rung_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(rung_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64
                           RUNG_VERSION="${PROJECT_VERSION}")
target_compile_options(rung_flags INTERFACE
  -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wwrite-strings -Wstrict-prototypes
  -Wmissing-prototypes -Wno-missing-field-initializers
  -fno-omit-frame-pointer -fstack-protector-strong
  # Else a name of ours takes the place of a library's own (libzvbi has a device_open).
  -fvisibility=hidden)
if(RUNG_WERROR)
  target_compile_options(rung_flags INTERFACE -Werror)
endif()
if(RUNG_SANITIZE)
  target_compile_options(rung_flags INTERFACE -fsanitize=${RUNG_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(rung_flags INTERFACE -fsanitize=${RUNG_SANITIZE})
endif()
if(RUNG_FUZZ)
  target_compile_options(rung_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# rung_room(name USES room... LIBS target...): all .c files of the folder.
function(rung_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  set(kind PUBLIC)
  if(sources)
    add_library(rung_${name} STATIC ${sources})
  else()
    add_library(rung_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(rung_${name} ${kind} rung_flags ${ROOM_LIBS})
  foreach(room ${ROOM_USES})
    target_link_libraries(rung_${name} ${kind} rung_${room})
  endforeach()
endfunction()
