// The `<dialog ref="dialog">` of a component, open over the page as long as the component is there.
import { onMounted, useTemplateRef } from 'vue'

export function useModal() {
  const dialog = useTemplateRef<HTMLDialogElement>('dialog')
  onMounted(() => dialog.value?.showModal())
  return dialog
}
