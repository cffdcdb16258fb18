# g++ 12 (Debian 12's default) compiles our coroutines into programs that free memory twice, so only
# clang 19 or newer is accepted. tests/toolchain holds the compiler to the forms that we rely on.
if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  find_program(FREEHOLD_CLANG NAMES clang++-19 clang++-20 clang++-21)
  if(FREEHOLD_CLANG)
    set(CMAKE_CXX_COMPILER ${FREEHOLD_CLANG})
  endif()
endif()

function(check_compiler)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR
      "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles C++ coroutines: it destroys temporaries of an "
      "awaiting statement twice, which corrupts the heap at run time. Use clang 19: "
      "apt install clang-19 lld-19, then configure with -DCMAKE_CXX_COMPILER=clang++-19 "
      "(./dev build does both).")
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR "Freehold needs clang 19 or newer; this is ${CMAKE_CXX_COMPILER_VERSION}.")
  endif()
endfunction()
