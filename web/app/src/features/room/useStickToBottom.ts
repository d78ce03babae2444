// Scrolling rule of a conversation: at the bottom it follows, scrolled up it stays and counts what
// is new below. Height changes (keyboard, a growing composer) keep the bottom in view too.
import { nextTick, onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'

const NEAR_PX = 48

export function useStickToBottom(
  list: Ref<HTMLElement | null>,
  rows: () => readonly unknown[],
  arrived: () => number,
) {
  const atBottom = ref(true)
  const news = ref(0)
  const observer = new ResizeObserver(() => atBottom.value && jump())

  onMounted(() => {
    if (list.value) observer.observe(list.value)
    jump()
  })
  onScopeDispose(() => observer.disconnect())

  watch(rows, () => atBottom.value && nextTick(jump))
  watch(arrived, (now, before) => {
    if (!atBottom.value) news.value += now - before
  })

  function onScroll() {
    const el = list.value
    if (!el) return
    atBottom.value = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_PX
    if (atBottom.value) news.value = 0
  }

  function jump() {
    news.value = 0
    atBottom.value = true
    list.value?.scrollTo({ top: list.value.scrollHeight })
  }

  return { atBottom, news, onScroll, jump }
}
