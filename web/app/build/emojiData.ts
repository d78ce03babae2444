// `virtual:emoji/en` and `/zh`: what the emoji picker needs of emojibase-data, as one lazy chunk for
// each language. Newest emoji are left out: most fonts cannot draw them yet.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const NEWEST = 15
/** Skin tones and hair, which are parts and no emoji of their own. */
const COMPONENTS = 2

interface Emoji {
  hexcode: string
  emoji: string
  label: string
  tags?: string[]
  group?: number
  order?: number
  version: number
}

// With a mark for "as a picture" where that goes without saying, one emoji would be two.
const plain = (emoji: string) => emoji.replace(/^(\p{Emoji_Presentation})\uFE0F$/u, '$1')

const require = createRequire(import.meta.url)
const read = <T>(file: string): T =>
  JSON.parse(readFileSync(require.resolve(`emojibase-data/${file}`), 'utf8')) as T

function tuples(language: string): string {
  const codes = read<Record<string, string | string[]>>('en/shortcodes/github.json')
  const rows = read<Emoji[]>(`${language}/data.json`)
    .filter(
      ({ group, version }) => group !== undefined && group !== COMPONENTS && version <= NEWEST,
    )
    .sort((a, b) => a.order! - b.order!)
    .map(({ group, emoji, label, tags = [], hexcode }) => {
      const code = [codes[hexcode] ?? ''].flat()[0]
      return [
        group,
        plain(emoji),
        label,
        tags.filter((tag) => !label.includes(tag)).join(' '),
        code,
      ]
    })
  return JSON.stringify(rows)
}

export function emojiData(): Plugin {
  const address = /^virtual:emoji\/(en|zh)$/
  return {
    name: 'emoji-data',
    resolveId: (id) => (address.test(id) ? `\0${id}` : null),
    load(id) {
      const language = address.exec(id.slice(1))?.[1]
      return language ? `export default ${tuples(language)}` : null
    },
  }
}
