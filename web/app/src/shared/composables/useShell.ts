// What a page may ask of the shell around it.
import { onScopeDispose, ref, shallowRef, toValue, watchEffect, type MaybeRefOrGetter } from 'vue'

/** The shell's dialogs: the help, and changing who I am. */
export const helpOpen = ref(false)
export const personOpen = ref(false)

const immersions = shallowRef(0)

/** Phones: while true, the tabs at the bottom give their room to the page (an open conversation). */
export function useImmersive(immersive: MaybeRefOrGetter<boolean>): void {
  let on = false
  const set = (wanted: boolean) => {
    if (wanted !== on) immersions.value += wanted ? 1 : -1
    on = wanted
  }
  watchEffect(() => set(toValue(immersive)))
  onScopeDispose(() => set(false))
}

export const isImmersive = () => immersions.value > 0
