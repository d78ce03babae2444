#include "files/download_places.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace parley::files {
namespace {

using Place = DownloadPlaces::Place;

// Asks for a place; what comes of it.
struct Asked {
  Asked(DownloadPlaces& places, const std::string& address) {
    places.take(address, [this](Place given) {
      answered = true;
      place = std::move(given);
    });
  }
  Asked(const Asked&) = delete;

  bool has_place() const { return place != nullptr; }
  bool refused() const { return answered && !place; }

  bool answered = false;
  Place place;
};

TEST(DownloadPlaces, WhoFindsNoneWaitsForItsTurn) {
  DownloadPlaces places({.places = 2, .per_address = 0, .waiting = 2});
  Asked first(places, "a");
  const Asked second(places, "a");
  Asked third(places, "a");
  const Asked fourth(places, "a");
  const Asked fifth(places, "a");
  EXPECT_TRUE(first.has_place() && second.has_place());
  EXPECT_FALSE(third.answered || fourth.answered);
  EXPECT_TRUE(fifth.refused()) << "as many as may wait do";
  EXPECT_EQ(places.waiting(), 2U);
  first.place.reset();
  EXPECT_TRUE(third.has_place());
  EXPECT_FALSE(fourth.answered);
  third.place.reset();
  EXPECT_TRUE(fourth.has_place());
  EXPECT_EQ(places.taken(), 2U);
  EXPECT_EQ(places.waiting(), 0U);
}

TEST(DownloadPlaces, AnAddressWithAllOfItsOwnIsInNobodysWay) {
  DownloadPlaces places({.places = 3, .per_address = 2, .waiting = 10});
  Asked a1(places, "a");
  Asked a2(places, "a");
  const Asked a3(places, "a");
  EXPECT_FALSE(a3.answered);
  Asked b1(places, "b");
  EXPECT_TRUE(b1.has_place()) << "before the one that waits for its own address";
  const Asked c1(places, "c");
  EXPECT_FALSE(c1.answered) << "all are taken";
  b1.place.reset();
  EXPECT_FALSE(a3.answered);
  EXPECT_TRUE(c1.has_place()) << "the first whose address has room";
  a1.place.reset();
  EXPECT_TRUE(a3.has_place());
  a2.place.reset();
  EXPECT_EQ(places.taken(), 2U);
}

TEST(DownloadPlaces, OneThatIsNotWantedAnyMoreGoesToTheNext) {
  DownloadPlaces places({.places = 1, .per_address = 0, .waiting = 10});
  Asked first(places, "a");
  for (int i = 0; i < 5; ++i) places.take("gone", [](const Place&) {});
  const Asked last(places, "a");
  first.place.reset();
  EXPECT_TRUE(last.has_place());
}

TEST(DownloadPlaces, PlacesOutliveThem) {
  auto places = std::make_unique<DownloadPlaces>(
      DownloadLimits{.places = 1, .per_address = 0, .waiting = 10});
  Asked first(*places, "a");
  const Asked second(*places, "a");
  places.reset();
  first.place.reset();
  EXPECT_FALSE(second.answered);
}

TEST(DownloadPlaces, AreNeverMoreThanTheirNumberOnAnyThread) {
  constexpr int kEach = 1000;
  DownloadPlaces places({.places = 3, .per_address = 2, .waiting = 10'000});
  std::atomic<int> served{0};
  std::atomic<std::size_t> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, address = std::to_string(i)] {
      for (int n = 0; n < kEach; ++n) {
        places.take(address, [&](const Place&) {
          most = std::max(most.load(), places.taken());
          ++served;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 4 * kEach);
  EXPECT_LE(most, 3U);
  EXPECT_EQ(places.taken(), 0U);
}

}  // namespace
}  // namespace parley::files
