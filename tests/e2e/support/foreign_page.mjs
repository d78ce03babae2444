// A page of somebody else's site: another origin, served from memory by a small HTTP server.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' }

/** @param {Record<string, string>} files content by path, such as '/index.html' */
export async function serveForeign(files) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const path = pathname === '/' ? '/index.html' : pathname
    const content = files[path]
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': types[path.split('.').pop()] ?? 'text/plain',
    })
    response.end(content)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    set: (path, content) => (files[path] = content),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A file of an installed package, such as 'vue/dist/vue.global.js'. */
export function packageFile(name) {
  return readFileSync(require.resolve(name), 'utf8')
}
