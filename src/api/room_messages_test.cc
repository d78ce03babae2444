#include <gtest/gtest.h>

#include "api/routes.h"

namespace parley::api {
namespace {

TEST(RoomMessages, KnowsItsPaths) {
  for (const char* path :
       {"/room/tea/messages", "/room/messages/messages", "/room//messages", "/room/a/b/messages"}) {
    EXPECT_TRUE(is_room_messages(path, "/room")) << path;
  }
  for (const char* path : {"/room/tea", "/room/messages", "/room/tea/messages/", "/rooms/messages",
                           "/room/tea/xmessages", "/messages", "/"}) {
    EXPECT_FALSE(is_room_messages(path, "/room")) << path;
  }
}

}  // namespace
}  // namespace parley::api
