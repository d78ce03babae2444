// A tab that was open while the server was upgraded: the scripts that it loads late are gone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start({ command: 'demo', args: ['--no-cast'] })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function loseScripts(page, name, options) {
  await page.route(new RegExp(`/assets/${name}-[^/]+\\.js$`), (route) => route.fulfill({ status: 404 }), options)
}

test('a tab that outlived an upgrade of the server goes on with the new page', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  const apps = page.getByRole('navigation', { name: 'Apps' })
  await loseScripts(page, 'LabApp', { times: 1 })
  await apps.getByRole('link', { name: 'Lab' }).click()
  await page.waitForURL(/\/lab$/)
  await page.getByRole('heading', { level: 1, name: 'Connection lab' }).waitFor()
  await window.close()
})

test('a page that is broken for good is tried once, not for ever', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  const loads = []
  page.on('request', (request) => request.isNavigationRequest() && loads.push(new URL(request.url()).pathname))
  await loseScripts(page, 'LabApp')
  await page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name: 'Lab' }).click()
  await page.waitForURL(/\/lab$/)
  // The rail of the new page still leads elsewhere.
  await page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name: 'Start' }).click()
  await window.inState('connected')
  assert.deepEqual(loads, ['/lab'])
  await window.close()
})

test('without the server a tab stays where it is', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  await page.route(/\/assets\/LabApp-|\/app\.json$/, (route) => route.abort())
  const asked = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/app.json'))
  await page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name: 'Lab' }).click()
  await asked
  await page.unroute(/\/assets\/LabApp-|\/app\.json$/)
  await page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name: 'Lab' }).click()
  await page.getByRole('heading', { level: 1, name: 'Connection lab' }).waitFor()
  await window.close()
})

test('a language whose texts are gone with an upgrade comes with the new page', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await loseScripts(page, 'zh', { times: 1 })
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('link', { name: '聊天', exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Chat', exact: true }).first().waitFor()
  await window.close()
})
