// Follows a media query for as long as the component lives.
import { onScopeDispose, ref, type Ref } from 'vue'

export function useMediaQuery(query: string): Ref<boolean> {
  const media = matchMedia(query)
  const matches = ref(media.matches)
  const follow = () => (matches.value = media.matches)
  media.addEventListener('change', follow)
  onScopeDispose(() => media.removeEventListener('change', follow))
  return matches
}
