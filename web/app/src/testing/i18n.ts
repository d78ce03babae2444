// The page's texts for component tests: `global: { plugins: [await testI18n()] }`.
import { loadMessages } from '@/app/messages'
import { setupI18n } from '@/shared/i18n'

export const testI18n = () => setupI18n(loadMessages)
