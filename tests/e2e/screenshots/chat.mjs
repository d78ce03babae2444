// The chat, in every state that matters: a room in which three people talk.
import { openWindow, phone } from '../support/browser.mjs'

const talk = {
  en: {
    locale: 'en-US',
    room: 'team',
    lines: [
      ['lisi', 'Morning! Is the new board still on for ten?'],
      ['lisi', 'The numbers of the load test: https://example.org/bench/7'],
      ['me', 'Yes, **ten sharp**. Nice numbers!'],
      [
        'wangwu',
        'Ten thousand idle clients on one core:\n```\nclients  10000\nrss      41 MiB\np99      0.8 ms\n```',
      ],
      [
        'wangwu',
        'I did not believe it either, so I ran it three times and had the fan of my laptop as a witness.',
      ],
      ['me', 'Show it at ten.\n- the graph with 1,000 receivers\n- the one with the dropped lines'],
      ['lisi', '🎉🎉'],
      ['wangwu', '@zhangsan you open the room?'],
    ],
    second: 'support',
    question: 'A customer asks how to move from polling. @zhangsan?',
    private: 'Between us: the demo has a surprise',
    offline: 'I am in a tunnel, this one waits',
  },
  zh: {
    locale: 'zh-CN',
    room: '周会',
    lines: [
      ['lisi', '早！十点的评审照常吗？'],
      ['lisi', '压测数据在这里：https://example.org/bench/7'],
      ['me', '照常，**十点整**。数据不错！'],
      ['wangwu', '一个核上一万个空闲连接：\n```\nclients  10000\nrss      41 MiB\np99      0.8 ms\n```'],
      ['wangwu', '我一开始也不信，所以连跑了三遍，笔记本的风扇可以作证。'],
      ['me', '十点给大家看看。\n- 一千个接收者的那张图\n- 断线重连的那张'],
      ['lisi', '🎉🎉'],
      ['wangwu', '@zhangsan 你来开会议室？'],
    ],
    second: '客服',
    question: '有客户问怎么从轮询迁移过来，@zhangsan？',
    private: '悄悄告诉你：演示里有个惊喜',
    offline: '我在隧道里，这条先等着',
  },
}

/** @param {import('../screenshots.mjs').Look} look */
export async function takeChat({ browser, server, device, colorScheme, language, shoot }) {
  const { locale, lines, room, second, question, private: secret, offline } = talk[language]
  const narrow = device === phone
  const suffix = narrow ? `-${colorScheme}` : colorScheme === 'dark' ? '-2' : ''
  const address = (channel) => `${server.url}/chat/${encodeURIComponent(channel + suffix)}`
  const options = { ...device, colorScheme, locale }
  const me = await openWindow(browser, address(room), {
    ...options,
    user: 'zhangsan',
  })
  await me.inState('connected')
  const shot = (part) => shoot(me.page, `chat-${part}`)
  await shot('1-empty')

  const others = {}
  for (const user of ['lisi', 'wangwu']) {
    others[user] = await openWindow(browser, address(room), { locale, user })
    await others[user].inState('connected')
  }
  const { lisi, wangwu } = others
  for (const [who, text] of lines) {
    const speaker = who === 'me' ? me : others[who]
    await speaker.say(text)
    await speaker.log.locator('.message').last().and(speaker.page.locator('[data-state="sent"]')).waitFor()
  }
  await react(lisi, lines[2][1].replaceAll('**', ''), '👍')
  await me.page.goto(address(second))
  await wangwu.page.goto(address(second))
  await wangwu.inState('connected')
  await wangwu.say(question)
  await me.page.goto(address(room))
  await me.inState('connected')
  await lisi.people.getByText('zhangsan').click()
  await lisi.say(secret)
  await lisi.page.goto(address(room))
  await lisi.inState('connected')
  await lisi.composer.pressSequentially('Hm, let me see', { delay: 60 })
  await me.page.locator('.typing', { hasText: 'lisi' }).waitFor()
  await shot('2-busy')

  await me.page.getByRole('button', { name: /^(Emoji|表情)$/ }).click()
  await me.page.locator('.cell').nth(20).waitFor()
  await shot('3-emoji')
  await me.page.keyboard.press('Escape')
  await me.page.keyboard.press('Control+k')
  await shot('4-switcher')
  await me.page.keyboard.press('Escape')
  if (narrow) {
    await me.page.locator('.back').click()
    await shot('5-list')
    await me.page.goBack()
    await me.inState('connected')
  }
  await me.page.goto(address(second))
  await me.inState('connected')
  for (const [, text] of lines) await lisi.say(text)
  await me.page.goto(address(room))
  await me.log.locator('.line.unread').waitFor()
  await shot('6-unread')
  await me.pill.click()
  await me.page.context().setOffline(true)
  await me.page.locator('.panel .button').click()
  await me.page.mouse.move(1, 1)
  await me.page.keyboard.press('Escape')
  await me.say(offline)
  await me.page.locator('[data-notice="down"]').waitFor()
  await shot('7-offline')
  await Promise.all([me, lisi, wangwu].map((window) => window.close()))
}

async function react(window, text, emoji) {
  await window.row(text).hover()
  await window.page
    .getByRole('toolbar')
    .getByRole('button', { name: new RegExp(emoji) })
    .click()
}
