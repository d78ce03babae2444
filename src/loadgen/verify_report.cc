#include "loadgen/verify_report.h"

#include "base/json_writer.h"
#include "loadgen/figures.h"

namespace parley::loadgen {
namespace {

// A run that saw less has seen nothing.
constexpr std::uint64_t kFewest = 100;

std::string row(const std::string& name, const std::string& value) {
  std::string line = "  " + name;
  line.resize(24, ' ');
  return line + value + "\n";
}

std::string faults_text(const VerifyReport& report) {
  std::string text;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    if (report.faults[i] == 0 || static_cast<FaultKind>(i) == FaultKind::quiet) continue;
    text += (text.empty() ? "" : ", ") + grouped(report.faults[i]) + " " +
            std::string(fault_name(static_cast<FaultKind>(i)));
  }
  return text.empty() ? "none" : text;
}

void write_violation(JsonWriter& json, const Violation& violation) {
  json.key("violation").begin_object();
  json.member("invariant", invariant_name(violation.invariant))
      .member("sentence", violation.sentence);
  json.key("history").begin_array();
  for (const Sighting& each : violation.history) {
    json.begin_object().member("ms", each.at.count()).member("what", each.what).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string nothing_checked(const VerifyReport& report, const FaultPlan& plan, Duration duration) {
  const CheckerCounts& checked = report.checked;
  if (checked.published < kFewest || checked.deliveries < kFewest) {
    return grouped(checked.published) + " messages were published and " +
           grouped(checked.deliveries) + " delivered";
  }
  if (report.quiet_points == 0) return "there was no point of quiet";
  if (report.lists_checked == 0) return "nobody was told who is there";
  for (const Fault& fault : plan.faults) {
    const bool is_due = std::max(fault.at, fault.every_most) + Duration(1000) < duration;
    if (fault.kind == FaultKind::quiet || !is_due) continue;
    if (report.faults[static_cast<std::size_t>(fault.kind)] == 0) {
      return "the plan has " + std::string(fault_name(fault.kind)) + ", and nobody suffered it";
    }
    if (fault.kind == FaultKind::drop && checked.recoveries == 0 && report.target.empty()) {
      return "nobody recovered";
    }
  }
  return "";
}

std::string report_text(const VerifyReport& report) {
  const CheckerCounts& checked = report.checked;
  std::string text;
  text += row("faults", faults_text(report));
  text += row("connections", grouped(report.connections));
  text += row("published", grouped(checked.published) + ": " + grouped(checked.acked) +
                               " acknowledged, " + grouped(checked.refused) + " refused, " +
                               grouped(checked.unknown) + " of unknown outcome");
  text += row("delivered", grouped(checked.deliveries) + ", each checked");
  text += row("recoveries", grouped(checked.recoveries) + " complete, with " +
                                grouped(checked.recovered_messages) + " messages; " +
                                grouped(checked.gaps_told) + " told of a gap, " +
                                grouped(checked.new_epochs) + " new epochs");
  text += row("durable", grouped(checked.durable_kept) +
                             " came from a server other than the one that took them");
  text += row("quiet points", grouped(report.quiet_points) + ", at which " +
                                  grouped(report.lists_checked) + " lists and " +
                                  grouped(report.views_checked) +
                                  " views of who is there were the truth");
  text += row("isolation", grouped(report.refusals) + " attempts without a right, all refused; " +
                               grouped(report.directs) + " direct messages, none to another");
  if (report.resident_before && report.resident_after) {
    text += row("server's memory",
                bytes_figure(static_cast<double>(*report.resident_before)).text() + " before, " +
                    bytes_figure(static_cast<double>(*report.resident_after)).text() + " after");
  }
  for (const std::string& note : report.notes) text += "  Note: " + note + ".\n";
  return text;
}

std::string report_json(const VerifyReport& report) {
  const CheckerCounts& checked = report.checked;
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("good", report.is_good());
  json.member("target", report.target).member("plan", report.plan).member("seed", report.seed);
  json.member("clients", report.clients).member("channels", report.channels);
  json.member("elapsed_seconds", report.elapsed_seconds);
  if (report.violation) write_violation(json, *report.violation);
  if (!report.failure.empty()) json.member("failure", report.failure);
  json.key("faults").begin_object();
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    if (static_cast<FaultKind>(i) == FaultKind::quiet) continue;
    json.member(fault_name(static_cast<FaultKind>(i)), report.faults[i]);
  }
  json.end_object();
  json.member("published", checked.published).member("acked", checked.acked);
  json.member("refused", checked.refused).member("unknown", checked.unknown);
  json.member("deliveries", checked.deliveries).member("subscriptions", checked.subscriptions);
  json.member("recoveries", checked.recoveries);
  json.member("recovered_messages", checked.recovered_messages);
  json.member("gaps_told", checked.gaps_told).member("new_epochs", checked.new_epochs);
  json.member("durable_kept", checked.durable_kept).member("connections", report.connections);
  json.member("quiet_points", report.quiet_points).member("lists_checked", report.lists_checked);
  json.member("views_checked", report.views_checked).member("refusals", report.refusals);
  json.member("directs", report.directs).member("resubscribed", report.resubscribed);
  if (report.resident_before) json.member("resident_before", *report.resident_before);
  if (report.resident_after) json.member("resident_after", *report.resident_after);
  json.key("notes").begin_array();
  for (const std::string& note : report.notes) json.value(note);
  json.end_array().end_object();
  return text;
}

}  // namespace parley::loadgen
