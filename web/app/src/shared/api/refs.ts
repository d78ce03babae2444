// Names for messages, unique per page load: 80 random bits and a counter. `crypto.randomUUID` would
// be shorter, but it is missing on pages served over plain HTTP from another machine.
export function createRefs(): () => string {
  const bytes = crypto.getRandomValues(new Uint8Array(10))
  const prefix = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  let count = 0
  return () => `${prefix}-${++count}`
}
