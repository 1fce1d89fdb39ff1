#!/usr/bin/env python3
"""Runs the benchmarks and writes the table of ratios in the guide and benches/ratios.svg: python3 benches/report.py

--as-measured writes the results of the last run. Ratios compare medians of the same run. The machine should do nothing else
during a run.
"""
import json
import re
import subprocess
import sys
from math import log10
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE, COMPARE = ROOT, ROOT / "benches/compare"

# A description, the package, the group, the function of this crate, and the functions of its peers.
ROWS = [
    ("a phone number in E.164, valid or not", COMPARE, "parse/phone/e164", "ours", ["rlibphonenumber", "phonenumber"]),
    ("the same, national with its region", COMPARE, "parse/phone/national", "ours", ["rlibphonenumber", "phonenumber"]),
    ("the same, as pasted from anywhere", COMPARE, "parse/phone/messy", "ours", ["rlibphonenumber", "phonenumber"]),
    ("a typical email address, valid or not", HERE, "parse/email/typical", "ours", ["email_address", "fast_chemail"]),
    ("an international one, which the peer leaves unconverted", HERE, "parse/email/international", "ours", ["email_address"]),
]


def median(folder, group, function):
    """Returns the median in nanoseconds an element, or None if it was not measured."""
    name = re.sub(r'[?"/\\*<>:|^]', "_", group)
    measured = folder / "target/criterion" / name / re.sub(r'[?"/\\*<>:|^]', "_", function) / "new"
    try:
        estimates = json.loads((measured / "estimates.json").read_text())
        throughput = json.loads((measured / "benchmark.json").read_text())["throughput"]
    except FileNotFoundError:
        return None
    elements = throughput["Elements"] if throughput else 1
    return estimates["median"]["point_estimate"] / elements


def size(nanoseconds):
    """Returns a time with two digits, because an absolute time is only a guide on another machine."""
    for unit, least in (("ms", 1e6), ("µs", 1e3), ("ns", 1)):
        if nanoseconds >= least:
            return f"{float(f'{nanoseconds / least:.2g}'):g} {unit}"
    return "under 1 ns"


def measure():
    for what, folder, group, ours, peers in ROWS:
        mine = median(folder, group, ours)
        theirs = [(peer, median(folder, group, peer)) for peer in peers]
        if mine is None or None in [time for _, time in theirs]:
            sys.exit(f"{group} was not measured")
        yield what, mine, [(peer.split()[0], time / mine) for peer, time in theirs]


def table(rows):
    yield "| what | ours, about | times as long: |"
    yield "|---|---|---|"
    for what, mine, peers in rows:
        yield f"| {what} | {size(mine)} | {', '.join(f'`{peer}` {ratio:.2g}' for peer, ratio in peers)} |"


def plot(rows):
    """Returns a bar chart of the ratios, on a logarithmic scale from 0.1 to 1000."""
    left, wide, high = 420, 320, 18
    bars = [(what if first else "", peer, ratio) for what, _, peers in rows
            for first, (peer, ratio) in zip([True] + [False] * 9, peers)]
    x = lambda ratio: left + wide * (log10(min(max(ratio, 0.1), 1e3)) + 1) / 4
    height = high * (len(bars) + 2)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + wide + 150} {height}" font-family="sans-serif" '
           f'font-size="12"><rect width="100%" height="100%" fill="white"/>')
    for power in range(-1, 4):
        at = x(10.0 ** power)
        yield (f'<path d="M{at:.1f} {high}V{height - high}" stroke="{"#444" if power == 0 else "#ddd"}"/>'
               f'<text x="{at:.1f}" y="{height - 4}" text-anchor="middle">{f"{10.0 ** power:g}"}×</text>')
    for at, (what, peer, ratio) in enumerate(bars):
        y = high * (at + 1)
        start, end = sorted((x(1), x(ratio)))
        yield (f'<text x="4" y="{y + 13}">{what}</text>'
               f'<rect x="{start:.1f}" y="{y + 3}" width="{end - start:.1f}" height="{high - 6}" '
               f'fill="{"#3b78c2" if ratio >= 1 else "#c2553b"}"/>'
               f'<text x="{end + 6:.1f}" y="{y + 13}">{peer} {ratio:.2g}×</text>')
    yield "</svg>"


def main():
    if "--as-measured" not in sys.argv:
        subprocess.run(["cargo", "bench", "--bench", "parse"], cwd=HERE, check=True)
        subprocess.run(["cargo", "bench", "--bench", "phone"], cwd=COMPARE, check=True)
    rows = list(measure())
    guide = ROOT / "src/guide/benchmarks.md"
    text = "\n".join(table(rows))
    begin, end = "<!-- ratios: begin -->\n", "\n<!-- ratios: end -->"
    guide.write_text(re.sub(f"(?s){begin}.*{end}", lambda _: begin + text + end, guide.read_text()))
    (ROOT / "benches/ratios.svg").write_text("\n".join(plot(rows)) + "\n")


main()
