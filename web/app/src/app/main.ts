import { createApp } from 'vue'
import { fetchServerInfo } from '@/shared/api/serverInfo'
import { provideServerInfo } from '@/shared/composables/useServerInfo'
import { setupI18n } from '@/shared/i18n'
import '@/shared/ui/tokens.css'
import '@/shared/ui/base.css'
import App from './App.vue'
import { loadMessages } from './messages'
import { setupRouter } from './router'

const [info, i18n] = await Promise.all([fetchServerInfo(), setupI18n(loadMessages)])
const app = createApp(App)
provideServerInfo(app, info)
app.use(i18n).use(setupRouter()).mount('#app')
