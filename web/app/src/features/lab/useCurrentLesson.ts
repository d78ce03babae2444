// Which lesson is being read: the last one whose head has come above the middle of the scrolled page.
import { useEventListener } from '@vueuse/core'
import { onMounted, ref, type Ref } from 'vue'
import { lessons } from './sections'

export function useCurrentLesson(page: Readonly<Ref<HTMLElement | null>>): Ref<string> {
  const current = ref(lessons[0]!.name)

  function look() {
    const middle = (page.value?.clientHeight ?? 0) / 2
    const begun = lessons.filter(({ name }) => {
      const section = document.getElementById(name)
      return section && section.getBoundingClientRect().top < middle
    })
    current.value = (begun.at(-1) ?? lessons[0]!).name
  }

  useEventListener(page, 'scroll', look, { passive: true })
  onMounted(look)
  return current
}
