// Days of other years are shown with their year.
export function yearOf(time: number): { year?: 'numeric' } {
  const thisYear = new Date(time).getFullYear() === new Date().getFullYear()
  return thisYear ? {} : { year: 'numeric' }
}
