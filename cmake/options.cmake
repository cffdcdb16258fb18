# Flags that every target of ours is compiled with, as the interface library freehold::options.
add_library(freehold_options INTERFACE)
add_library(freehold::options ALIAS freehold_options)

set(CMAKE_CXX_EXTENSIONS OFF)
target_compile_features(freehold_options INTERFACE cxx_std_23)
target_compile_options(freehold_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -fno-omit-frame-pointer
  # Libraries and programs alike, so that all share one precompiled header.
  -fPIE)
if(FREEHOLD_WERROR)
  target_compile_options(freehold_options INTERFACE -Werror)
endif()
# Without it no file behind the precompiled header ever hits ccache.
target_compile_options(freehold_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
target_compile_definitions(freehold_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_ERROR_CODE_HEADER_ONLY)
target_link_options(freehold_options INTERFACE -fuse-ld=lld -pie)

set(FREEHOLD_SANITIZE "" CACHE STRING "sanitizers to build with: address,undefined or thread")
if(FREEHOLD_SANITIZE)
  target_compile_options(freehold_options INTERFACE
    -fsanitize=${FREEHOLD_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=vptr)
  target_link_options(freehold_options INTERFACE -fsanitize=${FREEHOLD_SANITIZE} -fno-sanitize=vptr)
endif()

option(FREEHOLD_FUZZ "build the fuzz targets with libFuzzer" OFF)
if(FREEHOLD_FUZZ)
  target_compile_options(freehold_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

option(FREEHOLD_HARDENED "compile and link with the hardening of a release" OFF)
if(FREEHOLD_HARDENED)
  target_compile_options(freehold_options INTERFACE
    -fstack-protector-strong -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -ftrivial-auto-var-init=zero
    -fcf-protection)
  target_link_options(freehold_options INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
else()
  target_compile_definitions(freehold_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_NOHASHDIR=1 CCACHE_DEPEND= ${CCACHE})
endif()
