// Runs before the first paint, as an external file because inline scripts are forbidden: sets the
// theme so that a dark page never flashes white. Kept in step with useTheme.ts (JSON in storage).
;(function () {
  let choice = null
  try {
    choice = localStorage.getItem('parley.theme')
  } catch {
    // Storage may be blocked; follow the system then.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const theme = choice === '"dark"' ? 'dark' : choice === '"light"' ? 'light' : system
  document.documentElement.dataset.theme = theme
})()
