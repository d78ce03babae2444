"""The runner's arithmetic: bench/peers/test_figures.py"""
import unittest

from figures import Figures, was_waiting, from_result, medians, payload_size, ratio
from targets import Target, judge


def result(**server):
    return {"totals": {"deliveries": 200, "bytes_received": 13600},
            "rates": {"deliveries_per_s": 100.0, "deliveries_per_cpu_s": 125.0},
            "latency_us": {"p50": 7, "p99": 90},
            "server": {"core_used": 0.8, "rss_per_connection": None} | server}


class FiguresTest(unittest.TestCase):
    def test_a_result_gives_its_figures(self):
        self.assertEqual(from_result(result()),
                         Figures(rate=100, per_cpu=125, core_used=0.8, p50=7, p99=90,
                                 message_bytes=68))

    def test_a_server_elsewhere_has_no_core_and_an_idle_one_no_message(self):
        elsewhere = result() | {"server": None, "totals": {"deliveries": 0, "bytes_received": 0}}
        found = from_result(elsewhere)
        self.assertIsNone(found.core_used)
        self.assertIsNone(found.message_bytes)

    def test_medians_are_taken_field_by_field(self):
        runs = [Figures(rate=3, per_cpu=10), Figures(rate=1, per_cpu=30),
                Figures(rate=2, per_cpu=20), Figures(rate=100, per_cpu=21)]
        self.assertEqual(medians(runs), Figures(rate=2.5, per_cpu=20.5))

    def test_a_field_that_one_run_lacks_has_no_median(self):
        self.assertIsNone(medians([Figures(rate=1), Figures()]).rate)

    def test_ratio(self):
        self.assertEqual(ratio(Figures(rate=3), Figures(rate=2), "rate"), 1.5)
        self.assertIsNone(ratio(Figures(rate=3), Figures(), "rate"))
        self.assertIsNone(ratio(Figures(), Figures(rate=3), "rate"))
        self.assertIsNone(ratio(Figures(rate=3), Figures(rate=0), "rate"))

    def test_the_payload_is_the_frame_without_its_header(self):
        for payload, header in ((1, 2), (125, 2), (126, 4), (65535, 4), (65536, 10)):
            self.assertEqual(payload_size(payload + header), payload)

    def test_a_server_with_a_core_to_spare_was_waiting(self):
        self.assertTrue(was_waiting(Figures(core_used=0.79)))
        self.assertFalse(was_waiting(Figures(core_used=0.8)))
        self.assertFalse(was_waiting(Figures()))


class TargetsTest(unittest.TestCase):
    RESULTS = {"fanout-1": {"parley": Figures(rate=90, per_cpu=340, core_used=0.9),
                            "bare": Figures(rate=100, per_cpu=400, core_used=0.9),
                            "ws": Figures(rate=50, per_cpu=201, core_used=0.9)},
               "idle": {"parley": Figures(connection_bytes=1025)}}

    def test_ratios_must_reach_and_bounds_must_not_exceed(self):
        verdicts = {(target.server, target.other): (figure, words, met)
                    for target, figure, words, met in judge(self.RESULTS)}
        self.assertEqual(verdicts["parley", "bare"], (0.9, "by rate", True))
        self.assertEqual(verdicts["parley", "ws"][1:], ("per CPU second", False))
        self.assertEqual(verdicts["parley", ""], (1025, "bytes a connection", False))

    def test_a_rate_counts_only_when_both_cores_were_full(self):
        waiting = {"fanout-1": self.RESULTS["fanout-1"] |
                   {"bare": Figures(rate=100, per_cpu=400, core_used=0.7)}}
        target = Target("fanout-1", "parley", "bare", "rate", 0.9)
        self.assertEqual(target.found(waiting), (0.85, "per CPU second"))

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual(len(list(judge(self.RESULTS))), 3)
        self.assertIsNone(Target("fanout-1", "parley", "nchan", "per_cpu", 1).found(self.RESULTS))


if __name__ == "__main__":
    unittest.main()
