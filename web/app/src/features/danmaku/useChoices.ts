// The viewer's choices, one set for all shows, kept in storage.
import { effectScope, reactive, ref, watch, type Ref } from 'vue'
import { useStored } from '@/shared/composables/useStored'
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

let shared: ChoicesState | undefined

export function useChoices(): ChoicesState {
  shared ??= effectScope(true).run(create)!
  return shared
}

/** Whatever lies in storage: its readers repair it. */
const isAnything = (value: unknown): value is unknown => value !== undefined

function create(): ChoicesState {
  const storedChoices = useStored<unknown>('parley.danmaku', null, isAnything)
  const storedLook = useStored<unknown>('parley.danmaku.look', null, isAnything)
  const choices = reactive(readChoices(storedChoices.value))
  const look = ref(readLook(storedLook.value))
  watch(choices, (value) => (storedChoices.value = { ...value }))
  watch(look, (value) => (storedLook.value = { ...value }), { deep: true })

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
