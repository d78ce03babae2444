// Addresses of WebSockets: absolute (ws, wss, http, https), or relative to the page.

export function socketUrl(url: string): string {
  const base = typeof location === 'undefined' ? undefined : location.href
  return new URL(url, base).href.replace(/^http/, 'ws')
}

/** `url` with the name as `?username=`; without a name as it is. */
export function withUsername(url: string, username: string | undefined): string {
  if (!username) return url
  const full = new URL(url)
  full.searchParams.set('username', username)
  return full.href
}
