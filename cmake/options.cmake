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
    -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
    -D_GLIBCXX_ASSERTIONS -ftrivial-auto-var-init=zero)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(freehold_options INTERFACE -fcf-protection)
  elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    target_compile_options(freehold_options INTERFACE -mbranch-protection=standard)
  endif()
  target_link_options(freehold_options INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
else()
  target_compile_definitions(freehold_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# See scripts/compile. Debug information names its files relative to the build folder for the same reason.
find_program(CCACHE ccache)
if(CCACHE)
  file(RELATIVE_PATH root_from_build ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
  string(REGEX REPLACE "/$" "" root_from_build "${root_from_build}")
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${PROJECT_SOURCE_DIR}/scripts/compile ${PROJECT_SOURCE_DIR} ${root_from_build})
  target_compile_options(freehold_options INTERFACE -fdebug-compilation-dir=.)
endif()
