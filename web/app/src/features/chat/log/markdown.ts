// The Markdown that a message may hold, as safe HTML. A chunk of its own, loaded after the first
// paint. HTML in a message stays text, images are links' business, and what comes out has passed a
// sanitizer besides.
import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'

const md = new MarkdownIt('zero', { html: false, linkify: true, breaks: true, typographer: false })
md.enable([
  'emphasis',
  'strikethrough',
  'backticks',
  'fence',
  'blockquote',
  'list',
  'link',
  'linkify',
  'autolink',
  'newline',
  'escape',
  'entity',
])
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
md.validateLink = (url) => /^(https?:|mailto:)/i.test(url.trim())

const word = '[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*'
const escape = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** `@name`: one's own as the model hears it, whatever stands around it; others as whole words. */
const mentions = (me: string) =>
  new RegExp(
    `@(?:${me ? `(?<own>(?<![\\p{Script=Latin}\\p{N}_]@)${escape(me)}(?![\\p{Script=Latin}\\p{N}_]))|` : ''}(?<other>(?<![\\p{L}\\p{N}_]@)${word}))`,
    'giu',
  )

/** `@name` in plain text becomes a mark; in code and links it stays what it is. */
md.core.ruler.push('mentions', (state) => {
  const pattern = mentions(String((state.env as { me?: string }).me ?? ''))
  for (const block of state.tokens) {
    if (block.type !== 'inline' || !block.children) continue
    let inLink = 0
    block.children = block.children.flatMap((token) => {
      if (token.type === 'link_open') inLink++
      if (token.type === 'link_close') inLink--
      if (token.type !== 'text' || inLink > 0) return [token]
      return splitMentions(token.content, pattern).map(([type, content]) => {
        const part = new state.Token(type, '', 0)
        part.content = content
        return part
      })
    })
  }
})

function splitMentions(text: string, pattern: RegExp): ['text' | 'mention', string][] {
  const parts: ['text' | 'mention', string][] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    parts.push(['text', text.slice(end, match.index)], ['mention', match[0].slice(1)])
    end = match.index + match[0].length
  }
  parts.push(['text', text.slice(end)])
  return parts.filter(([, content]) => content !== '')
}

md.renderer.rules.mention = (tokens, index, _options, env) => {
  const name = tokens[index]!.content
  const own = [String(env?.me).toLowerCase(), 'all'].includes(name.toLowerCase()) ? ' me' : ''
  return `<span class="mention${own}">@${md.utils.escapeHtml(name)}</span>`
}

md.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]!.attrSet('target', '_blank')
  tokens[index]!.attrSet('rel', 'noopener noreferrer nofollow')
  return self.renderToken(tokens, index, options)
}

const allowed = {
  ALLOWED_TAGS: 'p br strong em s code pre blockquote ul ol li a span'.split(' '),
  ALLOWED_ATTR: ['href', 'target', 'rel', 'class', 'start'],
  ALLOW_DATA_ATTR: false,
}

export function renderMarkdown(text: string, me: string): string {
  return DOMPurify.sanitize(md.render(text, { me }), allowed)
}
