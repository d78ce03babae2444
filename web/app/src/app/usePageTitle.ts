// The tab's title says where we are. A page that names no `meta.title` has one of its own, as the chat does.
import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'

export function usePageTitle(asksWho: () => boolean): void {
  const route = useRoute()
  const { t } = useI18n()
  // After the page: one that leaves puts back the title that it found.
  watchEffect(
    () => {
      const key = asksWho() ? 'signIn.title' : route.meta.title
      if (key) document.title = `${t(key)} · Parley`
    },
    { flush: 'post' },
  )
}
