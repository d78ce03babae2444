// Publications of one channel in their order, from pages of the history and from the live stream, each
// once. Where something may be missing between two of them, the second one is marked.
// Promise: `items` is replaced, never changed; `gaps` holds ids of items only.
import type { Publication } from './publication'

const placed = (item: Publication): boolean => item.offset !== undefined

/** Does `next` follow `last` in the stream with nothing between them? */
function adjoins(last: Publication, next: Publication): boolean {
  return last.epoch === next.epoch && next.offset === last.offset! + 1
}

export class Timeline<T> {
  items: readonly Publication<T>[] = []
  gaps: ReadonlySet<string> = new Set()
  /** Something may be missing behind the last item. */
  private torn = false

  /** The oldest item that has a place in the history. */
  get oldest(): Publication<T> | undefined {
    return this.items.find(placed)
  }

  find(id: string): Publication<T> | undefined {
    return this.items.find((item) => item.id === id)
  }

  /** To look at what would follow. */
  copy(): Timeline<T> {
    return Object.assign(new Timeline<T>(), this)
  }

  /** What comes next may not follow from what is here. */
  tear(): void {
    this.torn = this.items.length > 0
  }

  /** In the stream's order; what is here already is left out. Returns how many were new. */
  append(publications: readonly Publication<T>[]): number {
    const last = this.items.findLast(placed)
    const fresh = publications.filter(
      (one) => !placed(one) || one.epoch !== last?.epoch || one.offset! > last.offset!,
    )
    const [first] = fresh
    if (!first) {
      // A page that ends with our last item: nothing was missed after all.
      if (publications.some((one) => one.id === last?.id)) this.torn = false
      return 0
    }
    const whole = last && placed(first) && adjoins(last, first)
    if (this.torn && !whole) this.gaps = new Set(this.gaps).add(first.id)
    this.torn = false
    this.items = [...this.items, ...fresh]
    return fresh.length
  }

  /** A page that ends before the item `id` goes in front of it. Returns how many were new. */
  insertBefore(id: string, page: readonly Publication<T>[]): number {
    const at = this.items.findIndex((item) => item.id === id)
    const next = this.items[at]
    if (!next) return 0
    const before = this.items.slice(0, at)
    const last = before.findLast(placed)
    const fresh = page.filter(
      ({ epoch, offset }) => epoch !== last?.epoch || offset! > last.offset!,
    )
    this.items = [...before, ...fresh, ...this.items.slice(at)]
    if (this.gaps.has(id)) this.moveGap(id, fresh[0] ?? next, last)
    return fresh.length
  }

  /** Keeps the newest `limit` items. Returns whether something went that the history may give again. */
  trim(limit: number): boolean {
    if (this.items.length <= limit) return false
    const dropped = this.items.slice(0, -limit)
    this.items = this.items.slice(-limit)
    const ids = new Set(this.items.map((item) => item.id))
    if (this.gaps.size > 0) this.gaps = new Set([...this.gaps].filter((id) => ids.has(id)))
    return dropped.some(placed)
  }

  private moveGap(id: string, first: Publication<T>, last: Publication<T> | undefined): void {
    const gaps = new Set(this.gaps)
    gaps.delete(id)
    if (!last || !adjoins(last, first)) gaps.add(first.id)
    this.gaps = gaps
  }
}
