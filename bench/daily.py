"""The section of bench/RESULTS.md on customers and daily work: pages on the database of the pages, bulk jobs on a
database of their own, which they change."""

from typing import Any

HEAD = "## Customers and daily work"
AIMS = {"board": 60, "customer": 40, "search": 80}  # ms
JOBS = {  # name, seconds, MB
    "recycle": ("a night of recycling over {customers:,} customers", 60, None),
    "import": ("import of {rows:,} customers by CSV: read, checked, written with {events:,} events", 60, 400),
    "export": ("export of {rows:,} customers to XLSX: the click, the job, the file", 20, None),
}
NOTE = """Asked and timed as the pages above, on the same PostgreSQL database. The page of a customer takes {queries}
queries, whether it has few deals or many. The bulk jobs run one after another, each in a process of its own, on another
database: the demo company, and {customers:,} customers of 500 members with rules by which they return. **Bare SQL**
does the same by hand-written statements in one transaction (COPY for files, events without their chain), taken back at
its end; **most MB** is the most that the process held."""
DONE = """Of the import reading the file took {read:.1f} s, the check {check:.1f} s, the writing {commit:.1f} s: {new:,}
rows were new, {changed:,} changed a customer that was here, {wrong:,} were wrong and are told one by one. The click
on Export was answered after {first:.1f} s. Of the night {taken:,} customers returned."""


def section(where: str, pages: dict[str, Any], jobs: dict[str, Any], roles: dict[str, str]) -> str:
    """PAGES is what bench.customers says, JOBS what bench.bulk says of each job."""
    counted = sorted(set(pages["queries"]))
    queries = " to ".join(str(one) for one in (counted[:1] + counted[-1:] if len(counted) > 1 else counted))
    lines = [HEAD, "", where, "", NOTE.format(queries=queries, customers=jobs["fill"]["customers"])]
    lines += ["", f"{pages['database']}. The web process held {pages['memory']} MB at the end."]
    for role, found in pages["pages"].items():
        lines += ["", f"### {roles[role]}, daily", "", *_pages(found)]
    lines += [
        "",
        "| in bulk | seconds | bare SQL s | aim s | most MB | aim MB | met |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    lines += [_job(key, jobs[key]) for key in JOBS]
    count = jobs["import"]["counts"][0]
    said = {**jobs["import"], "first": jobs["export"]["first"], "taken": jobs["recycle"]["taken"]}
    lines += ["", DONE.format(**{**said, "new": count["new"], "changed": count["changed"]})]
    return "\n".join(lines) + "\n"


def _pages(found: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| page | first ms | p50 ms | p95 ms | 8 clients, a second | bare SQL ms | aim ms | met |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in found:
        aim = AIMS[one["kind"]]
        lines.append(
            f"| {one['name']} | {one['first']:.0f} | {one['p50']:.1f} | {one['p95']:.1f} | {one['rate']:.0f} "
            f"| {one['bare']:.2f} | {aim} | {'yes' if one['p50'] <= aim else 'no'} |"
        )
    return lines


def _job(key: str, found: dict[str, Any]) -> str:
    name, most, memory = JOBS[key]
    met = found["seconds"] <= most and (memory is None or found["memory"] <= memory)
    return (
        f"| {name.format(**found)} | {found['seconds']:.1f} | {found['bare']:.1f} | {most} | {found['memory']} "
        f"| {memory or '–'} | {'yes' if met else 'no'} |"
    )
