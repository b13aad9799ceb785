"""How long a test waits for what must come, however busy the machine is."""

PATIENCE = 900.0  # seconds: what has not come then never does
OF_VIEWERS = 300.0  # with a page, which is served before anything is computed
