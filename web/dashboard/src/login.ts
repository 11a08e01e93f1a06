// The form one logs in with; the words that refuse come from the server and are the same whatever was wrong.
import { defineComponent, h, ref } from 'vue'
import { logIn } from './screen.js'

export const Login = defineComponent({
  emits: ['done'],
  setup(_, { emit }) {
    const userId = ref('')
    const password = ref('')
    const problem = ref<string>()
    const busy = ref(false)
    async function send(event: Event): Promise<void> {
      event.preventDefault()
      busy.value = true
      problem.value = await logIn({ userId: userId.value, password: password.value }).catch(() => '连不上服务，请稍后再试。')
      busy.value = false
      if (problem.value === undefined) emit('done')
    }
    const field = (label: string, model: typeof userId, type: string, autocomplete: string) =>
      h('label', [
        h('span', label),
        h('input', {
          type,
          autocomplete,
          required: true,
          value: model.value,
          onInput: (event: Event) => (model.value = (event.target as HTMLInputElement).value),
        }),
      ])
    return () =>
      h('main', { class: 'login' }, [
        h('form', { onSubmit: (event: Event) => void send(event) }, [
          h('h1', '管家大屏'),
          field('账号', userId, 'text', 'username'),
          field('口令', password, 'password', 'current-password'),
          h('button', { type: 'submit', disabled: busy.value }, busy.value ? '登录中…' : '登录'),
          h('p', { role: 'alert', class: 'bad' }, problem.value ?? ''),
          h('p', { class: 'hint' }, '口令由管理员用 guanjia set-password 设置；也可以用 guanjia login-link 取一次性链接。'),
        ]),
      ])
  },
})
