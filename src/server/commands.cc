#include "server/commands.h"

namespace parley::server {
namespace {

constexpr Option kSecretFile = {kSecretFileFlag, "FILE",
                                "The file that holds the secret, as server.token_secret_file."};
constexpr Option kTokenMakeOptions[] = {
    {"--user", "NAME", "The user (sub); without it the token is an anonymous one's."},
    {"--channel", "NAME", "A token to subscribe to this channel instead of one to connect."},
    {"--expires", "TIME", "Its life: 30s, 10m, 1h, 7d or never. Default: 1h."},
    {"--info", "JSON", "What others see of the user."},
    {"--algorithm", "NAME", "Default: HS256, or the one of the private key."},
    kSecretFile,
    {"--key", "FILE", "A private key in PEM that signs instead of the secret."},
    {"--kid", "NAME", "The key's name in the token's header."},
};
constexpr Option kTokenExplainOptions[] = {kSecretFile};

constexpr Option kDemoOptions[] = {
    {kNoCastFlag, "", "Without the two members who talk and comment while you watch."}};

constexpr Option kBenchOptions[] = {
    {"--demo", "", "Start a server of this program for the run, on a core of its own."},
    {"--dialect", "NAME",
     "plain, centrifuge or socketio (of other servers). Default: plain; storm and mixed speak its "
     "JSON format."},
    {"--connections", "N", "Default: 1000; echo 64, idle and storm 10000."},
    {"--rooms", "N", "storm and mixed. Default: one for each 100, or each 50, connections."},
    {"--size", "BYTES", "Of a message, 25 to 1000000. Default: 64."},
    {"--in-flight", "N",
     "Closed loop: messages under way at once, 1 to 10000; echo: of each connection. Default: 1."},
    {"--rate", "N",
     "Open loop: messages a second, whatever becomes of them; what is sent late counts its "
     "lateness. Default for storm: 100; mixed: 1000 actions."},
    {"--duration", "TIME", "How long to measure: 500ms, 10s, 2m. Default: 10s; idle 3s."},
    {"--warmup", "TIME", "Not measured, before. Default: 1s."},
    {"--channel", "NAME", "The room, or the beginning of the rooms' names. Default: bench."},
    {"--publish-target", "URL", "fanout: a server's other address, where the publisher connects."},
    {"--threads", "N", "Of the load. Default: 1."},
    {"--spin", "", "The load never sleeps: for a machine with a core to spare for each thread."},
    {"--compress", "", "Offer permessage-deflate."},
    {"--tls", "", "With --demo: a TLS listener with a certificate of its own."},
    {"--server-threads", "N", "With --demo. Default: 1."},
    {"--server-pid", "PID",
     "Whose CPU and memory count, more than one with commas. Default: those that listen there."},
    {"--seed", "N", "Of the random choices. Default: 1."},
    {"--json", "FILE", "Write the result as JSON; - is standard output."},
    {"--html", "FILE", "Write a report with plots, one file that opens without a network."},
    {"--quiet", "", "No screen while it runs."},
};
constexpr std::string_view kBenchArguments[] = {"WORKLOAD", "TARGET"};
constexpr Option kVerifyOptions[] = {
    {"--plan", "NAME",
     "Which faults and when: short, cuts, kills, long, or a file. Default: short; with a TARGET "
     "cuts."},
    {"--seed", "N", "Of the random choices; the same again replays them. Default: any."},
    {"--duration", "TIME",
     "Under load, the points of quiet not counted. Default: 12s for the plan short, or 60s."},
    {"--clients", "N", "Default: 40."},
    {"--channels", "N", "Default: 8."},
    {"--publishers", "N", "How many of the clients publish. Default: 8."},
    {"--rate", "N", "Messages a second, all publishers together. Default: 400."},
    {"--dialect", "NAMES", "plain, centrifuge, or both with a comma, which is the default."},
    {"--json", "FILE", "Write what was found as JSON; - is standard output."},
};
constexpr std::string_view kVerifyArguments[] = {"TARGET"};
constexpr std::string_view kToken[] = {"TOKEN"};
constexpr Command kCommands[] = {
    {.name = "demo",
     .summary = "serve on this machine without any configuration, and say what to try",
     .help =
         "Serves on http://127.0.0.1:8000 (this machine only) and prints the address and what to "
         "try. Two members talk in the room lobby and comment on the show while you watch. What is "
         "said is kept in a folder of its own until it ends. Reads no file; flags and the "
         "environment count. Without a key the HTTP API takes \"demo-api-key\", unless other "
         "machines can reach it.",
     .options = kDemoOptions,
     .takes_keys = true},
    {.name = "serve",
     .summary = "serve as configured by file, environment and flags",
     .help =
         "Serves until SIGTERM or Ctrl-C, which close the sessions in order; a second one ends at "
         "once. Without a file the defaults count: http://127.0.0.1:8000 in development mode, "
         "where any user name is believed. To listen elsewhere, set a token secret.",
     .takes_keys = true,
     .takes_file = true},
    {.name = "config init",
     .summary = "print a configuration file with every key and its default",
     .help =
         "Prints a TOML file in which every key stands with its meaning and its default, as in: "
         "parley config init > parley.toml"},
    {.name = "config check",
     .summary = "print the effective values and where each came from",
     .help =
         "Reads the file, the environment and the flags as `parley serve` would, and prints each "
         "value with its origin. Prints all faults and exits with 2 if there are any.",
     .takes_keys = true,
     .takes_file = true},
    {.name = "config doc",
     .summary = "print the reference of all keys as Markdown (--errors: of all errors)",
     .help = "Prints docs/config.md, or with --errors docs/errors.md.",
     .takes_errors = true},
    {.name = "token make",
     .summary = "print a token that the server takes",
     .help =
         "Signs a token with the secret of the configuration, or with a private key, and prints "
         "it alone. See docs/tokens.md.",
     .options = kTokenMakeOptions,
     .takes_file = true},
    {.name = "token explain",
     .summary = "print what a token says, and whether the server would take it",
     .help =
         "Prints the header, the claims and the verdict with its reason; - reads the token from "
         "standard input. Exits with 0 when it is accepted, 1 when it is refused, and 2 when "
         "there is no key to check it with.",
     .options = kTokenExplainOptions,
     .arguments = kToken,
     .takes_file = true},
    {.name = "bench",
     .summary = "load a server and show its rate, latency and memory",
     .help =
         "WORKLOAD is fanout (one speaks, all hear), echo, idle (memory), storm (all are cut and "
         "come back at once) or mixed (rooms, direct messages, presence). TARGET is the server's "
         "URL, as in ws://127.0.0.1:8000; --demo starts one for the run instead. The screen and "
         "the progress go to standard error. Exits with 1 when a message was lost, refused or "
         "came twice, or nothing could be measured. See docs/bench.md.",
     .options = kBenchOptions,
     .arguments = kBenchArguments},
    {.name = "verify",
     .summary = "prove under faults that nothing is lost, doubled or shown to others",
     .help =
         "Runs clients and publishers against a server while a plan of faults cuts and freezes "
         "them and kills the server, and holds all that they see against the truth. Without a "
         "TARGET it starts a server of its own. Exits with 1 and the shortest history that shows "
         "it when an invariant does not hold. See docs/verify.md.",
     .options = kVerifyOptions,
     .arguments = kVerifyArguments},
    {.name = "version", .summary = "print the version", .help = "Prints the version."},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace parley::server
