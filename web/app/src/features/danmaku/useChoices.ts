// The viewer's choices, one set for all shows, kept in storage.
import { effectScope, reactive, ref, watch, type Ref } from 'vue'
import { defaultChoices, MAX_BLOCKED, readChoices, readLook, type Choices } from './model/settings'
import type { Look } from './model/wire'

export interface ChoicesState {
  choices: Choices
  look: Ref<Look>
  block(list: 'words' | 'users', entry: string): void
  unblock(list: 'words' | 'users', entry: string): void
  /** Everything but the block lists. */
  reset(): void
}

const CHOICES = 'parley.danmaku'
const LOOK = 'parley.danmaku.look'
let shared: ChoicesState | undefined

export function useChoices(): ChoicesState {
  shared ??= effectScope(true).run(create)!
  return shared
}

function create(): ChoicesState {
  const choices = reactive(readChoices(read(CHOICES)))
  const look = ref(readLook(read(LOOK)))
  watch(choices, (value) => write(CHOICES, value))
  watch(look, (value) => write(LOOK, value), { deep: true })

  function block(list: 'words' | 'users', entry: string) {
    const text = entry.trim()
    if (!text || choices[list].includes(text)) return
    choices[list] = [...choices[list], text].slice(-MAX_BLOCKED)
  }

  function unblock(list: 'words' | 'users', entry: string) {
    choices[list] = choices[list].filter((other) => other !== entry)
  }

  function reset() {
    const { words, users } = choices
    Object.assign(choices, defaultChoices(), { words, users })
  }

  return { choices, look, block, unblock, reset }
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

function write(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
