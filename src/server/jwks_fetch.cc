#include "server/jwks_fetch.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace parley::server {
namespace {

constexpr long kHttpOk = 200;
constexpr long kConnectTimeoutMs = 5'000;

template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using EasyPtr = std::unique_ptr<CURL, Freeing<curl_easy_cleanup>>;
using MultiPtr = std::unique_ptr<CURLM, Freeing<curl_multi_cleanup>>;
using UrlPtr = std::unique_ptr<CURLU, Freeing<curl_url_cleanup>>;
using HeadersPtr = std::unique_ptr<curl_slist, Freeing<curl_slist_free_all>>;

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string out(text);
  curl_free(text);
  return out;
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

// Called by libcurl with each piece of the body; taking less than it gives ends the transfer.
std::size_t append_body(const char* bytes, std::size_t, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + count > auth::kMaxJwksBytes) return 0;
  body.append(bytes, count);
  return count;
}

}  // namespace

std::string check_jwks_url(std::string_view text) {
  if (text.empty()) return "";
  const UrlPtr url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return "this is no URL";
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  const bool local = scheme == "http" && is_loopback_host(part_of(url.get(), CURLUPART_HOST));
  if (scheme != "https" && !local) {
    return "keys are fetched over https only, or over http from this machine";
  }
  if (!part_of(url.get(), CURLUPART_USER).empty()) return "a URL of keys has no user name in it";
  return "";
}

// All but request() and the counts belongs to the thread.
class JwksFetch::Worker {
 public:
  Worker(JwksOptions options, auth::Verifier& verifier)
      : options_(std::move(options)), verifier_(verifier), thread_([this] { run(); }) {}

  ~Worker() {
    stopping_ = true;
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  bool request() {
    if (fetching_) return true;
    // While the issuer cannot be asked, nobody can say that its key does not exist.
    if (now() < earliest_request_) return failing_;
    if (!requested_.exchange(true)) curl_multi_wakeup(multi_.get());
    return true;
  }

  bool wait_for_first(Duration limit) const {
    return first_ended_.wait_for(limit) == std::future_status::ready;
  }
  std::uint64_t fetches() const { return fetches_; }
  std::uint64_t failures() const { return failures_; }

 private:
  static std::int64_t now() {
    return std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch()).count();
  }

  void run() {
    pthread_setname_np(pthread_self(), "jwks");
    while (!stopping_) {
      fetching_ = true;
      requested_ = false;
      std::string body;
      const std::string fault = fetch(body);
      if (stopping_) return;
      end_fetch(fault.empty() ? take(body) : fault);
      const std::int64_t next = now() + pause_after_fetch().count();
      while (!stopping_ && !requested_ && now() < next) {
        curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(next - now()), nullptr);
      }
    }
  }

  // Failures in a row double the wait, so that a broken issuer is left alone.
  Duration pause_after_fetch() const {
    if (failures_in_row_ == 0) return options_.refresh;
    constexpr unsigned kMostDoublings = 10;
    return std::min(options_.refresh,
                    options_.pause * (1U << std::min(failures_in_row_ - 1, kMostDoublings)));
  }

  void end_fetch(const std::string& fault) {
    ++fetches_;
    if (!fault.empty()) ++failures_;
    failures_in_row_ = fault.empty() ? 0 : failures_in_row_ + 1;
    // One line for each change of state, not one for each try.
    if (failures_in_row_ == 1) {
      log::warning(
          "the token keys cannot be fetched from {}: {}; {}", options_.url, fault,
          last_body_.empty() ? "tokens of these keys are refused" : "the last good ones stay");
    }
    failing_ = !fault.empty();
    earliest_request_ = now() + options_.pause.count();
    fetching_ = false;
    if (fetches_ == 1) first_end_.set_value();
  }

  // What is wrong with the keys, or "" when the verifier has them.
  std::string take(const std::string& body) {
    if (body == last_body_) {
      if (failing_) log::info("the token keys can be fetched again");
      return "";
    }
    std::string why;
    Result<auth::KeySet> set = auth::parse_jwks(body, why);
    if (!set.has_value()) return why;
    log::info("{} token keys from {} ({} others skipped)", set->keys.size(), options_.url,
              set->skipped);
    last_body_ = body;
    verifier_.replace_fetched_keys(*std::move(set));
    return "";
  }

  // What went wrong, or "" with the body.
  std::string fetch(std::string& body) {
    const EasyPtr easy(curl_easy_init());
    const HeadersPtr headers(curl_slist_append(nullptr, "Accept: application/json"));
    set_options(easy.get(), headers.get(), body);
    curl_multi_add_handle(multi_.get(), easy.get());
    int running = 1;
    while (running != 0 && !stopping_) {
      curl_multi_perform(multi_.get(), &running);
      if (running != 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollMs, nullptr);
    }
    std::string fault = fault_of(easy.get());
    curl_multi_remove_handle(multi_.get(), easy.get());
    return fault;
  }

  void set_options(CURL* easy, curl_slist* headers, std::string& body) const {
    const bool secure = equals_ignore_case(options_.url.substr(0, 6), "https:");
    curl_easy_setopt(easy, CURLOPT_URL, options_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    if (!secure) curl_easy_setopt(easy, CURLOPT_PROXY, "");  // this machine, directly
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "parley");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  }

  std::string fault_of(CURL* easy) const {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    if (message == nullptr) return "it was given up";  // stopping
    const CURLcode code = message->data.result;
    if (code == CURLE_WRITE_ERROR) return "the answer is larger than 256 KiB";
    if (code != CURLE_OK) return curl_easy_strerror(code);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status == kHttpOk ? "" : "the answer has the status " + std::to_string(status);
  }

  static constexpr int kPollMs = 1'000;  // libcurl's own timers shorten it

  const JwksOptions options_;
  auth::Verifier& verifier_;
  const MultiPtr multi_{curl_multi_init()};

  // Crossing threads.
  std::atomic<bool> stopping_{false};
  std::atomic<bool> fetching_{true};
  std::atomic<bool> requested_{false};
  std::atomic<bool> failing_{false};
  std::atomic<std::int64_t> earliest_request_{0};
  std::atomic<std::uint64_t> fetches_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::promise<void> first_end_;
  const std::future<void> first_ended_ = first_end_.get_future();

  // The thread's own.
  unsigned failures_in_row_ = 0;
  std::string last_body_;  // empty: no good set yet
  std::thread thread_;     // last: it uses all above
};

JwksFetch::JwksFetch(JwksOptions options, auth::Verifier& verifier)
    : worker_(std::make_unique<Worker>(std::move(options), verifier)) {
  verifier.on_unknown_key([this] { return request(); });
}

JwksFetch::~JwksFetch() = default;

bool JwksFetch::request() { return worker_->request(); }
bool JwksFetch::wait_for_first(Duration limit) const { return worker_->wait_for_first(limit); }
std::uint64_t JwksFetch::fetches() const { return worker_->fetches(); }
std::uint64_t JwksFetch::failures() const { return worker_->failures(); }

}  // namespace parley::server
