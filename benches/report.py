#!/usr/bin/env python3
"""Runs the benchmarks and writes their figures into README, the guide and benches/ratios.svg: python3 benches/report.py

--as-measured writes the figures of the last run. Ratios compare medians of the same run. The machine should do nothing else
during a run, which takes half an hour.
"""
import json
import re
import subprocess
import sys
from math import log10
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPARE = ROOT / "benches/compare"
PRINTED = ROOT / "target/criterion/printed.txt"
BENCHMARKS = [
    (COMPARE, "--bench phone"),
    *((ROOT, f"--all-features --bench {name}") for name in ["parse", "resolve", "batch", "directory", "search"]),
    *((ROOT, f"-p contact-resolution-{store} --bench {store}") for store in ["sqlite", "postgres"]),
]
# In seconds.
DURATION = "--warm-up-time 1 --measurement-time 2"

# A description, the folder, the group, the function of this crate, and the functions of its peers.
PARSERS = [
    ("a phone number in E.164, valid or not", COMPARE, "parse/phone/e164", ["rlibphonenumber", "phonenumber"]),
    ("the same, national with its region", COMPARE, "parse/phone/national", ["rlibphonenumber", "phonenumber"]),
    ("the same, as pasted from anywhere", COMPARE, "parse/phone/messy", ["rlibphonenumber", "phonenumber"]),
    ("a typical email address, valid or not", ROOT, "parse/email/typical", ["email_address", "fast_chemail"]),
    ("an international one, which the peer leaves unconverted", ROOT, "parse/email/international", ["email_address"]),
]
SCANS = ["rapidfuzz ratio", "nucleo-matcher", "rapidfuzz jaro_winkler", "strsim jaro_winkler"]
SIZES = ["10k", "100k", "1M"]


def median(group, function, folder=ROOT):
    """Returns the median in nanoseconds for one element."""
    file_name = lambda text: re.sub(r'[?"/\\*<>:|^]', "_", text)
    criterion = folder / "target/criterion"
    measured = criterion / file_name(group) / file_name(function) / "new"
    if not measured.exists():
        # A benchmark outside of a group has one folder.
        measured = criterion / file_name(f"{group}/{function}") / "new"
    try:
        estimates = json.loads((measured / "estimates.json").read_text())
        throughput = json.loads((measured / "benchmark.json").read_text())["throughput"]
    except FileNotFoundError:
        sys.exit(f"{group}/{function} was not measured")
    return estimates["median"]["point_estimate"] / (throughput["Elements"] if throughput else 1)


def printed(pattern):
    """Returns the groups of the last line that a benchmark printed and that has this pattern."""
    lines = re.findall(pattern, PRINTED.read_text())
    return lines[-1] if lines else sys.exit(f"no benchmark printed {pattern}")


def digits(number):
    """Returns a number with two digits. More differ from run to run."""
    return f"{float(f'{number:.2g}'):g}"


def time(nanoseconds):
    unit, size = next((unit, size) for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1)) if nanoseconds >= size)
    return f"{digits(nanoseconds / size)} {unit}"


def parsers():
    for what, folder, group, peers in PARSERS:
        mine = median(group, "ours", folder)
        yield what, mine, [(peer, median(group, peer, folder) / mine) for peer in peers]


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def parse_table():
    yield row("what", "ours, about", "times as long:")
    yield "|---|---|---|"
    for what, mine, peers in parsers():
        yield row(what, time(mine), ", ".join(f"`{peer}` {digits(ratio)}" for peer, ratio in peers))


def search_table():
    yield row("scan of a million names", "times as long as a search in the index")
    yield "|---|---|"
    mine = median("search/1M", "contact-resolution")
    for peer in SCANS:
        yield row(f"`{peer}`", digits(median("search/1M", peer) / mine))
    yield ""
    size = printed(r"search/1M: (\d+) B a name")
    yield f"The index takes {size} bytes a name."


