// Five questions; the texts are in the locales, which answer is right is here.
export type Choice = 'a' | 'b' | 'c'
export const choices: Choice[] = ['a', 'b', 'c']

export interface Question {
  name: 'accept' | 'mask' | 'silence' | 'herd' | 'code'
  right: Choice
}

export const questions: Question[] = [
  { name: 'accept', right: 'b' },
  { name: 'mask', right: 'a' },
  { name: 'silence', right: 'c' },
  { name: 'herd', right: 'b' },
  { name: 'code', right: 'c' },
]
