#include "server/demo_script.h"

#include "base/json_writer.h"

namespace parley::server {
namespace {

using enum Line::Act;

constexpr Line kPast[] = {
    {kAda, say, "Morning! First one in, so I get to pick the topic."},
    {kLin, say, "早！那就聊聊咖啡吧，我正缺一杯。"},
    {kAda, say, "Deal. Flat white, two minutes."},
    {kLin, react, "☕", 1},
    {kLin, say, "昨晚把旧的聊天页换成 Parley 了，迁移只花了一个下午。"},
    {kAda, reply, "An afternoon? I had budgeted a week.", 1},
    {kLin, say, "浏览器里就一行 `new WebSocket(url)`，后端用 `curl` 发消息，没什么可迁的。"},
    {kAda, say, "And the order bot?"},
    {kLin, say, "还是 Python，发到同一个房间，大家看到的顺序都一样。"},
    {kAda, react, "👍", 1},
    {kAda, say,
     "I pulled the network cable in the middle of it. Twice. It came back with **everything**."},
    {kLin, say, "你还真拔了网线……"},
    {kAda, say, "How else would I know?"},
    {kLin, react, "😂", 1},
    {kLin, say, "对了，中文搜索我也试了，`Ctrl+K` 打字就能跳到房间。"},
    {kAda, say,
     "The notes from yesterday:\n- the room keeps its history\n- edits and reactions are "
     "just messages\n- no account needed on this machine"},
    {kLin, reply, "第三条是我最喜欢的，打开就能说话。", 1},
    {kAda, say, "Somebody asked if a plain socket can join too. It can: `/room/lobby`."},
    {kLin, say, "刚用 `websocat` 进来看了一眼，果然是同一个房间。"},
    {kAda, react, "👀", 1},
    {kLin, say, "午饭吃什么？楼下新开了一家兰州拉面。"},
    {kAda, say, "Noodles. Always noodles."},
    {kLin, react, "🍜", 1},
    {kAda, say, "Back. Worth the queue."},
    {kLin, say, "下午我在 show 房间里放片子，弹幕随便发。"},
    {kAda, say, "I will be the one with the pink comments."},
    {kLin, react, "💖", 1},
    {kLin, say, "记得按 `?`，快捷键都在那里。"},
    {kAda, say, "Ten thousand messages up the scrollback and it still feels light."},
    {kLin, say, "那当然，没读到的就不画。"},
    {kAda, say, "If anyone reads this: say hi, we do not bite."},
    {kLin, say, "有新朋友来就打个招呼吧，中文英文都行 👋"},
};

constexpr Line kScript[] = {
    {kAda, say, "Oh, somebody is here. Hello! 👋"},
    {kLin, say, "欢迎欢迎！随便坐，茶在左边，咖啡在右边。"},
    {kAda, say,
     "Try a second window under another name and write to yourself. It is oddly satisfying."},
    {kLin, reply, "我第一次就是这么玩的，自己跟自己聊了十分钟。", 1},
    {kAda, react, "😄", 1},
    {kAda, say, "Did you see the sky this morning? Not one cloud."},
    {kLin, say, "看到了，骑车来的，一路绿灯，今天运气不错。"},
    {kAda, say, "Then you deploy today."},
    {kLin, say, "周五不发版，这是规矩。"},
    {kAda, react, "💯", 1},
    {kAda, say, "Fair. What did you end up doing with the reconnect button?"},
    {kLin, say, "删了。断线会自己连回来，没有按钮反而没人担心。"},
    {kAda, say,
     "Stop the server while you type and start it again. Your draft is still there, and so is what "
     "you sent."},
    {kLin, say, "我试过，发到一半断的那条也只出现了一边。"},
    {kLin, edit, "我试过，发到一半断的那条也只出现了一遍。", 1},
    {kAda, say, "Once is the right number."},
    {kLin, react, "👌", 1},
    {kLin, say, "晚上有人一起看片吗？show 房间，弹幕管够。"},
    {kAda, say, "Count me in. What is it?"},
    {kLin, say, "一部很短的，三分钟循环播放，重点是弹幕。"},
    {kAda, reply, "So: the comments are the film.", 1},
    {kLin, react, "🎬", 1},
    {kAda, say,
     "I am reading about `Sec-WebSocket-Accept`. One hash, one magic string, and two programs "
     "trust each other."},
    {kLin, say, "lab 页面会把这个一步一步算给你看，key 进去，accept 出来。"},
    {kAda, say, "That page is how I finally understood long polling."},
    {kLin, say, "轮询、长轮询、SSE、WebSocket 放在一起比，字节数一眼就看明白了。"},
    {kAda, react, "🤯", 1},
    {kAda, say, "Small question: tea before or after the stand-up?"},
    {kLin, say, "站会本身就应该配茶。"},
    {kAda, say, "Motion carried."},
    {kLin, react, "🍵", 1},
    {kLin, say, "我家猫又睡在键盘上了，刚才那串乱码是它发的。"},
    {kAda, reply, "Best code review I got this week.", 1},
    {kLin, say, "它说变量名取得不好。"},
    {kAda, react, "🐱", 1},
    {kAda, say, "The cat is right. It usually is."},
    {kLin, say, "小技巧：消息上悬停一下，可以回复、加表情、改自己的话。"},
    {kAda, say, "And **bold**, *italic* and `code` work, if you feel strongly about something."},
    {kLin, say, "我一般用 ~~删除线~~ 表达真实想法。"},
    {kAda, react, "😂", 1},
    {kAda, say,
     "```js\nconst socket = new WebSocket(`ws://${location.host}/room/lobby?username=me`)\n"
     "socket.onopen = () => socket.send('hello from the console')\n```"},
    {kLin, say, "把这两行贴进浏览器控制台（F12），消息会出现在这儿，试试看。"},
    {kAda, say, "My build server says good night to me that way."},
    {kLin, react, "🌙", 1},
    {kLin, say, "周末去爬山吗？听说山上的银杏黄了。"},
    {kAda, say, "Yes! I bring sandwiches, you bring the route."},
    {kLin, say, "路线我有，六公里，不累，拍照很好看。"},
    {kAda, say, "You said six last time and it was eleven."},
    {kLin, edit, "路线我有，六公里（地图上），不累，拍照很好看。", 2},
    {kAda, react, "😅", 2},
    {kAda, say, "Write to me directly if you do not want to plan this in public: click on a name."},
    {kLin, say, "对，私聊只有两个人看得到，手机和电脑上都会收到。"},
    {kAda, say,
     "Anyone who just joined: everything above was said before you came, and you can read all of "
     "it."},
    {kLin, say, "往上翻吧，位置不会跳，我们专门量过。"},
    {kAda, reply, "Zero pixels. He is very proud of that number.", 1},
    {kLin, react, "😎", 1},
    {kLin, say, "好了，我去续杯，你们先聊。"},
    {kAda, say, "Bring me one? And a biscuit, if there are any left."},
    {kLin, say, "饼干昨天就被你吃完了。"},
    {kAda, say, "I have no memory of this, and the scrollback proves nothing."},
};

constexpr std::string_view kComments[] = {
    "来了来了",
    "first!",
    "前排",
    "hello from the sofa",
    "好看！",
    "love this part",
    "哈哈哈哈哈",
    "LOL",
    "这个颜色绝了",
    "so smooth",
    "60 fps 没跑了",
    "buttery",
    "弹幕护体",
    "same room, new angle",
    "打卡",
    "checking in",
    "下班了来看看",
    "on my lunch break",
    "现在还有人在看吗",
    "still watching",
    "名场面预警",
    "here it comes",
    "前方高能",
    "wait for it…",
    "来了！！",
    "THERE",
    "泪目",
    "ok I am crying",
    "BGM 好听",
    "turn it up",
    "截图了",
    "screenshot!",
    "壁纸有了",
    "new wallpaper",
    "awsl",
    "so cute",
    "导演加鸡腿",
    "bravo",
    "👏👏👏",
    "这也太丝滑了",
    "how is this a canvas",
    "一帧都没掉",
    "not one dropped frame",
    "我从 curl 来的",
    "sent from curl",
    "从聊天室飘过来的",
    "hi from the lobby",
    "大家好",
    "hi all",
    "晚安",
    "good night",
    "这段循环多少次都行",
    "loop it again",
    "慢一点慢一点",
    "pause here",
    "细节！",
    "look at the corner",
    "看右下角",
    "左边那个是我",
    "I see you",
    "合影",
    "group photo",
    "茶凉了",
    "tea is getting cold",
    "猫也在看",
    "my cat approves",
    "🐱",
    "✨✨",
    "牛",
    "nice",
    "再来一遍",
    "encore",
    "三分钟太短了",
    "only three minutes?",
    "谢谢放映员",
    "thanks, projectionist",
    "代码在哪里",
    "open source btw",
    "学到了",
    "today I learned",
    "记得休息眼睛",
    "drink some water",
    "楼上说得对",
    "what they said",
    "不约而同",
    "jinx",
    "空降成功",
    "landed",
    "撒花",
    "🎉🎉",
};

constexpr std::string_view kColors[] = {"#ffffff", "#ffffff", "#ffffff", "#ff9fc7", "#ffd86b",
                                        "#9be7a8", "#7fd4ff", "#c3a6ff", "#ff8a70"};

// Most scroll, in the usual size.
std::string_view mode_of(std::uint32_t seed) {
  return seed % 11 == 0 ? "top" : seed % 13 == 0 ? "bottom" : "scroll";
}
std::string_view size_of(std::uint32_t seed) {
  return seed % 9 == 0 ? "large" : seed % 7 == 0 ? "small" : "medium";
}

constexpr std::size_t kQuoted = 140;  // bytes of what a reply answers; characters may be more

std::string_view quote(std::string_view text) {
  if (text.size() <= kQuoted) return text;
  std::size_t end = kQuoted;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // a whole character
  return text.substr(0, end);
}

}  // namespace

std::span<const Line> lobby_past() { return kPast; }
std::span<const Line> lobby_script() { return kScript; }

std::string line_json(const Line& line, const std::string& id, const Said* to) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  switch (line.act) {
    case Line::Act::say:
    case Line::Act::reply:
      json.member("type", "message").member("id", id).member("text", line.text);
      if (to == nullptr) break;
      json.key("reply").begin_object().member("id", to->id).member("user", to->user);
      json.member("text", quote(to->text)).end_object();
      break;
    case Line::Act::react:
      json.member("type", "reaction").member("id", to->id).member("emoji", line.text);
      json.member("on", true);
      break;
    case Line::Act::edit:
      json.member("type", "edit").member("id", to->id).member("text", line.text);
      break;
  }
  json.end_object();
  return out;
}

std::string comment_json(const std::string& id, std::uint32_t seed, std::int64_t at) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "comment").member("id", id);
  json.member("text", kComments[seed % std::size(kComments)]);
  json.member("mode", mode_of(seed)).member("color", kColors[seed / 3 % std::size(kColors)]);
  json.member("size", size_of(seed));
  if (at >= 0) json.member("at", at);
  json.end_object();
  return out;
}

}  // namespace parley::server
