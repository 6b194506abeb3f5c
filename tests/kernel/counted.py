"""What can be asked of a site whose jobs are counted."""

WORK = ("-m", "tests.support.counting", "work")
TABLE = (
    "CREATE TABLE counted (job varchar(30), number integer, CONSTRAINT once UNIQUE (job, number))"
)


def ask(site, total, *keys):
    return site.module("tests.support.counting", "ask", str(total), *keys).split()[-len(keys) :]


def states(site):
    """The jobs that were asked for, without those of the clock."""
    asked = "SELECT key, state FROM kernel_job WHERE key NOT LIKE 'tick:%' ORDER BY key"
    return dict(site.rows(asked))


def counted(site):
    return site.rows("SELECT count(*), count(DISTINCT number), max(number) FROM counted")[0]


def finished(site):
    return lambda: set(states(site).values()) == {"done"}
