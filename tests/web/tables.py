"""KPIs that are entered by hand, and tables of their numbers."""

HAND = """  nps: {name: Happiness, kind: level, every: week, owner: luca@example.com}
  margin: {name: Margin, kind: level, unit: "%", every: week, owner: luca@example.com}
  signup: {name: Signup, kind: proportion, every: week, owner: luca@example.com}
  secret: {name: Secret, kind: level, every: week, owner: sofia@example.com}
"""
LONG = "Week\tKPI\tValue\n2026-02-16\tHappiness\t41\n2026-02-23\tHappiness\t42\n2026-02-23\tsignup\t132/300\n"
WIDE = "Week\tHappiness\tMargin\n2026-02-16\t41\t12%\n2026-02-23\t42\t13,5 %\n"
ACROSS = "KPI\t2026-02-16\t2026-02-23\nHappiness\t41\t42\nMargin\t12\t13\n"
PARTS = "period\tkpi\tsuccesses\ttrials\n2026-02-23\tsignup\t132\t300\n"
