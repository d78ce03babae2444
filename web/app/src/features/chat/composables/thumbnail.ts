// A small picture of a picture, drawn by the browser: at most 480 px, webp. Null where there is
// nothing to gain or the browser cannot read it; the message then shows the picture itself.
const LONGEST = 480
const QUALITY = 0.8
/** Smaller ones are their own thumbnail. */
const WORTHWHILE_BYTES = 64 * 1024

export interface Picture {
  width: number
  height: number
  thumb: Blob | null
}

export async function lookAt(file: Blob): Promise<Picture | null> {
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return null
  const { width, height } = bitmap
  const thumb = file.size > WORTHWHILE_BYTES ? await shrink(bitmap) : null
  bitmap.close()
  return { width, height, thumb }
}

function shrink(bitmap: ImageBitmap): Promise<Blob | null> {
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', QUALITY))
}
