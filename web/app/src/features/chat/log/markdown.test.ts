import { expect, it } from 'vitest'
import { renderMarkdown } from './markdown'

/** Without paragraphs: the DOM of the tests and that of browsers differ there. */
const html = (text: string, me = 'zhangsan', people: string[] = []) =>
  renderMarkdown(text, me, people)
    .replace(/<\/?p>/g, '')
    .trim()

it('renders the subset', () => {
  expect(html('**b** *i* ~~s~~ `c`')).toBe('<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>')
  expect(html('one\ntwo')).toBe('one<br>\ntwo')
  expect(html('- a\n- b')).toContain('<li>a</li>')
  expect(html('x\n\n> q')).toContain('<blockquote>')
  expect(html('```js\na < b\n```')).toContain('a &lt; b')
})

it('leaves out what is not in the subset', () => {
  expect(html('# no heading')).toBe('# no heading')
  expect(html('| a |\n|---|\n| b |')).not.toContain('<table')
  expect(html('![x](https://example.org/x.png)')).not.toContain('<img')
})

it.each([
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '<a href="javascript:alert(1)">x</a>',
  '[x](  JaVaScRiPt:alert(1))',
])('makes nothing dangerous of %s', (text) => {
  const box = document.createElement('div')
  box.innerHTML = html(text)
  expect(box.querySelector('img, script, [onerror], a[href^="java" i], a[href^="data"]')).toBeNull()
})

it('opens links elsewhere and tells them nothing', () => {
  const link =
    '<a href="https://example.org/x?y=1" target="_blank" rel="noopener noreferrer nofollow">'
  expect(html('see https://example.org/x?y=1.')).toContain(link)
  expect(html('[here](https://example.org/x?y=1)')).toContain(link)
})

it('marks mentions in words, not in code, links or addresses', () => {
  expect(html('hi @lisi!')).toBe('hi <span class="mention">@lisi</span>!')
  expect(html('@zhangsan @all 你好@李四')).toBe(
    '<span class="mention me">@zhangsan</span> <span class="mention me">@all</span> 你好<span class="mention">@李四</span>',
  )
  expect(html('`@lisi` a@b.example')).not.toContain('mention')
  expect(html('https://example.org/@lisi')).not.toContain('mention')
})

it('marks a name up to its end: that of somebody known, or the next sign', () => {
  const marked = (text: string, ...people: string[]) =>
    /<span class="mention">@(.*?)<\/span>/.exec(html(text, 'me', people))?.[1]
  expect(marked('@李四你看一下', '李四')).toBe('李四')
  expect(marked('@李四你看一下')).toBe('李四你看一下')
  expect(marked('ask @bob.')).toBe('bob')
  expect(marked('ask @bob.smith, please')).toBe('bob.smith')
  expect(marked('@Ann Lee is here', 'Ann', 'Ann Lee')).toBe('Ann Lee')
  expect(marked('@anna', 'ann')).toBe('anna')
})

it('marks one’s own name where the model hears it', () => {
  expect(html('请@张三看一下', '张三')).toBe('请<span class="mention me">@张三</span>看一下')
  expect(html('@Ann Lee, please', 'Ann Lee')).toContain('<span class="mention me">@Ann Lee</span>')
})
