// The Markdown that a message may hold, as safe HTML. A chunk of its own, loaded after the first
// paint. HTML in a message stays text, images are links' business, and what comes out has passed a
// sanitizer besides.
import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'
import { EVERYONE, splitMentions } from '../model'

/** Whose eyes it is for, and the names that are known. */
interface Env {
  me?: string
  names?: readonly string[]
}

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

/** `@name` in plain text becomes a mark; in code and links it stays what it is. */
md.core.ruler.push('mentions', (state) => {
  const { names = [] } = state.env as Env
  for (const block of state.tokens) {
    if (block.type !== 'inline' || !block.children) continue
    let inLink = 0
    block.children = block.children.flatMap((token) => {
      if (token.type === 'link_open') inLink++
      if (token.type === 'link_close') inLink--
      if (token.type !== 'text' || inLink > 0) return [token]
      return splitMentions(token.content, names).map(({ mention, text }) => {
        const part = new state.Token(mention ? 'mention' : 'text', '', 0)
        part.content = text
        return part
      })
    })
  }
})

md.renderer.rules.mention = (tokens, index, _options, env) => {
  const { me = '' } = (env ?? {}) as Env
  const name = tokens[index]!.content
  const own = [me.toLowerCase(), EVERYONE].includes(name.toLowerCase()) ? ' me' : ''
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

/** `people`: whose names are known where this was said. */
export function renderMarkdown(text: string, me: string, people: readonly string[] = []): string {
  const names = [me, ...people].filter((name) => name !== '')
  return DOMPurify.sanitize(md.render(text, { me, names } satisfies Env), allowed)
}
