# Compile through ccache where it is installed. The sloppiness lets it cache files that use a precompiled header; the
# base folder and the prefix map let a clone at another path profit from what this one compiled.
find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      ${PARLEY_CCACHE})
endif()
# Paths in debug information and messages begin at the top of the source tree, whichever way the compiler was given them.
file(RELATIVE_PATH up ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
add_compile_options(
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}=. -ffile-prefix-map=${up}=)