def memory_table():
    ratio = lambda group: digits(median(group, "contact-resolution") / median(group, "std HashMap"))
    bytes_of = lambda size, end: printed(rf"directory/{size}: (\d+) B a contact{end}\n")
    yield row("", *SIZES)
    yield "|---|---|---|---|"
    yield row("bytes a person: ours, `HashMap`'s", *(f"{bytes_of(s, '')}, {bytes_of(s, ' in a standard hash map')}" for s in SIZES))
    for what, group in [("time to find a key that a person has", "find hit"), ("time to find a key that no person has", "find miss"),
                        ("time to build", "build")]:
        yield row(f"{what}, as a multiple of `HashMap`'s", *(ratio(f"directory/{size}/{group}") for size in SIZES))
    yield ""
    seconds, size = printed(r"directory/5M: built in ([\d.]+) s, (\d+) B a contact")
    yield f"Five million people take {size} bytes each, and {digits(float(seconds))} seconds to build."


def decision_table():
    yield row("a decision among", *SIZES)
    yield "|---|---|---|---|"
    for what, kind in [("a known person", "hit"), ("an unknown person", "miss"), ("two people with the number", "ambiguous")]:
        yield row(what, *(time(median(f"resolve/{size}", kind)) for size in SIZES))
    yield ""
    ratio = median("batch/100k", "resolve") / median("batch/100k", "resolve_many")
    yield f"On two cores, `resolve_many` was {digits(ratio)} times as fast as one decision at a time."


def store_table():
    yield row("time, as a multiple of SQL by hand", *SIZES)
    yield "|---|---|---|---|"
    stores = [("SQLite", "sqlite"), ("PostgreSQL", "postgres")]
    for name, store in stores:
        for what, ours, by_hand in [("find one key", "find", "raw"), ("find a hundred keys at once", "batch", "raw batch"),
                                    ("claim a person", "claim", "raw claim")]:
            ratio = lambda size: median(f"stores/{store}/{size}", ours) / median(f"stores/{store}/{size}", by_hand)
            yield row(f"{name}, {what}", *(digits(ratio(size)) for size in SIZES))
    yield ""
    yield row("of one connection, in a second", *SIZES)
    yield "|---|---|---|---|"
    for name, store in stores:
        for what, ours in [("finds", "find"), ("finds in batches of a hundred", "batch"), ("claims", "claim")]:
            rate = lambda size: f"{float(digits(1e9 / median(f'stores/{store}/{size}', ours))):,.0f}"
            yield row(f"{name}, {what}", *(rate(size) for size in SIZES))


def summary():
    rows = list(parsers())
    phones = rows[:3]
    ratios = [dict(peers)["rlibphonenumber"] for _, _, peers in phones]
    times = [mine for _, mine, _ in phones]
    scan = median("search/1M", SCANS[0]) / median("search/1M", "contact-resolution")
    yield (f"- A phone number takes {time(min(times))} to {time(max(times))}, {digits(min(ratios))} to {digits(max(ratios))} times as "
           "fast as `rlibphonenumber`.")
    yield f"- A search among a million names is {digits(scan)} times as fast as the fastest peer's scan."
    yield f"- A decision on a known number among a million people takes {time(median('resolve/1M', 'hit'))}."


def plot():
    """Returns a bar chart of the ratios, on a logarithmic scale from 0.1 to 1000."""
    left, wide, high = 420, 320, 18
    bars = [(what if first else "", peer, ratio) for what, _, peers in parsers()
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


def write(page, mark, lines):
    """Replaces the text between two marks of a page."""
    path = ROOT / page
    begin, end = f"<!-- {mark}: begin -->\n", f"\n<!-- {mark}: end -->"
    text, count = re.subn(f"(?s){begin}.*{end}", lambda _: begin + "\n".join(lines) + end, path.read_text())
    if count != 1:
        sys.exit(f"{page} has no marks of {mark}")
    path.write_text(text)


def measure():
    PRINTED.parent.mkdir(parents=True, exist_ok=True)
    with PRINTED.open("w") as file:
        for folder, benchmark in BENCHMARKS:
            command = f"cargo bench {benchmark} -- {DURATION}"
            process = subprocess.Popen(command.split(), cwd=folder, stdout=subprocess.PIPE, text=True)
            for line in process.stdout:
                print(line, end="", flush=True)
                file.write(line)
            if process.wait():
                sys.exit(f"{command} failed")


if "--as-measured" not in sys.argv:
    measure()
for mark, lines in [("ratios", parse_table), ("search", search_table), ("memory", memory_table),
                    ("decisions", decision_table), ("stores", store_table)]:
    write("src/guide/benchmarks.md", mark, lines())
write("README.md", "figures", summary())
(ROOT / "benches/ratios.svg").write_text("\n".join(plot()) + "\n")
