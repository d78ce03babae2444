// What HTTP adds to a message, where the browser does not tell: request headers are never shown to a
// page, so they are put together here as this browser sends them. Estimates, and marked so on the page.

/** What a page's own GET carries besides the request line. */
function ownHeaders(given: Record<string, string>): string[] {
  return [
    `Host: ${location.host}`,
    'Connection: keep-alive',
    `User-Agent: ${navigator.userAgent}`,
    ...Object.entries({ Accept: '*/*', ...given }).map(([name, value]) => `${name}: ${value}`),
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    `Referer: ${location.origin}/`,
    'Accept-Encoding: gzip, deflate, br, zstd',
    `Accept-Language: ${navigator.languages.join(',')}`,
  ]
}

const linesBytes = (lines: string[]): number =>
  lines.reduce((sum, line) => sum + line.length + 2, 2)

export function requestBytes(path: string, headers: Record<string, string> = {}): number {
  return linesBytes([`GET ${path} HTTP/1.1`, ...ownHeaders(headers)])
}

export function upgradeRequestBytes(path: string, protocols: string[] = []): number {
  const asked = protocols.join(', ')
  return linesBytes([
    `GET ${path} HTTP/1.1`,
    ...ownHeaders(asked ? { 'Sec-WebSocket-Protocol': asked } : {}),
    'Upgrade: websocket',
    `Origin: ${location.origin}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  ])
}

/** The 101 and its headers. */
export const UPGRADE_ANSWER_BYTES = linesBytes([
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
])

/** What browsers count for the headers of any answer (Resource Timing, transferSize). */
export const ANSWER_HEADER_BYTES = 300

/** "data: " before and a blank line behind each event. */
export const EVENT_FRAMING_BYTES = 8
