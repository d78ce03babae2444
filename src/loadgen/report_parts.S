// The parts of the HTML report as bytes, for report.cc. The folder report/ is on the assembler's path.
  .section .rodata

  .macro part symbol, file
  .global \symbol
\symbol:
  .incbin "\file"
  .global \symbol\()_end
\symbol\()_end:
  .byte 0
  .endm

  part parley_report_html, "report.html"
  part parley_report_css, "report.css"
  part parley_plot_css, "plot.css"
  part parley_plot_js, "plot.js"
  part parley_plots_js, "plots.js"
  part parley_report_js, "report.js"

  .section .note.GNU-stack,"",%progbits
