# parley_layer(<name> [DEPENDS layers…] [LIBS third-party targets…] [MULTI_SHARD])
#
# Makes, from the folder that calls it,
#   parley_<name>   static library of all *.cc but *_test.cc and main.cc (INTERFACE when there is none)
#   <name>_test     test binary of all *_test.cc, linked with this layer and those below only,
#                   so that an include that points upward fails to link
# MULTI_SHARD marks layers whose tests run threads: they carry the label `multi_shard` and are built by the target of
# that name for the thread sanitizer.
function(parley_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "MULTI_SHARD" "" "DEPENDS;LIBS")
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  list(REMOVE_ITEM sources ${tests} ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)

  set(library parley_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${library} PRIVATE parley_warnings)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope} ${PROJECT_SOURCE_DIR}/src)
  foreach(layer IN LISTS arg_DEPENDS)
    if(TARGET parley_${layer})
      target_link_libraries(${library} ${scope} parley_${layer})
    endif()
  endforeach()
  target_link_libraries(${library} ${scope} ${arg_LIBS})

  if(PARLEY_TESTS AND tests)
    _parley_layer_test(${name} "${tests}" ${arg_MULTI_SHARD})
  endif()
endfunction()

function(_parley_layer_test name tests multi_shard)
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE parley_${name} parley_warnings GTest::gmock GTest::gtest_main)
  # gtest's macros shadow names of their own.
  target_compile_options(${name}_test PRIVATE -Wno-shadow)
  set(label ${name})
  if(multi_shard)
    set(label multi_shard)
    if(NOT TARGET multi_shard)
      add_custom_target(multi_shard)
    endif()
    add_dependencies(multi_shard ${name}_test)
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name}_test
    TEST_PREFIX ${name}/
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DISCOVERY_MODE PRE_TEST
    NO_PRETTY_VALUES
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${label} TIMEOUT 120)
endfunction()

# A layer that does not exist is skipped; its dependents then link without it.
function(parley_add_layers)
  foreach(layer IN LISTS ARGN)
    if(EXISTS ${PROJECT_SOURCE_DIR}/src/${layer}/CMakeLists.txt)
      add_subdirectory(src/${layer})
    endif()
  endforeach()
endfunction()
