import { createApp } from 'vue'
import { setupI18n } from '@/shared/i18n'
import '@/shared/ui/tokens.css'
import '@/shared/ui/base.css'
import App from './App.vue'

createApp(App).use(setupI18n()).mount('#app')
