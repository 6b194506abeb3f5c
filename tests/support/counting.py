"""A worker that knows one more kind of job: it counts, and every number is a row that is unique.

python -m tests.support.counting work            be a worker
python -m tests.support.counting ask TOTAL KEY... ask for jobs
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from cairn.kernel import jobs  # noqa: E402
from cairn.kernel.engines import current  # noqa: E402


@jobs.job("count")
def count(running: jobs.Running) -> None:
    for number in range(running.done + 1, running.args["total"] + 1):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO counted VALUES (%s, %s)", [running.id, number])
            running.progress(number, total=running.args["total"])
        time.sleep(0.005)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        current().work()
    else:
        for key in sys.argv[3:]:
            print(jobs.enqueue("count", key=key, args={"total": int(sys.argv[2])}).public_id)
