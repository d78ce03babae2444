// Two languages, both written by hand. The browser's language decides at first, the toggle later;
// <html lang> follows so that screen readers and fonts do too.
import { ref, watch } from 'vue'
import { createI18n } from 'vue-i18n'
import { isServerThere } from '@/shared/api/serverInfo'
import { useStored } from '@/shared/composables/useStored'

export type Language = 'en' | 'zh'
export interface Messages {
  [key: string]: string | Messages
}
const isLanguage = (value: unknown): value is Language => value === 'en' || value === 'zh'

const times = {
  short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'long', month: 'long', day: 'numeric' },
  date: { month: 'short', day: 'numeric' },
  full: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
} as const

/** The language that is wanted; the page follows when its texts are there. */
const wanted = ref<Language>('en')
export const useLanguage = () => wanted

export async function setupI18n(load: (language: Language) => Promise<Messages>) {
  const preferred: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
  const stored = useStored<Language>('parley.language', preferred, isLanguage)
  wanted.value = stored.value
  const i18n = createI18n<[Messages], string, false>({
    legacy: false,
    locale: wanted.value,
    messages: { [wanted.value]: await load(wanted.value) },
    datetimeFormats: { en: times, zh: times },
  })
  const follow = async (language: Language) => {
    try {
      if (!i18n.global.availableLocales.includes(language)) {
        i18n.global.setLocaleMessage(language, await load(language))
      }
    } catch {
      return giveUp(language)
    }
    if (wanted.value !== language) return
    i18n.global.locale.value = stored.value = language
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }
  // The texts of this page are gone with the server that it came from; the new one has its own.
  const giveUp = async (language: Language) => {
    wanted.value = stored.value
    if (!(await isServerThere())) return
    stored.value = language
    location.reload()
  }
  watch(wanted, follow)
  await follow(wanted.value)
  return i18n
}
