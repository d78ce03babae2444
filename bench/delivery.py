#!/usr/bin/env python3
"""Instructions that one delivery takes, for 1,000 and for 10,000 subscribers of a Centrifuge channel.

    cmake --preset bench && cmake --build --preset bench --target bench_delivery && bench/delivery.py

Counts under callgrind (Debian: valgrind), so a busy machine changes nothing. Two runs each, with few and with many
publications: their difference is the publications alone. With 1,000 subscribers the work of the publication itself
still shows in each share. Exits with 1 when 10,000 cost more apiece than 1,000, by more than 5 %.
"""

import re
import subprocess
import sys
from pathlib import Path

BINARY = Path(__file__).parent.parent / "build/bench/bin/bench_delivery"
FEW, MANY = 10, 60
TOLERANCE = 0.05


def instructions(subscribers: int, publications: int) -> int:
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BINARY, str(subscribers), str(publications)],
        capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def cost(subscribers: int) -> float:
    return (instructions(subscribers, MANY) - instructions(subscribers, FEW)) / ((MANY - FEW) * subscribers)


def main() -> int:
    small, large = cost(1_000), cost(10_000)
    print(f"instructions a delivery: {small:.1f} for 1,000 subscribers, {large:.1f} for 10,000")
    return 0 if large <= small * (1 + TOLERANCE) else 1


if __name__ == "__main__":
    sys.exit(main())
