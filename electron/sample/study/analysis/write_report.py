"""The report: what the tables say, with the chart in it."""

import html

from disclosure import percent
from patients import YEARS
from tables import read_table, write_text

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Asthma reviews, %(first)d to %(last)d</title>
<style>
body { font: 15px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; color: #1b2430; background: #fff }
table { border-collapse: collapse; margin: 1.5rem 0 }
th, td { padding: .25rem .9rem; border-bottom: 1px solid #dfe3e8; text-align: right }
th:first-child, td:first-child { text-align: left }
svg { max-width: 100%%; height: auto }
footer { color: #5b6776; font-size: .85em }
</style>
</head>
<body>
<h1>Asthma reviews, %(first)d to %(last)d</h1>
<p>%(sentence)s</p>
<table>
<tr><th>year</th><th>reviews</th><th>per 100 patients</th><th>quietest month</th></tr>
%(rows)s
</table>
%(chart)s
<footer>Invented data. Counts up to 7 are left out, all others are rounded to 5.</footer>
</body>
</html>
"""


def quietest(year):
    months = [row for row in read_table("output/tables/reviews_in_%d.csv" % year)]
    return min(months, key=lambda row: int(row["reviews"] or 0))["month"]


def main():
    regions = read_table("output/tables/reviews_by_region.csv")
    patients = sum(int(row["patients"]) for row in regions)
    shares = {}
    rows = []
    for year in YEARS:
        reviews = sum(int(row["reviewed_%d" % year] or 0) for row in regions)
        shares[year] = percent(reviews, patients)
        print("%d: %d reviews, %.1f per 100 patients" % (year, reviews, shares[year]))
        rows.append(
            "<tr><td>%d</td><td>%d</td><td>%.1f</td><td>%s</td></tr>"
            % (year, reviews, shares[year], html.escape(quietest(year)))
        )
    sentence = "In 2019, %.0f in 100 patients with asthma had a review; in 2020, %.0f." % (
        shares[2019],
        shares[2020],
    )
    with open("output/charts/reviews_by_region.svg", encoding="utf-8") as file:
        chart = file.read()
    fields = {
        "first": YEARS[0],
        "last": YEARS[-1],
        "sentence": sentence,
        "rows": "\n".join(rows),
        "chart": chart,
    }
    write_text("output/report.html", PAGE % fields)
    write_text("output/summary.txt", sentence + "\nInvented data, counts rounded to 5.\n")


main()
