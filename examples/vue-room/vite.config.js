import vue from '@vitejs/plugin-vue'

export default {
  plugins: [vue()],
  // The package comes from a folder with a Vue of its own; there must be one only.
  resolve: { dedupe: ['vue', 'centrifuge'] },
}
