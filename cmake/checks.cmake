# Rules of the house that a compiler does not see, run as tests.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME check/layers COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_layers.py)
add_test(NAME check/headers
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_headers.py
          ${PROJECT_BINARY_DIR}/compile_commands.json)
add_test(NAME check/peers
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/bench/peers/test_figures.py)
set_tests_properties(check/layers check/headers check/peers PROPERTIES LABELS check)
set_tests_properties(check/headers PROPERTIES TIMEOUT 900 PROCESSORS 2)
