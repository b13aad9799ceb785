"""The tables of a store, as the statements that took it from each schema to the next."""

from __future__ import annotations

_FIRST = (
    """
    CREATE TABLE repeats (hash TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        config TEXT NOT NULL,
        title TEXT NOT NULL,
        twin TEXT,
        state TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        started REAL,
        ended REAL,
        step INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        pid INTEGER,
        pid_started REAL,
        want TEXT NOT NULL DEFAULT 'run',
        want_step INTEGER,
        result TEXT,
        device TEXT NOT NULL DEFAULT '',
        threads INTEGER,
        attempt INTEGER NOT NULL DEFAULT 0,
        checkpoint_step INTEGER,
        revision INTEGER NOT NULL DEFAULT 0,
        epoch INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX runs_by_state ON runs (state, number)",
    """
    CREATE TABLE evaluations (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        train_loss REAL,
        train_accuracy REAL NOT NULL,
        test_accuracy REAL NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE summaries (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID
    """,
)

_SWEEPS = (
    """
    CREATE TABLE sweeps (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        spec TEXT NOT NULL,
        created REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued',
        message TEXT NOT NULL DEFAULT '',
        seconds REAL NOT NULL DEFAULT 0,
        counted REAL,
        pid INTEGER,
        pid_started REAL,
        revision INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE members (
        sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        config TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting',
        run TEXT,
        result TEXT,
        message TEXT NOT NULL DEFAULT '',
        seconds REAL NOT NULL DEFAULT 0,
        reused INTEGER NOT NULL DEFAULT 0,
        revision INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (sweep, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX members_by_state ON members (sweep, state, reused)",
    "CREATE INDEX members_by_revision ON members (sweep, revision)",
    "CREATE INDEX members_by_run ON members (run) WHERE run IS NOT NULL",
    """
    CREATE TABLE groups_of_members (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
        positions TEXT NOT NULL,
        pid INTEGER,
        pid_started REAL,
        attempts INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX groups_by_sweep ON groups_of_members (sweep, number)",
    "CREATE INDEX groups_held ON groups_of_members (number) WHERE pid IS NOT NULL",
    "ALTER TABLE runs ADD COLUMN sweep TEXT",
    "CREATE INDEX runs_alone ON runs (number) WHERE sweep IS NULL",
    "CREATE INDEX runs_by_sweep ON runs (sweep, number) WHERE sweep IS NOT NULL",
)

_LAB = (
    # Rows from before there were owners belong to whoever has the machine.
    "ALTER TABLE runs ADD COLUMN owner TEXT",
    "ALTER TABLE runs ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private'",
    "ALTER TABLE sweeps ADD COLUMN owner TEXT",
    "ALTER TABLE sweeps ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private'",
    "CREATE INDEX runs_by_owner ON runs (owner, number)",
    """
    CREATE TABLE askers (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        person TEXT NOT NULL,
        asked REAL NOT NULL,
        PRIMARY KEY (run, person)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX askers_by_person ON askers (person, run)",
    "CREATE TABLE turns (owner TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        how TEXT NOT NULL,
        seen REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE classes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        code TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        teacher TEXT NOT NULL,
        created REAL NOT NULL,
        closed REAL,
        stage TEXT NOT NULL DEFAULT 'open',
        task TEXT,
        since REAL NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX classes_by_teacher ON classes (teacher)",
    """
    CREATE TABLE class_members (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        person TEXT NOT NULL,
        nickname TEXT NOT NULL,
        folded TEXT NOT NULL,
        token TEXT UNIQUE,
        joined REAL NOT NULL,
        PRIMARY KEY (class, person),
        UNIQUE (class, folded)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX class_members_by_person ON class_members (person)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
)

_KEYS = (
    "CREATE TABLE keys (key TEXT PRIMARY KEY, person TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX keys_by_person ON keys (person)",
)

_BOARDS = (
    "ALTER TABLE classes ADD COLUMN held REAL",
    """
    CREATE TABLE predictions (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        task TEXT NOT NULL,
        person TEXT NOT NULL,
        answer TEXT NOT NULL,
        given REAL NOT NULL,
        PRIMARY KEY (class, task, person)
    ) WITHOUT ROWID
    """,
)

_STEERING = (
    # Lists as JSON: what was changed while it trained, and what is asked for and not done yet.
    "ALTER TABLE runs ADD COLUMN steered TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE runs ADD COLUMN wishes TEXT NOT NULL DEFAULT '[]'",
)

_NETWORKS = tuple(
    f"""
    CREATE TABLE network_{what} (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        network TEXT NOT NULL,
        step INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run, network, step)
    ) WITHOUT ROWID
    """
    for what in ("evaluations", "summaries")
)

_SEATS = (
    "ALTER TABLE runs ADD COLUMN losses INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE classes ADD COLUMN seats INTEGER NOT NULL DEFAULT 200",
    """
    CREATE TABLE class_removed (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        person TEXT NOT NULL,
        nickname TEXT NOT NULL,
        token TEXT,
        removed REAL NOT NULL,
        PRIMARY KEY (class, person)
    ) WITHOUT ROWID
    """,
)

_HOLDINGS = (
    # Owner '': of nobody in particular, which is whoever has the machine.
    """
    CREATE TABLE holdings (
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        visibility TEXT NOT NULL,
        made REAL NOT NULL,
        PRIMARY KEY (kind, owner, name)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX holdings_by_name ON holdings (kind, name)",
    """
    CREATE TABLE class_holdings (
        class INTEGER NOT NULL REFERENCES classes (number) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (class, kind, owner, name),
        FOREIGN KEY (kind, owner, name) REFERENCES holdings ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at REAL NOT NULL,
        who TEXT NOT NULL,
        did TEXT NOT NULL,
        what TEXT NOT NULL
    )
    """,
)

_CATALOGUE = (
    # What people say of a run; tags are a list as JSON.
    "ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE runs ADD COLUMN star INTEGER NOT NULL DEFAULT 0",
    # What lists are sorted and filtered by, made from the rows of runs (`hts.studio.catalogue`).
    """
    CREATE TABLE catalogue (
        run INTEGER PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        form INTEGER NOT NULL,
        alike TEXT NOT NULL,
        settings TEXT NOT NULL,
        facts TEXT NOT NULL,
        seeds TEXT NOT NULL
    )
    """,
    # What a list needs of rows whose results are long, so that these are not read.
    "CREATE INDEX runs_listed ON runs (number, revision, sweep, owner, visibility)",
)

_WATCHES = (
    # Trainings of other programs that are watched: there are no settings of ours to keep.
    """
    CREATE TABLE watches (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        about TEXT NOT NULL,
        state TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        ended REAL,
        step INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        spent REAL NOT NULL DEFAULT 0,
        pid INTEGER,
        pid_started REAL,
        revision INTEGER NOT NULL DEFAULT 0
    )
    """,
    *(
        f"""
        CREATE TABLE watched_{what} (
            watch INTEGER NOT NULL REFERENCES watches (number) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (watch, step)
        ) WITHOUT ROWID
        """
        for what in ("looks", "views", "losses")
    ),
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST, _SWEEPS, _LAB, _KEYS, _BOARDS, _STEERING, _NETWORKS, _SEATS, _HOLDINGS, _CATALOGUE,
    _WATCHES,
)  # fmt: skip
"""Entry ``v`` holds the statements that take a store from schema ``v`` to ``v + 1``."""
