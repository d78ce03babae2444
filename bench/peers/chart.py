"""The README's picture as SVG by hand: bars of deliveries per CPU second, one panel for each number
of messages in flight, each with a scale of its own from zero. It has no background and follows the
reader's light or dark."""
from xml.sax.saxutils import escape

import servers
from report import short

WIDTH, MARGIN, GAP = 880, 8, 36
LABEL, VALUE = 140, 62  # room beside the bars
TOP, ROW, BAR = 86, 30, 16
PANELS = (("fanout-1", "1 message in flight"), ("fanout-16", "16 messages in flight"))

STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #57606a; }
  .value { font-variant-numeric: tabular-nums; }
  .ours { font-weight: 600; }
  .axis { stroke: #d0d7de; }
  rect { fill: #afb8c1; }
  rect.limit { fill: none; stroke: #8c959f; stroke-dasharray: 4 3; }
  rect.ours { fill: #0d7d6c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .axis { stroke: #3d444d; }
    rect { fill: #59636e; }
    rect.limit { stroke: #9198a1; }
    rect.ours { fill: #2bb89f; }
  }
"""


def label(name):
    return {"bare": "bare send() loop", "parley-centrifuge": "Parley, Centrifuge",
            "ws": "npm ws"}.get(name, servers.KINDS[name].label)


def standing(name):
    if name == "bare":
        return "limit"
    return "ours" if name.startswith("parley") else "peer"


def text(x, y, words, classes="", anchor="start"):
    return (f'<text x="{x:g}" y="{y:g}" class="{classes}" text-anchor="{anchor}">'
            f"{escape(words)}</text>")


def panel(left, width, title, measured):
    """One column of bars, the longest first."""
    bars = sorted(((found.per_cpu, name) for name, found in measured.items() if found.per_cpu),
                  reverse=True)
    start, room = left + LABEL, width - LABEL - VALUE
    yield text(start, TOP - 14, title, "quiet")
    yield (f'<line class="axis" x1="{start - .5}" x2="{start - .5}" y1="{TOP}" '
           f'y2="{TOP + ROW * len(bars)}"/>')
    for row, (value, name) in enumerate(bars):
        y, length = TOP + ROW * row, max(room * value / bars[0][0], 1)
        middle = y + ROW / 2 + 4.5
        classes = standing(name)
        yield text(start - 8, middle, label(name), classes, "end")
        yield (f'<rect class="{classes}" x="{start}" y="{y + (ROW - BAR) / 2:g}" '
               f'width="{length:.1f}" height="{BAR}" rx="2"/>')
        yield text(start + length + 7, middle, short(value), f"value {classes}")


def draw(results):
    shown = [(title, results[key]) for key, title in PANELS if results.get(key)]
    width = (WIDTH - 2 * MARGIN - GAP * (len(PANELS) - 1)) / len(PANELS)
    height = TOP + ROW * max((len(measured) for _, measured in shown), default=0) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="title">',
        '<title id="title">Deliveries per CPU second of the server, fan-out to 1,000 receivers'
        "</title>",
        f"<style>{STYLE}</style>",
        text(MARGIN, 22, "Deliveries per CPU second of the server", "title"),
        text(MARGIN, 42, "Fan-out of 64 bytes to 1,000 receivers. Longer is better.", "quiet")]
    for column, (title, measured) in enumerate(shown):
        parts += panel(MARGIN + column * (width + GAP), width, title, measured)
    return "\n".join([*parts, "</svg>", ""])
