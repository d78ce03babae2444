// All texts of one language: the shared ones and those of each feature under the feature's name. A
// language is loaded when it is chosen.
import type { Language, Messages } from '@/shared/i18n'

const shared = import.meta.glob<Messages>('../shared/i18n/*.json', { import: 'default' })
const features = import.meta.glob<Messages>('../features/*/locales/*.json', { import: 'default' })

export async function loadMessages(language: Language): Promise<Messages> {
  const own = Object.entries(features).filter(([path]) => path.endsWith(`/${language}.json`))
  const parts = own.map(async ([path, load]) => [path.split('/')[2]!, await load()] as const)
  const common = await shared[`../shared/i18n/${language}.json`]!()
  return { ...common, ...Object.fromEntries(await Promise.all(parts)) }
}
