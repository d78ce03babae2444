# The parts of the HTML report, as bytes inside the library: report_parts.S takes them in.
set(report ${CMAKE_CURRENT_LIST_DIR}/report)
file(GLOB parts CONFIGURE_DEPENDS ${report}/*)
target_sources(parley_loadgen PRIVATE ${CMAKE_CURRENT_LIST_DIR}/report_parts.S)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/report_parts.S PROPERTIES
  COMPILE_OPTIONS -Wa,-I${report} OBJECT_DEPENDS "${parts}")
