# Compile through ccache where it is installed. The sloppiness lets it cache files that use a precompiled header.
find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${PARLEY_CCACHE})
endif()
