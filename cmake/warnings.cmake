# Warnings for our own code; third-party headers come in as system headers and stay silent.
add_library(parley_warnings INTERFACE)
target_compile_options(parley_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi
  -Wimplicit-fallthrough -Wundef -Wvla
  $<$<BOOL:${PARLEY_WERROR}>:-Werror>)
