/**
 * Does this key belong to an input method (Chinese, Japanese, …)? The Enter that confirms a
 * composition must not send; Safari reports isComposing=false on it and shows only keyCode 229.
 */
export function isImeKey(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229
}
