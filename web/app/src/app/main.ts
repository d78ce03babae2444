import { createApp } from 'vue'
import { fetchServerInfo } from '@/shared/api/serverInfo'
import { useIdentity } from '@/shared/composables/useIdentity'
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
// Before the router takes over the address: a token is taken out of it.
app.runWithContext(useIdentity)
app.use(i18n).use(setupRouter()).mount('#app')
