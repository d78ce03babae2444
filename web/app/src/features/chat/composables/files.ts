// Sizes of files, in bytes for people and in pixels for thumbnails.
import { useI18n } from 'vue-i18n'
import type { ChatFile } from '../model'

const WIDEST = 360
const HIGHEST = 280
const SMALLEST = 32
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export const isImage = ({ type }: Pick<ChatFile, 'type'>) =>
  /^image\/(png|jpeg|gif|webp|avif)$/.test(type)

/** The room of a thumbnail, known before the picture is there and kept whatever it turns out to be. */
export function boxOf({ width = 240, height = 180 }: ChatFile): Record<string, string> {
  const scale = Math.min(1, WIDEST / width, HIGHEST / height)
  const shown = Math.max(SMALLEST, Math.round(width * scale))
  return { width: `${shown}px`, aspectRatio: `${width} / ${height}` }
}

/** Cells and formatted words bring a picture of themselves along; a file brings its own name as text. */
export function isRichText(pasted: DataTransfer): boolean {
  const text = pasted.getData('text/plain')
  return text.trim() !== '' && ![...pasted.files].some(({ name }) => text.includes(name))
}

export function useByteWords(): (bytes: number) => string {
  const { locale } = useI18n()
  return (bytes) => {
    const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
    const value = bytes / 1024 ** step
    return new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: units[step],
      unitDisplay: step === 0 ? 'long' : 'short',
      maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
    }).format(value)
  }
}
