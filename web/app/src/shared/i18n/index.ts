// Two languages, both written by hand. The browser's language decides at first, the toggle later;
// <html lang> follows so that screen readers and fonts do too.
import { watchEffect } from 'vue'
import { createI18n } from 'vue-i18n'
import { useStored } from '@/shared/composables/useStored'
import en from './en.json'
import zh from './zh.json'

export type Language = 'en' | 'zh'
const isLanguage = (value: unknown): value is Language => value === 'en' || value === 'zh'

const times = {
  short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  full: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
} as const

export function setupI18n() {
  const preferred: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
  const language = useStored<Language>('parley.language', preferred, isLanguage)
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'en',
    messages: { en, zh },
    datetimeFormats: { en: times, zh: times },
  })
  watchEffect(() => {
    language.value = i18n.global.locale.value
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  })
  return i18n
}
