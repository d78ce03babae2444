// Lint rules of the web workspace. The two house rules live here: a feature never imports another
// feature (or the app shell), and only shared/api touches the wire.
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'

const wireGlobals = ['WebSocket', 'fetch', 'EventSource', 'XMLHttpRequest'].map((name) => ({
  name,
  message: 'Only shared/api touches the wire.',
}))

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['app/src/**/*.{ts,vue}'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      // TypeScript knows the globals better than this rule does.
      'no-undef': 'off',
      'no-restricted-globals': ['error', ...wireGlobals],
      // Formatting is prettier's business.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      // A label may hold its field or point to it; both are not needed.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    files: ['app/src/**/*.vue'],
    rules: { 'max-lines': ['error', { max: 120, skipBlankLines: true }] },
  },
  {
    files: ['app/src/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@/features/*', '@/app/*'], message: 'shared knows no feature.' }] },
      ],
    },
  },
  {
    files: ['app/src/features/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@/features/*', '@/app/*'], message: 'A feature imports only shared.' },
            { group: ['../../*'], message: 'Reach shared code by @/shared.' },
          ],
        },
      ],
    },
  },
  {
    files: ['app/src/shared/api/**'],
    rules: { 'no-restricted-globals': 'off' },
  },
)
